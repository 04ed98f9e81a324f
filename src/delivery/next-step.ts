// Where a delivery goes after an attempt. Pure: outcome, policy and trigger in, the store's NextStep out.

import type { Outcome } from '../destinations/driver.js';
import type { AttemptOutcome, Trigger } from '../model/delivery.js';
import { type RetryPolicy, retryDelayMs } from '../model/retry-policy.js';
import type { NextStep } from '../store/store.js';

export interface AttemptJudged {
  readonly trigger: Trigger;
  /** Attempts made before this one in its automatic cycle. */
  readonly cycleTries: number;
  /** Short: `503`, `timeout`, `build`. */
  readonly result: string;
  readonly outcome: Outcome;
}

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
  const { outcome, trigger, cycleTries, result } = attempt;
  switch (outcome.kind) {
    case 'delivered':
      return { state: 'delivered' };
    case 'reject':
    case 'gone':
      return { state: 'dead', reason: outcome.reason };
    case 'retry': {
      if (SINGLE.has(trigger)) return { state: 'failed', reason: `${trigger}: ${outcome.reason}` };
      const retry = cycleTries + 1;
      const count = policy.scheduleMs?.length ?? policy.max;
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
