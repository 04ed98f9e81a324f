// How a webhook signs, logs in and whom it trusts, as the API shows it: names of things, never a secret.

import { schemesOf, type WebhookSecuritySpec } from '../../config/webhook-security.js';
import { maskUrl } from '../../core/redaction.js';
import { publicKeyOf } from '../../core/signing.js';
import type { WebhookAuth } from '../../destinations/webhook/auth.js';
import type { OutgoingWebhookSettings } from '../../destinations/webhook/outgoing.js';
import type { Destination } from '../../model/topology.js';
import type { Runtime } from '../runtime.js';
import type { SigningKeyItem, WebhookTrust } from '../wire/api-types.js';
import { flag, instant, type JsonSchema, list, nullable, oneOf, record, text } from '../wire/schema.js';

const maybe = nullable(text);

/** Of `WebhookTrust`. */
export const TRUST_ANSWER: Record<string, JsonSchema> = {
  signature: list(oneOf('v1', 'v1a')),
  hmac: nullable(record({ header: text, prefix: text, encoding: text })),
  auth: maybe,
  client_certificate: flag,
  own_ca: flag,
  proxy: maybe,
};

export const SIGNING_KEY_ANSWER = record({
  scheme: oneOf('v1', 'v1a'),
  public_key: maybe,
  created_at: instant,
  expires_at: nullable(instant),
});

const PURPOSE = { v1: 'signing', v1a: 'signing_v1a' } as const;
const GIVEN = { v1: 'secret', v1a: 'private_key' } as const;

/** The keys in force, newest first for each scheme. One that stands in the config counts from when the file was loaded. */
export async function signingKeys(
  runtime: Runtime,
  { name, settings }: Destination,
  spec: Readonly<Record<string, unknown>>,
): Promise<SigningKeyItem[]> {
  const now = runtime.clock.now();
  const secrets = await runtime.store.secrets();
  return schemesOf(spec as WebhookSecuritySpec).flatMap((scheme): SigningKeyItem[] => {
    if (spec[GIVEN[scheme]] !== undefined) {
      const { signing_keys: keys = [] } = settings as unknown as OutgoingWebhookSettings;
      const created_at = new Date(runtime.configLoadedAt()).toISOString();
      const publicKey = scheme === 'v1' ? null : (keys.map(publicKeyOf).find((key) => key !== null) ?? null);
      return [{ scheme, public_key: publicKey, created_at, expires_at: null }];
    }
    return secrets
      .filter((one) => one.noun === 'webhook' && one.name === name && one.purpose === PURPOSE[scheme])
      .filter((one) => one.expiresAt === null || one.expiresAt > now)
      .sort((a, b) => b.createdAt - a.createdAt)
      .map((one) => ({
        scheme,
        public_key: publicKeyOf(one.value),
        created_at: new Date(one.createdAt).toISOString(),
        expires_at: one.expiresAt === null ? null : new Date(one.expiresAt).toISOString(),
      }));
  });
}

export function trustOf(
  { settings }: Destination,
  spec: Readonly<Record<string, unknown>>,
  commonProxy: string | undefined,
): WebhookTrust {
  const { hmac, auth, tls, proxy } = settings as unknown as OutgoingWebhookSettings;
  const over = proxy === undefined ? (commonProxy ?? null) : proxy;
  return {
    signature: [...schemesOf(spec as WebhookSecuritySpec)],
    hmac: hmac ? { header: hmac.header, prefix: hmac.prefix ?? '', encoding: hmac.encoding ?? 'hex' } : null,
    auth: auth === undefined ? null : wordsFor(auth),
    client_certificate: tls?.cert !== undefined,
    own_ca: tls?.ca !== undefined,
    proxy: over === null ? null : maskUrl(over),
  };
}

function wordsFor(auth: WebhookAuth): string {
  if ('basic' in auth) return `Basic, as ${auth.basic.user}`;
  return 'bearer' in auth ? 'a fixed bearer token' : `OAuth2, tokens from ${maskUrl(auth.oauth2.token_url)}`;
}
