// Gives a webhook new signing keys: which of its schemes can be rotated here, how many keys may be in force at once, and what is answered.
// Keys that were given are rotated where they stand: for those it says how. Provisions nothing itself.

import { MOST_SECRETS } from '../../config/schema-parts.js';
import { type SignatureScheme, schemesOf, type WebhookSecuritySpec } from '../../config/webhook-security.js';
import type { Clock } from '../../core/clock.js';
import { RelayError } from '../../core/errors.js';
import { newPrivateKey, newSigningKey, publicKeyOf } from '../../core/signing.js';
import type { RotationAnswer, SecretAnswer } from '../../http/wire/api-types.js';
import type { Noun, Origin } from '../../model/topology.js';
import type { SecretPurpose, Store, StoredSecret } from '../../store/store.js';
import { definedInFile } from './configured-objects.js';

export interface SignedWebhook {
  readonly name: string;
  readonly spec: WebhookSecuritySpec & { readonly secret?: string | readonly string[] };
  readonly origin: Origin;
}

interface SchemeKey {
  readonly scheme: SignatureScheme;
  readonly purpose: SecretPurpose;
  readonly key: 'secret' | 'private_key';
  readonly isGiven: boolean;
  make(): string;
}

function keysOf({ spec }: SignedWebhook): SchemeKey[] {
  return schemesOf(spec).map((scheme) =>
    scheme === 'v1'
      ? { scheme, purpose: 'signing', key: 'secret', isGiven: spec.secret !== undefined, make: newSigningKey }
      : {
          scheme,
          purpose: 'signing_v1a',
          key: 'private_key',
          isGiven: spec.private_key !== undefined,
          make: newPrivateKey,
        },
  );
}

/**
 * New keys for every scheme whose key Relay makes; the ones before count until the overlap ends, older ones until the end they were
 * promised. Without an overlap all of them end now. Writes nothing when it is refused.
 * @throws RelayError config.origin_file, object.invalid
 */
export async function rotateSigning(
  webhook: SignedWebhook,
  overlapMs: number,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<RotationAnswer> {
  const all = keysOf(webhook);
  const generated = all.filter(({ isGiven }) => !isGiven);
  const given = all.filter(({ isGiven }) => isGiven);
  if (all.length === 0) throw unsigned(webhook);
  if (generated.length === 0) throw allGiven(webhook, given);
  const now = clock.now();
  if (overlapMs > 0) refuseTooMany(webhook.name, generated, now, await store.secrets());
  let made: Partial<SecretAnswer> = {};
  for (const { purpose, make } of generated) {
    const value = make();
    const secret = { noun: 'webhook', name: webhook.name, purpose, value, createdAt: now } as const;
    await store.putSecret(secret, now + overlapMs);
    made = { ...made, ...shownOf(value) };
  }
  const secrets = await store.secrets();
  return {
    name: webhook.name,
    secret: null,
    ...made,
    rotated: generated.map(({ scheme, purpose }) => ({
      scheme,
      older: inForce(webhook.name, purpose, now, secrets).length - 1,
    })),
    not_rotated: given.map(({ scheme, key }) => ({
      scheme,
      why: `it is given in ${webhook.origin === 'file' ? 'the config file' : 'the webhook itself'}: ${key}`,
      fix: howToRotate(webhook, key),
    })),
  };
}

/** What was made for a webhook that somebody just added or changed. */
export function shownOnce(
  { created }: { readonly created: { readonly secrets: readonly StoredSecret[] } },
  noun: Noun,
  name: string,
): Partial<SecretAnswer> {
  if (noun !== 'webhook') return {};
  const made = created.secrets.filter((secret) => secret.noun === noun && secret.name === name);
  return Object.assign({}, ...made.map(({ value }) => shownOf(value)));
}

/** A shared secret is shown once; of an ed25519 key nobody needs more than the public half. */
function shownOf(value: string): Partial<SecretAnswer> {
  const publicKey = publicKeyOf(value);
  return publicKey === null ? { secret: value } : { public_key: publicKey };
}

const inForce = (
  name: string,
  purpose: SecretPurpose,
  now: number,
  secrets: readonly StoredSecret[],
): StoredSecret[] =>
  secrets.filter(
    (secret) =>
      secret.noun === 'webhook' &&
      secret.name === name &&
      secret.purpose === purpose &&
      (secret.expiresAt === null || secret.expiresAt > now),
  );

function refuseTooMany(
  name: string,
  rotated: readonly SchemeKey[],
  now: number,
  secrets: readonly StoredSecret[],
): void {
  if (rotated.every(({ purpose }) => inForce(name, purpose, now, secrets).length < MOST_SECRETS)) return;
  throw new RelayError('object.invalid', `webhook "${name}" already has ${MOST_SECRETS} keys in force`, {
    why: 'each rotation with an overlap keeps the old key valid for a while',
    fix: 'wait until one of them ends, or rotate with --overlap 0s to end them all now',
  });
}

function unsigned({ name, origin }: SignedWebhook): RelayError {
  return new RelayError('object.invalid', `webhook "${name}" is not signed by Standard Webhooks`, {
    why: 'its signature is none',
    fix:
      origin === 'file'
        ? 'sign it: signature: v1 in the config file, then: relay config reload'
        : `sign it: relay webhook edit ${name} --signature v1`,
  });
}

/** For a key that is not Relay's to change: the list of new and old, where it stands. */
function howToRotate({ name, origin }: SignedWebhook, key: SchemeKey['key']): string {
  if (origin === 'file')
    return `put the new one first, both sign: ${key}: [env:NEW, env:OLD], then: relay config reload`;
  if (origin === 'api')
    return `send the new one first, both sign: PATCH /api/v1/webhooks/${name} {"${key}": [new, old]}`;
  const flag = key === 'secret' ? '--secret' : '--private-key';
  return `name the new one first, both sign: relay webhook edit ${name} ${flag} env:NEW ${flag} env:OLD`;
}

function allGiven(webhook: SignedWebhook, given: readonly SchemeKey[]): RelayError {
  const what = given
    .map(({ key }) => (key === 'secret' ? 'signing secret' : 'signing key'))
    .join(' and the ');
  const are = given.length === 1 ? 'is' : 'are';
  const subject = `the ${what} of webhook "${webhook.name}"`;
  const fixes = given.map(({ key }) => howToRotate(webhook, key));
  if (webhook.origin === 'file') {
    return definedInFile(subject, fixes.join('; '), are);
  }
  const keys = given.map(({ key }) => key).join(',');
  const make = `let Relay make a new one, the old one ends at once: relay webhook edit ${webhook.name} --unset ${keys}`;
  return new RelayError('object.invalid', `${subject} ${are} given, not generated`, {
    fix: [...fixes, make].join('; or '),
  });
}
