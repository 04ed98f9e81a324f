// OAuth2 access tokens for webhooks (client credentials, RFC 6749 §4.4): fetched over the same transport as everything else, so that the
// egress rules and the proxy hold for them too, kept until shortly before their end, one fetch for all that wait. A token leaves here
// for the request alone: never for a message or a log.

import { createHash } from 'node:crypto';
import * as tls from 'node:tls';
import type { Clock } from '../core/clock.js';
import { MASK, maskUrl } from '../core/redaction.js';
import type { HttpRequest, TlsIdentity, TokenGrant, TransportError } from '../destinations/driver.js';
import type { TransportAnswer } from './exchange.js';
import type { SendOptions, Transport } from './transport.js';

export type TokenAnswer = { readonly token: string } | { readonly error: TransportError };

interface Held {
  /** Settles for everybody who waits; each waits no longer than it has time. */
  readonly answer: Promise<TokenAnswer>;
  /** ms UTC; infinite while it is being fetched. */
  endsAt: number;
}

/** Where the server does not say how long a token lives. */
const UNKNOWN_LIFETIME_MS = 300_000;
/** A token is not used in the last part of its life: a fifth, at most a minute. */
const LONGEST_MARGIN_MS = 60_000;
const MARGIN_SHARE = 0.2;
/** Whatever the server says: a token that never ends would never be looked at again. */
const LONGEST_LIFETIME_MS = 86_400_000;
/** A fetch is for all that wait: it does not end because the first of them had little time. */
const LEAST_FETCH_MS = 15_000;
const MAX_HELD = 1_000;
const MAX_DESCRIPTION = 200;

export class AccessTokens {
  readonly #clock: Clock;
  readonly #transport: Pick<Transport, 'send'>;
  readonly #held = new Map<string, Held>();
  readonly #keys = new WeakMap<TokenGrant, string>();

  constructor(clock: Clock, transport: Pick<Transport, 'send'>) {
    this.#clock = clock;
    this.#transport = transport;
  }

  /**
   * The token in hand, or a new one. Never rejects.
   * @param request the one the token is for: its proxy and certificate are used
   * @param timeoutMs of the webhook; what is left of it, and so how long to wait, is in `options`
   */
  of(grant: TokenGrant, request: HttpRequest, timeoutMs: number, options: SendOptions): Promise<TokenAnswer> {
    const key = this.#keyOf(grant, options);
    const held = this.#held.get(key);
    if (held !== undefined && held.endsAt > this.#clock.now() && held.endsAt !== Infinity) return held.answer;
    const waiting = held?.endsAt === Infinity ? held : this.#fetch(grant, request, timeoutMs, options, key);
    return within(options.leftMs ?? timeoutMs, waiting.answer, grant);
  }

  /** The receiver did not take this token. One fetched since then stays. */
  async refused(grant: TokenGrant, options: SendOptions, token: string): Promise<void> {
    const key = this.#keyOf(grant, options);
    const held = this.#held.get(key);
    if (held === undefined || held.endsAt === Infinity) return;
    const answer = await held.answer;
    if ('token' in answer && answer.token === token) this.#forget(key, held);
  }

  #fetch(
    grant: TokenGrant,
    request: HttpRequest,
    timeoutMs: number,
    { reach }: SendOptions,
    key: string,
  ): Held {
    const asked = this.#transport.send(
      tokenRequest(grant, request),
      Math.max(timeoutMs, LEAST_FETCH_MS),
      reach === undefined ? {} : { reach },
    );
    const answer = asked.then((given): TokenAnswer => {
      const read = readAnswer(given, grant);
      if ('error' in read) {
        this.#forget(key, fetched);
        return read;
      }
      fetched.endsAt = this.#clock.now() + usableMs(read.lifetimeMs);
      return { token: read.token };
    });
    const fetched: Held = { answer, endsAt: Infinity };
    if (this.#held.size >= MAX_HELD) this.#held.clear();
    this.#held.set(key, fetched);
    return fetched;
  }

  #forget(key: string, held: Held): void {
    if (this.#held.get(key) === held) this.#held.delete(key);
  }

  /** By content: the same settings after a reload are the same token. Secrets stand in no key. */
  #keyOf(grant: TokenGrant, { reach }: SendOptions): string {
    let key = this.#keys.get(grant);
    if (key === undefined) {
      const { tokenUrl, clientId, clientSecret, scope, audience, style } = grant;
      const content = JSON.stringify([tokenUrl, clientId, clientSecret, scope, audience, style]);
      key = createHash('sha256').update(content).digest('base64');
      this.#keys.set(grant, key);
    }
    return reach === 'public' ? `${key} public` : key;
  }
}

const usableMs = (lifetimeMs: number): number =>
  lifetimeMs - Math.min(LONGEST_MARGIN_MS, lifetimeMs * MARGIN_SHARE);

/** The answer, or that it did not come in the time that is left. */
function within(leftMs: number, answer: Promise<TokenAnswer>, grant: TokenGrant): Promise<TokenAnswer> {
  return new Promise((resolve) => {
    const late = (): void => resolve(failed(grant, `no answer within ${leftMs / 1_000} s`));
    const timer = setTimeout(late, leftMs);
    answer.then((given) => {
      clearTimeout(timer);
      resolve(given);
    });
  });
}

function tokenRequest(grant: TokenGrant, { headers, proxy, tls: identity }: HttpRequest): HttpRequest {
  const { clientId, clientSecret, scope, audience, style } = grant;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== null) form.set('scope', scope);
  if (audience !== null) form.set('audience', audience);
  const own: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    ...(headers['user-agent'] === undefined ? {} : { 'user-agent': headers['user-agent'] }),
  };
  if (style === 'basic') {
    own.authorization = `Basic ${basicCredentials(grant)}`;
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  return {
    via: 'http',
    method: 'POST',
    url: grant.tokenUrl,
    headers: own,
    body: form.toString(),
    ...(identity === undefined ? {} : { tls: withSystemAuthorities(identity) }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

/** Both parts are form-encoded before they are joined (RFC 6749 §2.3.1). */
const formEncoded = (text: string): string => new URLSearchParams({ a: text }).toString().slice(2);

const basicCredentials = ({ clientId, clientSecret }: TokenGrant): string =>
  Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');

const widened = new WeakMap<TlsIdentity, TlsIdentity>();

/** A receiver with an authority of its own may get its tokens from a public server: there both count. */
function withSystemAuthorities(identity: TlsIdentity): TlsIdentity {
  if (identity.ca === undefined) return identity;
  const known = widened.get(identity);
  if (known !== undefined) return known;
  const made = { ...identity, ca: [...tls.rootCertificates, identity.ca].join('\n') };
  widened.set(identity, made);
  return made;
}

type Read = { readonly token: string; readonly lifetimeMs: number } | { readonly error: TransportError };

function readAnswer(answer: TransportAnswer, grant: TokenGrant): Read {
  const { status, error, body } = answer;
  // A proxy's fault stays one: it is charged to nobody else.
  if (error !== null || status === null)
    return failed(grant, error?.message ?? 'no answer', error?.code === 'proxy' ? 'proxy' : 'token');
  const json = objectOf(body);
  if (status !== 200) return failed(grant, `it answered ${status}${saidIn(json, grant)}`);
  const { access_token: token, token_type: type, expires_in: expires } = json;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    return failed(grant, 'it answered 200 without an access_token');
  }
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') {
    return failed(grant, 'it gave a token of another kind than Bearer');
  }
  const seconds = Number(expires);
  const lifetimeMs = seconds > 0 ? seconds * 1_000 : UNKNOWN_LIFETIME_MS;
  return { token, lifetimeMs: Math.min(lifetimeMs, LONGEST_LIFETIME_MS) };
}

function failed(
  grant: TokenGrant,
  why: string,
  code: 'token' | 'proxy' = 'token',
): { error: TransportError } {
  const from = maskUrl(grant.tokenUrl).split('?')[0];
  return { error: { code, message: `no access token from ${from}: ${why}` } };
}

/** ` invalid_client: no such client` (RFC 6749 §5.2), without the secret should the server repeat it in any form it was sent in. */
function saidIn(
  { error, error_description: description }: Record<string, unknown>,
  grant: TokenGrant,
): string {
  if (typeof error !== 'string') return '';
  const said = typeof description === 'string' ? `${error}: ${description}` : error;
  const { clientSecret } = grant;
  const sent = [basicCredentials(grant), clientSecret, formEncoded(clientSecret)];
  // Masked before it is cut: half a secret is still one.
  const plain = sent.reduce((text, secret) => text.replaceAll(secret, MASK), said);
  return ` ${plain.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_DESCRIPTION)}`;
}

function objectOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
