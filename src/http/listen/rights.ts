// Who may do what over the API. The local socket is the account owner and has every right; over TCP a request needs an access token
// with the scope of what it asks for, in the header (RFC 6750 2.1) and nowhere else: URLs end up in logs.

import type { FastifyRequest } from 'fastify';
import { RelayError } from '../../core/errors.js';
import { allows, SCOPES, type Scope } from '../../model/access-token.js';
import type { Actor } from '../../model/incident.js';
import type { Tokens } from '../runtime.js';

export interface Caller {
  readonly actor: Actor;
  readonly scopes: ReadonlySet<Scope>;
  /** What objects this caller makes are marked with. */
  readonly origin: 'cli' | 'api';
  /** Id of the access token; null on the socket. */
  readonly token: string | null;
}

/** Who is calling; null when the request carries no credentials that are known. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller | null> | Caller | null;

const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);
const ACTOR_PATTERN = /^(?:cli:)?([\w.@+-]{1,64})$/;

/** On the socket: everything is allowed, and the command line may say for whom it acts (`x-relay-actor: dana`). */
export const authenticateSocket: Authenticate = (request) => {
  const named = request.headers['x-relay-actor'];
  const user = typeof named === 'string' ? ACTOR_PATTERN.exec(named)?.[1] : undefined;
  return { actor: `cli:${user ?? 'local'}`, scopes: ALL_SCOPES, origin: 'cli', token: null };
};

const BEARER = /^bearer +(\S+) *$/i;

/** On TCP: by access token. What a token does is done by `api:<its name>`. @throws RelayError auth.invalid_token */
export function authenticateByToken(tokens: Tokens): Authenticate {
  return ({ headers: { authorization } }) => {
    if (authorization === undefined) return null;
    const secret = BEARER.exec(authorization)?.[1];
    if (secret === undefined) throw invalidToken('the header Authorization holds no bearer token');
    const { id, name, scopes } = tokens.check(secret);
    return { actor: `api:${name}`, scopes: new Set(scopes), origin: 'api', token: id };
  };
}

function invalidToken(message: string): RelayError {
  return new RelayError('auth.invalid_token', message, { fix: 'send: Authorization: Bearer <token>' });
}

/** @throws RelayError auth.required for strangers, auth.forbidden when the caller lacks the scope */
export function requireScope(caller: Caller | null, needed: Scope): Caller {
  if (caller === null) {
    throw new RelayError('auth.required', 'the API needs an access token', {
      why: 'over TCP every call carries a token; the command line uses the local socket, which needs none',
      fix: `make one on the machine of the daemon: relay token create <name> --scope ${needed}, and send: Authorization: Bearer <token>`,
    });
  }
  if (!allows(caller.scopes, needed)) {
    throw new RelayError('auth.forbidden', `this call needs the scope "${needed}"`, {
      why: `the token has: ${[...caller.scopes].join(', ')}`,
      fix: `make one that may: relay token create <name> --scope ${needed}`,
    });
  }
  return caller;
}
