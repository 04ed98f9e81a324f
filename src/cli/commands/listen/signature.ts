// Whether a message that arrived is signed as Standard Webhooks 1.0.0 asks. Knows two judges: the running daemon, which holds the
// secrets, and one secret given here. Never prints a secret.

import { createHmac, timingSafeEqual } from 'node:crypto';

export type Headers = Readonly<Record<string, string>>;

export type Verdict =
  | { readonly state: 'unsigned' }
  /** `by`: the webhooks whose secret verifies it, or `--secret`. */
  | { readonly state: 'verified'; readonly by: string }
  | { readonly state: 'wrong'; readonly why: string }
  | { readonly state: 'unchecked'; readonly why: string };

export type Judge = (headers: Headers, body: string) => Promise<Verdict>;

/** Standard Webhooks 1.0.0: a timestamp further away than this is refused, to stop replays. */
const TOLERANCE_MS = 5 * 60_000;

/** `whsec_<base64>` (or bare base64) → the key's bytes; undefined when it is neither or empty. */
export function signingKey(secret: string): Buffer | undefined {
  const base64 = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  if (base64 === '' || !/^[A-Za-z0-9+/_-]+=*$/.test(base64)) return undefined;
  const key = Buffer.from(base64, 'base64');
  return key.length === 0 ? undefined : key;
}

/** True when none of the three headers is there: the sender did not mean to sign. */
export function isUnsigned(headers: Headers): boolean {
  return headers['webhook-signature'] === undefined;
}

/** Judges with one key. `now` in ms UTC. Signed text is `id.timestamp.body`, MAC is HMAC-SHA256. */
export function judgeWithKey(key: Buffer, headers: Headers, body: string, now: number): Verdict {
  if (isUnsigned(headers)) return { state: 'unsigned' };
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  if (!id || !timestamp) return { state: 'wrong', why: 'webhook-id or webhook-timestamp is missing' };
  if (!/^\d+$/.test(timestamp)) return { state: 'wrong', why: 'webhook-timestamp is not a number' };
  if (Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS)
    return { state: 'wrong', why: 'webhook-timestamp is more than 5 minutes away' };
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const given = (headers['webhook-signature'] ?? '')
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'));
  const matches = given.some((mac) => mac.length === expected.length && timingSafeEqual(mac, expected));
  return matches
    ? { state: 'verified', by: '--secret' }
    : { state: 'wrong', why: 'the signature does not fit this secret' };
}

/** The verdict in words. */
export function describeVerdict(verdict: Verdict): string {
  switch (verdict.state) {
    case 'unsigned':
      return 'not signed';
    case 'verified':
      return `verified (${verdict.by})`;
    case 'wrong':
      return `WRONG signature: ${verdict.why}`;
    case 'unchecked':
      return `signature not checked: ${verdict.why}`;
  }
}
