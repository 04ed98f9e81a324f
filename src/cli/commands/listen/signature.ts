// Whether a message that arrived is signed as Standard Webhooks 1.0.0 asks. Knows two judges: the running daemon, which holds the
// secrets, and one secret given here. Never prints a secret.

import { asRelayError } from '../../../core/errors.js';
import { signMessage } from '../../../core/signing.js';
import type { VerifyAnswer } from '../../../http/wire/api-types.js';
import type { ApiClient } from '../../client.js';

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

/** True when none of the three headers is there: the sender did not mean to sign. */
function isUnsigned(headers: Headers): boolean {
  return headers['webhook-signature'] === undefined;
}

/**
 * Judges with one key in its written form (`whsec_…`). `now` in ms UTC.
 * @throws Error when the key is not one
 */
export function judgeWithKey(key: string, headers: Headers, body: string, now: number): Verdict {
  if (isUnsigned(headers)) return { state: 'unsigned' };
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  if (!id || !timestamp) return { state: 'wrong', why: 'webhook-id or webhook-timestamp is missing' };
  if (!/^\d{1,12}$/.test(timestamp)) return { state: 'wrong', why: 'webhook-timestamp is not a number' };
  if (Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS)
    return { state: 'wrong', why: 'webhook-timestamp is more than 5 minutes away' };
  const expected = signMessage([key], id, Number(timestamp), body);
  const given = (headers['webhook-signature'] ?? '').split(' ');
  return given.includes(expected)
    ? { state: 'verified', by: '--secret' }
    : { state: 'wrong', why: 'the signature does not fit this secret' };
}

/** The daemon judges: it holds the secrets of every webhook. Without one the requests are shown all the same. */
export function judgeByDaemon(api: ApiClient): Judge {
  return async (headers, body) => {
    if (isUnsigned(headers)) return { state: 'unsigned' };
    const asked = { headers: signatureHeaders(headers), body };
    try {
      const answer = await api.post<VerifyAnswer>('/webhooks/verify', asked);
      return answer.verified.length > 0
        ? { state: 'verified', by: answer.verified.map((name) => `webhook ${name}`).join(', ') }
        : { state: 'wrong', why: answer.reason };
    } catch (error) {
      return { state: 'unchecked', why: asRelayError(error).message };
    }
  };
}

/** Only what the signature is made of leaves this process. */
function signatureHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('webhook-')));
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
