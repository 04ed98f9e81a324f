// What an answer to a webhook call means (Standard Webhooks 1.0.0, "Webhook success and failure"): 2xx is success and nothing else
// is, 410 ends it, 429 asks for patience, 502 and 504 (and 503) tell of overload, everything else is tried again. Redirects are failures:
// they are never followed.

import { parseRetryAfter } from '../../core/retry-after.js';
import type { DriverResponse, Outcome } from '../driver.js';

const OVERLOAD: ReadonlySet<number> = new Set([502, 503, 504]);

/** @param now ms UTC, for a Retry-After given as a date */
export function classifyWebhookAnswer(response: DriverResponse, now: number): Outcome {
  const { status, error } = response;
  if (error !== null || status === null) {
    return { kind: 'retry', reason: error?.message ?? 'no answer', afterMs: null, throttled: false };
  }
  if (status >= 200 && status < 300) return { kind: 'delivered', reason: `answered ${status}` };
  if (status === 410) return { kind: 'gone', reason: 'answered 410 Gone: the receiver wants no more' };
  return {
    kind: 'retry',
    reason: reasonOf(status),
    afterMs: parseRetryAfter(response.headers['retry-after'], now),
    throttled: status === 429,
    ...(OVERLOAD.has(status) ? { overloaded: true } : {}),
  };
}

function reasonOf(status: number): string {
  if (status === 429) return 'answered 429 Too Many Requests';
  return status >= 300 && status < 400
    ? `answered ${status}, a redirect; redirects are not followed: set the final URL`
    : `answered ${status}`;
}
