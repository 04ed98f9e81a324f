// The access tokens in force, in memory: a check costs one digest and one look-up, and what is revoked is refused from the next request on.
// Keeps digests alone. A digest without salt is enough: a token has 240 random bits, there is nothing to guess.

import { hash, randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { NAME_PATTERN } from '../../config/formats.js';
import type { Clock } from '../../core/clock.js';
import { RelayError } from '../../core/errors.js';
import type { Tokens } from '../../http/runtime.js';
import { notFound } from '../../http/view/find.js';
import { type AccessToken, isExpired, type Scope, TOKEN_PREFIX } from '../../model/access-token.js';
import type { Actor } from '../../model/incident.js';
import type { StoredToken, TokenStore } from '../../store/store.js';

const RANDOM_BYTES = 30;
const TAIL_LENGTH = 4;
/** A use is written down when the last one written is older. */
const USE_NOTED_EVERY_MS = 60_000;

const digestOf = (secret: string): string => hash('sha256', secret, 'hex');

/** @throws RelayError object.invalid */
function checkName(name: string): void {
  if (NAME_PATTERN.test(name)) return;
  throw new RelayError('object.invalid', `"${name}" cannot be the name of a token`, {
    why: 'a name has up to 63 lower-case letters, digits, dashes and underscores, and starts with a letter or digit',
    fix: 'name it after what uses it, such as: terraform',
  });
}

export class IssuedTokens implements Tokens {
  readonly #store: TokenStore;
  readonly #clock: Clock;
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  readonly #byDigest = new Map<string, StoredToken>();
  readonly #listeners = new Set<(id: string) => void>();

  constructor(parts: { store: TokenStore; clock: Clock; log: Pick<Logger, 'info' | 'warn'> }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** Before the first request is taken. */
  async load(): Promise<void> {
    for (const token of await this.#store.tokens()) this.#byDigest.set(token.digest, token);
  }

  list(): readonly AccessToken[] {
    return [...this.#byDigest.values()].map(withoutDigest);
  }

  async create(name: string, scopes: readonly Scope[], forMs: number | null, by: Actor) {
    checkName(name);
    const secret = `${TOKEN_PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
    const now = this.#clock.now();
    const token = await this.#store.addToken({
      name,
      scopes: [...new Set(scopes)],
      digest: digestOf(secret),
      tail: secret.slice(-TAIL_LENGTH),
      createdAt: now,
      createdBy: by,
      expiresAt: forMs === null ? null : now + forMs,
    });
    this.#byDigest.set(token.digest, token);
    this.#log.info({ token: name, scopes: token.scopes, by }, 'access token created');
    return { token: withoutDigest(token), secret };
  }

  async rename(name: string, to: string): Promise<AccessToken> {
    const { id, digest } = this.#named(name);
    checkName(to);
    await this.#store.renameToken(id, to);
    return withoutDigest(this.#change(digest, { name: to }) ?? this.#named(to));
  }

  async revoke(name: string): Promise<AccessToken> {
    const token = this.#named(name);
    await this.#store.removeToken(token.id);
    this.#byDigest.delete(token.digest);
    this.#log.info({ token: name }, 'access token revoked');
    for (const listener of [...this.#listeners]) listener(token.id);
    return withoutDigest(token);
  }

  check(secret: string): AccessToken {
    const token = this.#byDigest.get(digestOf(secret));
    if (token === undefined) {
      throw new RelayError('auth.invalid_token', 'this access token is not known', {
        why: 'it was never made here, or was revoked',
        fix: 'see those there are: relay token list; make one: relay token create',
      });
    }
    const now = this.#clock.now();
    if (isExpired(token, now)) {
      throw new RelayError('auth.invalid_token', `the access token ${token.name} has ended`, {
        why: `it was good until ${new Date(token.expiresAt as number).toISOString()}`,
        fix: 'make a new one: relay token create',
      });
    }
    this.#noteUse(token, now);
    return withoutDigest(token);
  }

  onRevoked(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #noteUse(token: StoredToken, now: number): void {
    if (token.lastUsedAt !== null && now - token.lastUsedAt < USE_NOTED_EVERY_MS) return;
    this.#change(token.digest, { lastUsedAt: now });
    this.#store.noteTokenUse(token.id, now).catch((error: unknown) => {
      this.#log.warn({ err: error, token: token.name }, 'the use of an access token could not be noted');
    });
  }

  /** Null when it was revoked meanwhile. */
  #change(digest: string, change: Partial<StoredToken>): StoredToken | null {
    const token = this.#byDigest.get(digest);
    if (token === undefined) return null;
    const changed = { ...token, ...change };
    this.#byDigest.set(digest, changed);
    return changed;
  }

  #named(name: string): StoredToken {
    const tokens = [...this.#byDigest.values()];
    const found = tokens.find((token) => token.name === name);
    if (found !== undefined) return found;
    const known = tokens.map((token) => token.name);
    return notFound('token', name, known);
  }
}

function withoutDigest({ digest: _, ...token }: StoredToken): AccessToken {
  return token;
}
