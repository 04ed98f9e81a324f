// Standard Webhooks 1.0.0 signatures: symmetric (`v1`, keys `whsec_…`) and with ed25519 (`v1a`, keys `whsk_…` and `whpk_…`). Reads and
// makes keys, and signs. Who signs when is the drivers' matter.

import {
  createHmac,
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

const SIGNING_KEY_PREFIX = 'whsec_';
const PRIVATE_KEY_PREFIX = 'whsk_';
const PUBLIC_KEY_PREFIX = 'whpk_';
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
/** A seed and the public key that belongs to it. */
const PRIVATE_KEY_BYTES = 64;
const SEED_BYTES = 32;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const MAX_KEPT_KEYS = 1_000;
/** PKCS #8 of an ed25519 seed: what stands before the seed (RFC 8410 §7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

interface ReadKey {
  readonly scheme: 'v1' | 'v1a';
  readonly object: KeyObject;
}

const keptKeys = new Map<string, ReadKey>();

/** A new symmetric key of 32 random bytes in its written form. */
export function newSigningKey(): string {
  return SIGNING_KEY_PREFIX + randomBytes(32).toString('base64');
}

/** A new ed25519 key in its written form, `whsk_`: the seed and the public key, as the specification writes it. */
export function newPrivateKey(): string {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const bytes = [d, x].map((part) => Buffer.from(part as string, 'base64url'));
  return PRIVATE_KEY_PREFIX + Buffer.concat(bytes).toString('base64');
}

/**
 * The bytes of a symmetric key; the prefix may be left out (as the reference libraries allow). Null when it is not base64 of 24 to
 * 64 bytes (Standard Webhooks 1.0.0, "Signature scheme").
 */
export function decodeSigningKey(key: string): Buffer | null {
  const text = key.startsWith(SIGNING_KEY_PREFIX) ? key.slice(SIGNING_KEY_PREFIX.length) : key;
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length >= MIN_KEY_BYTES && bytes.length <= MAX_KEY_BYTES ? bytes : null;
}

/** What a receiver verifies with: `whpk_…` of a `whsk_…`. Null when it is not one, or its two halves do not belong together. */
export function publicKeyOf(privateKey: string): string | null {
  const read = readPrivateKey(privateKey);
  if (read === null) return null;
  const { x } = read.export({ format: 'jwk' });
  return PUBLIC_KEY_PREFIX + Buffer.from(x as string, 'base64url').toString('base64');
}

function readPrivateKey(key: string): KeyObject | null {
  const text = key.slice(PRIVATE_KEY_PREFIX.length);
  if (!key.startsWith(PRIVATE_KEY_PREFIX) || !BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== PRIVATE_KEY_BYTES) return null;
  const der = Buffer.concat([PKCS8_HEAD, bytes.subarray(0, SEED_BYTES)]);
  const object = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x } = object.export({ format: 'jwk' });
  return Buffer.from(x as string, 'base64url').equals(bytes.subarray(SEED_BYTES)) ? object : null;
}

/**
 * The value of `webhook-signature`: one `v1,<base64>` for each `whsec_` key and one `v1a,<base64>` for each `whsk_` key, in the order
 * given, separated by a space.
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
  const head = `${messageId}.${timestamp}.`;
  return keys.map((key) => signatureWith(keyOf(key), head, body)).join(' ');
}

function signatureWith({ scheme, object }: ReadKey, head: string, body: string | Buffer): string {
  if (scheme === 'v1') return `v1,${createHmac('sha256', object).update(head).update(body).digest('base64')}`;
  const content = Buffer.concat([Buffer.from(head), Buffer.from(body as Buffer)]);
  return `v1a,${sign(null, content, object).toString('base64')}`;
}

/** Reading a key costs about as much as a signature, so the objects are kept; a bound keeps rotations from adding up. */
function keyOf(key: string): ReadKey {
  const kept = keptKeys.get(key);
  if (kept !== undefined) return kept;
  const made = readKey(key);
  if (keptKeys.size >= MAX_KEPT_KEYS) keptKeys.clear();
  keptKeys.set(key, made);
  return made;
}

function readKey(key: string): ReadKey {
  if (key.startsWith(PRIVATE_KEY_PREFIX)) {
    const object = readPrivateKey(key);
    if (object === null)
      throw new Error('a private key is not whsk_ and base64 of an ed25519 seed and its public key');
    return { scheme: 'v1a', object };
  }
  const bytes = decodeSigningKey(key);
  if (bytes === null) throw new Error('a signing key is not whsec_ and base64 of 24 to 64 bytes');
  return { scheme: 'v1', object: createSecretKey(bytes) };
}
