// When a failed attempt is tried again. Pure: the random number is passed in.

export interface RetryPolicy {
  /** Retries after the first try. 0 means one attempt and final failure. */
  readonly max: number;
  readonly baseMs: number;
  readonly factor: number;
  /** Added on top, as a fraction of the delay: 0.2 makes a delay 1.0–1.2 times as long. Never brings a retry forward. */
  readonly jitter: number;
  /** Explicit delays before retry 1, 2, …; when given it replaces base and factor, and its length replaces max. */
  readonly scheduleMs?: readonly number[];
  /** `transient`: only network failures, 408, 425, 429 and 5xx are tried again, other answers are final. Default `all`. */
  readonly on?: 'all' | 'transient';
  /** A delivery this old is given up, whatever retries it has left. */
  readonly giveUpAfterMs?: number;
}

export const DEFAULT_RETRY: RetryPolicy = { max: 3, baseMs: 5_000, factor: 4, jitter: 0.2 };

/** The example schedule of Standard Webhooks 1.0.0: 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. */
export const STANDARD_WEBHOOKS_RETRY: RetryPolicy = {
  max: 9,
  baseMs: 5_000,
  factor: 1,
  jitter: 0.1,
  scheduleMs: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map(
    (seconds) => seconds * 1_000,
  ),
};

/** A Retry-After is honoured up to this long. */
export const RETRY_AFTER_CAP_MS = 24 * 3_600_000;

/** Statuses below 500 that say "not now" rather than "not this": RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4. */
const TRANSIENT_BELOW_500: ReadonlySet<number> = new Set([408, 425, 429]);

/** Whether trying again may help by itself: no answer at all, or one that speaks of the moment. */
export function isTransient(status: number | null): boolean {
  return status === null || status >= 500 || TRANSIENT_BELOW_500.has(status);
}

/**
 * The delay in ms before retry number `retry` (1 is the first), or null when the policy has no more.
 * `retryAfterMs` is a floor given by the receiver (capped). `random` is in [0, 1).
 */
export function retryDelayMs(
  policy: RetryPolicy,
  retry: number,
  random: number,
  retryAfterMs: number | null = null,
): number | null {
  const count = policy.scheduleMs?.length ?? policy.max;
  if (retry > count) return null;
  const plain = policy.scheduleMs?.[retry - 1] ?? policy.baseMs * policy.factor ** (retry - 1);
  const floor = Math.min(Math.max(plain, retryAfterMs ?? 0), Math.max(plain, RETRY_AFTER_CAP_MS));
  return Math.round(floor + plain * policy.jitter * random);
}
