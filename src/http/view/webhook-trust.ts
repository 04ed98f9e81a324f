// How a webhook signs, logs in and whom it trusts, as the API shows it: names of things, never a secret.

import { isReference } from '../../config/secrets.js';
import { type SignatureScheme, schemesOf, type WebhookSecuritySpec } from '../../config/webhook-security.js';
import { maskUrl } from '../../core/redaction.js';
import { publicKeyOf } from '../../core/signing.js';
import type { WebhookAuth } from '../../destinations/webhook/auth.js';
import type { OutgoingWebhookSettings } from '../../destinations/webhook/outgoing.js';
import type { Destination } from '../../model/topology.js';
import type { Runtime } from '../runtime.js';
import type { SigningKeyItem, WebhookTrust } from '../wire/api-types.js';
import {
  flag,
  instant,
  type JsonSchema,
  list,
  maybeInstant,
  maybeText,
  nullable,
  oneOf,
  record,
  text,
  whole,
} from '../wire/schema.js';

/** Of `WebhookTrust`. */
export const TRUST_ANSWER: Record<string, JsonSchema> = {
  signature: list(oneOf('v1', 'v1a')),
  hmac: nullable(record({ header: text, prefix: text, encoding: text })),
  auth: maybeText,
  client_certificate: flag,
  own_ca: flag,
  proxy: maybeText,
};

export const SIGNING_KEY_ANSWER = record({
  scheme: oneOf('v1', 'v1a'),
  public_key: maybeText,
  origin: oneOf('generated', 'given'),
  reference: maybeText,
  created_at: instant,
  expires_at: maybeInstant,
});

/** Of `RotationAnswer`. */
export const ROTATION_ANSWER = record(
  {
    name: text,
    secret: maybeText,
    public_key: text,
    rotated: list(record({ scheme: oneOf('v1', 'v1a'), older: whole })),
    not_rotated: list(record({ scheme: oneOf('v1', 'v1a'), why: text, fix: text })),
  },
  ['public_key'],
);

const PURPOSE = { v1: 'signing', v1a: 'signing_v1a' } as const;
const GIVEN = { v1: 'secret', v1a: 'private_key' } as const;

/** The keys in force, newest first for each scheme. Those that are given count from when the config came into force. */
export async function signingKeys(
  runtime: Runtime,
  destination: Destination,
  spec: Readonly<Record<string, unknown>>,
): Promise<SigningKeyItem[]> {
  const { name } = destination;
  const now = runtime.clock.now();
  const secrets = await runtime.store.secrets();
  return schemesOf(spec as WebhookSecuritySpec).flatMap((scheme): SigningKeyItem[] => {
    if (spec[GIVEN[scheme]] !== undefined) return givenKeys(runtime, destination, scheme, spec);
    return secrets
      .filter((one) => one.noun === 'webhook' && one.name === name && one.purpose === PURPOSE[scheme])
      .filter((one) => one.expiresAt === null || one.expiresAt > now)
      .sort((a, b) => b.createdAt - a.createdAt)
      .map((one) => ({
        scheme,
        public_key: publicKeyOf(one.value),
        origin: 'generated',
        reference: null,
        created_at: new Date(one.createdAt).toISOString(),
        expires_at: one.expiresAt === null ? null : new Date(one.expiresAt).toISOString(),
      }));
  });
}

/** One for each that is named, in the order of the config; two names of one key are told both. */
function givenKeys(
  runtime: Runtime,
  { name, settings }: Destination,
  scheme: SignatureScheme,
  spec: Readonly<Record<string, unknown>>,
): SigningKeyItem[] {
  const key = GIVEN[scheme];
  const given = spec[key] as string | readonly string[];
  const { signing_keys: keys = [] } = settings as unknown as OutgoingWebhookSettings;
  const publicKeys = keys.map(publicKeyOf).filter((one) => one !== null);
  const created_at = new Date(runtime.configLoadedAt()).toISOString();
  return [given].flat().map((text, index) => {
    const place = `webhook/${name}/${key}${Array.isArray(given) ? `/${index}` : ''}`;
    const reference = isReference(text) ? text : runtime.config().secretReferences?.get(place);
    return {
      scheme,
      public_key: scheme === 'v1' ? null : (publicKeyOf(text) ?? publicKeys[index] ?? null),
      origin: 'given',
      reference: reference ?? null,
      created_at,
      expires_at: null,
    };
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
