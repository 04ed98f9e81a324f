// Where a delivery goes after an attempt. Pure: outcome, policy and trigger in, the store's NextStep out.

import type { Outcome } from '../destinations/driver.js';
import type { AttemptOutcome, Trigger } from '../model/delivery.js';
import { type RetryPolicy, retryDelayMs } from '../model/retry-policy.js';
import type { NextStep } from '../store/store.js';

export interface AttemptJudged {
  readonly trigger: Trigger;
  /** Attempts made before this one in its automatic cycle. */
  readonly cycleTries: number;
  /** How long ago the delivery was made. */
  readonly ageMs: number;
  /** Short: `503`, `timeout`, `build`. */
  readonly result: string;
  readonly outcome: Outcome;
}

/** A delivery younger than this is never failed by a 429: the receiver works, it asks for patience. */
export const THROTTLED_FREE_MS = 24 * 3_600_000;

/** Asked for by a person or by the sweep: one attempt, then its state is final until somebody asks again. */
const SINGLE: ReadonlySet<Trigger> = new Set<Trigger>(['resend', 'test', 'sweep']);

/**
 * @param now ms UTC, when the attempt ended
 * @param random in [0, 1)
 */
export function nextStepAfter(
  attempt: AttemptJudged,
  policy: RetryPolicy,
  now: number,
  random: number,
): NextStep {
  const { outcome, trigger, cycleTries, ageMs, result } = attempt;
  switch (outcome.kind) {
    case 'delivered':
      return { state: 'delivered' };
    case 'reject':
    case 'gone':
      return { state: 'dead', reason: outcome.reason };
    case 'retry': {
      if (SINGLE.has(trigger)) return { state: 'failed', reason: `${trigger}: ${outcome.reason}` };
      const count = policy.scheduleMs?.length ?? policy.max;
      if (outcome.throttled && ageMs < THROTTLED_FREE_MS && count > 0) {
        const waitMs = retryDelayMs(policy, Math.min(cycleTries + 1, count), random, outcome.afterMs) ?? 0;
        const reason = `throttled (${result}), does not count as a retry`;
        return { state: 'pending', dueAt: now + waitMs, reason, isFree: true };
      }
      const retry = cycleTries + 1;
      const delayMs = retryDelayMs(policy, retry, random, outcome.afterMs);
      if (delayMs === null) {
        const used = count === 0 ? 'no retries are set' : `${count} of ${count} retries used`;
        return { state: 'failed', reason: `${used}; ${outcome.reason}` };
      }
      return { state: 'pending', dueAt: now + delayMs, reason: `retry ${retry} of ${count} after ${result}` };
    }
  }
}

export function attemptOutcome(outcome: Outcome): AttemptOutcome {
  return outcome.kind === 'reject' ? 'rejected' : outcome.kind;
}
