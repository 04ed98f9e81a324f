// Where a delivery goes after an attempt. Pure: outcome, policy and trigger in, the store's NextStep out.

import { formatSpan } from '../core/units.js';
import type { Outcome } from '../destinations/driver.js';
import type { AttemptOutcome, Trigger } from '../model/delivery.js';
import { isTransient, type RetryPolicy, retryDelayMs } from '../model/retry-policy.js';
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
const THROTTLED_FREE_MS = 24 * 3_600_000;

/** Asked for by a person or by the sweep: one attempt, then its state is final until somebody asks again. */
const SINGLE: ReadonlySet<Trigger> = new Set<Trigger>(['resend', 'sweep']);

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
      if (outcome.tooLarge === true)
        return { state: 'pending', dueAt: now, reason: outcome.reason, isFree: true };
      // One request, as promised: what is `failed` the sweep sends again, to a receiver that may be in use by then.
      if (trigger === 'test') return { state: 'dead', reason: `test: ${outcome.reason}` };
      if (SINGLE.has(trigger)) return { state: 'failed', reason: `${trigger}: ${outcome.reason}` };
      const count = policy.scheduleMs?.length ?? policy.max;
      if (outcome.throttled && ageMs < THROTTLED_FREE_MS && count > 0) {
        const waitMs = retryDelayMs(policy, Math.min(cycleTries + 1, count), random, outcome.afterMs) ?? 0;
        const reason = `throttled (${result}), does not count as a retry`;
        const tooOld = tooOldAfter(ageMs + waitMs, policy, outcome);
        return tooOld ?? { state: 'pending', dueAt: now + waitMs, reason, isFree: true };
      }
      const retry = cycleTries + 1;
      const delayMs = retryDelayMs(policy, retry, random, outcome.afterMs);
      if (delayMs === null) {
        const used = count === 0 ? 'no retries are set' : `${count} of ${count} retries used`;
        return { state: 'failed', reason: `${used}; ${outcome.reason}` };
      }
      const reason = `retry ${retry} of ${count} after ${result}`;
      const tooOld = tooOldAfter(ageMs + delayMs, policy, outcome);
      return tooOld ?? { state: 'pending', dueAt: now + delayMs, reason };
    }
  }
}

/** Given up at once when the next try would come too late: nobody waits for news of it in vain. */
function tooOldAfter(ageMs: number, { giveUpAfterMs }: RetryPolicy, outcome: Outcome): NextStep | null {
  if (giveUpAfterMs === undefined || ageMs < giveUpAfterMs) return null;
  return { state: 'dead', reason: `${givenUpAfter(giveUpAfterMs)}; ${outcome.reason}` };
}

export const givenUpAfter = (limitMs: number): string =>
  `given up: not delivered within ${formatSpan(limitMs)}`;

/** What `retry.on: transient` makes of a driver's judgement. `status` is null without an answer. */
export function narrowOutcome(
  outcome: Outcome,
  status: number | null,
  isBuilt: boolean,
  { on }: RetryPolicy,
): Outcome {
  if (on !== 'transient' || outcome.kind !== 'retry' || outcome.throttled) return outcome;
  if (isBuilt && isTransient(status)) return outcome;
  return {
    kind: 'reject',
    reason: `${outcome.reason}; not retried: it would not pass by itself (retry.on: transient)`,
  };
}

export function attemptOutcome(outcome: Outcome): AttemptOutcome {
  return outcome.kind === 'reject' ? 'rejected' : outcome.kind;
}
