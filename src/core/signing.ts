// Standard Webhooks 1.0.0 signatures (symmetric, `v1`): reading keys and signing. Who signs when is the drivers' matter.

import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

export const SIGNING_KEY_PREFIX = 'whsec_';
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const MAX_KEPT_KEYS = 1_000;

const keptKeys = new Map<string, KeyObject>();

/** A new key of 32 random bytes in its written form. */
export function newSigningKey(): string {
  return SIGNING_KEY_PREFIX + randomBytes(32).toString('base64');
}

/**
 * The bytes of a key; the prefix may be left out (as the reference libraries allow). Null when it is not base64 of 24 to 64 bytes
 * (Standard Webhooks 1.0.0, "Signature scheme").
 */
export function decodeSigningKey(key: string): Buffer | null {
  const text = key.startsWith(SIGNING_KEY_PREFIX) ? key.slice(SIGNING_KEY_PREFIX.length) : key;
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length >= MIN_KEY_BYTES && bytes.length <= MAX_KEY_BYTES ? bytes : null;
}

/**
 * The value of `webhook-signature`: one `v1,<base64>` for each key, in the order given, separated by a space.
 * @param timestamp seconds, as in `webhook-timestamp`
 * @param body the exact text, or bytes, that are sent
 * @throws Error when a key is not one
 */
export function signMessage(
  keys: readonly string[],
  messageId: string,
  timestamp: number | string,
  body: string | Buffer,
): string {
  const signatures = keys.map((key) => {
    const hmac = createHmac('sha256', keyObjectOf(key));
    return `v1,${hmac.update(`${messageId}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return signatures.join(' ');
}

/** Reading a key costs about as much as a signature, so the objects are kept; a bound keeps rotations from adding up. */
function keyObjectOf(key: string): KeyObject {
  const kept = keptKeys.get(key);
  if (kept !== undefined) return kept;
  const bytes = decodeSigningKey(key);
  if (bytes === null) throw new Error('a signing key is not whsec_ and base64 of 24 to 64 bytes');
  const made = createSecretKey(bytes);
  if (keptKeys.size >= MAX_KEPT_KEYS) keptKeys.clear();
  keptKeys.set(key, made);
  return made;
}
