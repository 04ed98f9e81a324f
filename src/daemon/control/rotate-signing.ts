// Gives a webhook new signing keys: which of its schemes can be rotated, how many keys may be in force at once, and what is answered.
// Provisions nothing itself.

import { schemesOf, type WebhookSecuritySpec } from '../../config/webhook-security.js';
import type { Clock } from '../../core/clock.js';
import { RelayError } from '../../core/errors.js';
import { newPrivateKey, newSigningKey, publicKeyOf } from '../../core/signing.js';
import type { SecretAnswer } from '../../http/wire/api-types.js';
import type { SecretPurpose, Store } from '../../store/store.js';

/** How many keys of one scheme may be in force at once for one webhook. */
const MAX_SIGNING_KEYS = 10;

export interface SignedWebhook {
  readonly name: string;
  readonly spec: WebhookSecuritySpec & { readonly secret?: string };
  readonly isInFile: boolean;
}

interface Rotatable {
  readonly purpose: SecretPurpose;
  readonly given: string | undefined;
  readonly key: 'secret' | 'private_key';
  make(): string;
}

function rotatablesOf({ spec }: SignedWebhook): Rotatable[] {
  return schemesOf(spec).map((scheme) =>
    scheme === 'v1'
      ? { purpose: 'signing', given: spec.secret, key: 'secret', make: newSigningKey }
      : { purpose: 'signing_v1a', given: spec.private_key, key: 'private_key', make: newPrivateKey },
  );
}

/**
 * New keys for every scheme whose key Relay makes; the old ones count until the overlap ends. Writes nothing when it is refused.
 * @throws RelayError config.origin_file, object.invalid
 */
export async function rotateSigning(
  webhook: SignedWebhook,
  overlapMs: number,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<SecretAnswer> {
  const all = rotatablesOf(webhook);
  const generated = all.filter(({ given }) => given === undefined);
  const [first] = all;
  if (first === undefined) throw unsigned(webhook);
  if (generated.length === 0) throw givenKey(webhook, first.key);
  const now = clock.now();
  await refuseTooMany(webhook.name, generated, overlapMs, now, store);
  let answer: SecretAnswer = { name: webhook.name, secret: null };
  for (const { purpose, make } of generated) {
    const value = make();
    await store.putSecret(
      { noun: 'webhook', name: webhook.name, purpose, value, createdAt: now },
      now + overlapMs,
    );
    answer = { ...answer, ...shownOf(value) };
  }
  return answer;
}

/** A shared secret is shown once; of an ed25519 key nobody needs more than the public half. */
export function shownOf(value: string): Partial<SecretAnswer> {
  const publicKey = publicKeyOf(value);
  return publicKey === null ? { secret: value } : { public_key: publicKey };
}

async function refuseTooMany(
  name: string,
  rotated: readonly Rotatable[],
  overlapMs: number,
  now: number,
  store: Store,
): Promise<void> {
  if (overlapMs === 0) return;
  const secrets = await store.secrets();
  for (const { purpose } of rotated) {
    const inForce = secrets.filter(
      (secret) =>
        secret.noun === 'webhook' &&
        secret.name === name &&
        secret.purpose === purpose &&
        (secret.expiresAt === null || secret.expiresAt > now),
    );
    if (inForce.length < MAX_SIGNING_KEYS) continue;
    throw new RelayError(
      'object.invalid',
      `webhook "${name}" already has ${MAX_SIGNING_KEYS} signing secrets in force`,
      {
        why: 'each rotation with an overlap keeps the old secret valid for a while',
        fix: 'wait until one of them ends, or rotate with --overlap 0s to end them all now',
      },
    );
  }
}

function unsigned({ name, isInFile }: SignedWebhook): RelayError {
  return new RelayError('object.invalid', `webhook "${name}" is not signed by Standard Webhooks`, {
    why: 'its signature is none',
    fix: isInFile
      ? 'sign it: signature: v1 in the config file, then: relay config reload'
      : `sign it: relay webhook edit ${name} --signature v1`,
  });
}

function givenKey({ name, isInFile }: SignedWebhook, key: 'secret' | 'private_key'): RelayError {
  const what = `the signing ${key === 'secret' ? 'secret' : 'key'} of webhook "${name}"`;
  if (isInFile) {
    return new RelayError('config.origin_file', `${what} is defined in the config file`, {
      why: 'the file is the one place to change what it defines',
      fix: 'change it there and reload',
    });
  }
  const other = key === 'secret' ? 'give it another one: relay webhook edit ' : '';
  return new RelayError('object.invalid', `${what} was given, not generated`, {
    fix:
      other === ''
        ? `let Relay make one: relay webhook edit ${name} --unset private_key`
        : `${other}${name} --secret env:NAME   or let Relay make one: --unset secret`,
  });
}
