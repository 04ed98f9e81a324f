// Who may post to a source: finds the key a sender gave, in whichever of the usual places, and compares it in constant time.
// Must not say more to a stranger than: no key, wrong key. A wrong one is counted.

import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { RelayError } from '../../core/errors.js';
import { allows, TOKEN_PREFIX } from '../../model/access-token.js';
import type { Source } from '../../model/topology.js';
import type { Runtime, Tokens } from '../runtime.js';

const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer');
const KEY_DIGEST = new WeakMap<Source, Buffer>();

function keyDigest(source: Source): Buffer {
  let digest = KEY_DIGEST.get(source);
  if (digest === undefined) {
    digest = digestOf(source.key);
    KEY_DIGEST.set(source, digest);
  }
  return digest;
}

interface OfferedKey {
  readonly key: string;
  readonly from: 'path' | 'query' | 'basic' | 'bearer';
}

function keyOfAuthorization(header: string): OfferedKey | null {
  const space = header.indexOf(' ');
  const scheme = header.slice(0, space).toLowerCase();
  const value = header.slice(space + 1).trim();
  if (scheme === 'bearer') return { key: value, from: 'bearer' };
  if (scheme !== 'basic') return null;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return { key: pair.slice(pair.indexOf(':') + 1), from: 'basic' };
}

/** The key in the path counts before the header, the header before `?key=`. A Basic user name is ignored: the password is the key. */
function offeredKey(
  pathKey: string | undefined,
  queryKey: unknown,
  headers: IncomingHttpHeaders,
): OfferedKey | null {
  if (pathKey) return { key: pathKey, from: 'path' };
  if (headers.authorization) return keyOfAuthorization(headers.authorization);
  return typeof queryKey === 'string' && queryKey !== '' ? { key: queryKey, from: 'query' } : null;
}

/**
 * The key of the source, or as a bearer an access token with the scope `ingest`.
 * @throws RelayError ingest.unauthorized without a key, ingest.wrong_key, auth.invalid_token, auth.forbidden
 */
function checkKey(source: Source, offered: OfferedKey | null, tokens: Tokens): void {
  if (offered === null || offered.key === '') {
    throw new RelayError('ingest.unauthorized', `posting to source ${source.name} needs its key`, {
      fix: `use the whole Integration URL, as printed by: relay source url ${source.name}`,
    });
  }
  if (timingSafeEqual(digestOf(offered.key), keyDigest(source))) return;
  if (offered.from === 'bearer') {
    checkToken(source, offered.key, tokens);
    return;
  }
  throw new RelayError('ingest.wrong_key', `this is not the key of source ${source.name}`, {
    fix: `compare the URL with the output of: relay source url ${source.name}`,
  });
}

/** @throws RelayError ingest.unauthorized, auth.invalid_token, auth.forbidden */
function checkToken(source: Source, secret: string, tokens: Tokens): void {
  if (!secret.startsWith(TOKEN_PREFIX)) {
    throw new RelayError('ingest.unauthorized', 'this bearer token is not known', {
      why: `a bearer token is the key of the source, or an access token, which begins with ${TOKEN_PREFIX}`,
      fix: `use the Integration URL (relay source url ${source.name}), or: relay token create <name> --scope ingest`,
    });
  }
  const { scopes } = tokens.check(secret);
  if (allows(new Set(scopes), 'ingest')) return;
  throw new RelayError('auth.forbidden', 'posting to a source needs the scope "ingest"', {
    why: `the token has: ${scopes.join(', ')}`,
    fix: 'make one that may: relay token create <name> --scope ingest',
  });
}

/** @throws RelayError as checkKey; what is offered and not good is counted */
export function checkSender(
  { wrongKeys, tokens }: Pick<Runtime, 'wrongKeys' | 'tokens'>,
  source: Source,
  request: FastifyRequest,
  pathKey: string | undefined,
): void {
  const offered = offeredKey(pathKey, (request.query as { key?: unknown }).key, request.raw.headers);
  try {
    checkKey(source, offered, tokens);
  } catch (error) {
    if (offered !== null && offered.key !== '')
      wrongKeys.note(
        source.name,
        request.raw.socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'the local socket',
      );
    throw error;
  }
}
