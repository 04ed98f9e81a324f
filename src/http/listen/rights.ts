// Who may do what over the API. The local socket is the account owner and has every right; over TCP a request needs a token.
// Tokens come by giving `createServer` an `authenticate`; nothing else has to change.

import type { FastifyRequest } from 'fastify';
import { RelayError } from '../../core/errors.js';
import type { Actor } from '../../model/incident.js';

export const SCOPES = ['read', 'ingest', 'incidents', 'webhooks', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Caller {
  readonly actor: Actor;
  readonly scopes: ReadonlySet<Scope>;
  /** What objects this caller makes are marked with. */
  readonly origin: 'cli' | 'api';
}

/** Who is calling; null when the request carries no credentials that are known. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller | null> | Caller | null;

const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);
const ACTOR_PATTERN = /^(?:cli:)?([\w.@+-]{1,64})$/;

/** On the socket: everything is allowed, and the command line may say for whom it acts (`x-relay-actor: dana`). */
export const authenticateSocket: Authenticate = (request) => {
  const named = request.headers['x-relay-actor'];
  const user = typeof named === 'string' ? ACTOR_PATTERN.exec(named)?.[1] : undefined;
  return { actor: `cli:${user ?? 'local'}`, scopes: ALL_SCOPES, origin: 'cli' };
};

/** On TCP, until there are tokens: nobody. */
export const authenticateNobody: Authenticate = () => null;

/** `admin` includes every other scope; every scope but `ingest` includes `read`. */
export function allows(scopes: ReadonlySet<Scope>, needed: Scope): boolean {
  if (scopes.has(needed) || scopes.has('admin')) return true;
  return needed === 'read' && (scopes.has('incidents') || scopes.has('webhooks'));
}

/** @throws RelayError auth.required for strangers, auth.forbidden when the caller lacks the scope */
export function requireScope(caller: Caller | null, needed: Scope, hadCredentials: boolean): Caller {
  if (caller === null) {
    throw new RelayError(
      'auth.required',
      hadCredentials ? 'this access token is not known' : 'the API needs an access token',
      {
        why: 'over TCP every call carries a token; the command line uses the local socket, which needs none',
        fix: 'use the relay command on this machine',
      },
    );
  }
  if (!allows(caller.scopes, needed)) {
    throw new RelayError('auth.forbidden', `this call needs the scope "${needed}"`, {
      why: `the token has: ${[...caller.scopes].join(', ') || 'no scope'}`,
    });
  }
  return caller;
}
