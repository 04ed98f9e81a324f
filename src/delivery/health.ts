// The standing of one destination, as attempts change it: failures in a row, pauses a receiver asked for, 410. Pure.

import { formatSpan } from '../core/units.js';
import type { Outcome } from '../destinations/driver.js';
import type { OperationalEventType } from '../model/event-types.js';
import { type DisableRule, LEAST_FAILURES_TO_DISABLE } from '../model/pace.js';
import { RETRY_AFTER_CAP_MS } from '../model/retry-policy.js';
import type { Destination } from '../model/topology.js';
import type { DestinationState } from '../store/store.js';
import { CLOSED, circuitAfterFailure, circuitAfterThrottle, circuitRuleOf } from './circuit.js';

/** Failed attempts in a row that make a destination degraded. A 429 is no fault and is not counted. */
const DEGRADED_AFTER = 3;
/** A 429 that names no time still pauses the lane this long: asking again at once is how throttles become bans. */
const THROTTLE_FLOOR_MS = 1_000;

export interface HealthChange {
  readonly state: DestinationState;
  /** Said once per crossing. */
  readonly notice: Extract<
    OperationalEventType,
    'destination.degraded' | 'destination.disabled' | 'destination.recovered'
  > | null;
}

export function newDestinationState(ref: string): DestinationState {
  return {
    ref,
    disabledReason: null,
    disabledAt: null,
    pausedUntil: null,
    consecutiveFailures: 0,
    lastTriggeredAt: null,
    lastSuccessAt: null,
    lastResult: '',
    failingSince: null,
    ...CLOSED,
    recentStarts: null,
  };
}

export function isDegraded(state: DestinationState): boolean {
  return state.consecutiveFailures >= DEGRADED_AFTER;
}

/** What enabling by hand makes of a standing: all is forgiven. */
export const FORGIVEN = {
  disabledReason: null,
  disabledAt: null,
  pausedUntil: null,
  consecutiveFailures: 0,
  failingSince: null,
  ...CLOSED,
} as const;

/** A standing as it was kept, under the rules of now: no wait is longer than they, or a clock that was right, can have made it. */
export function underRules(
  state: DestinationState,
  rules: Pick<Destination, 'circuit'>,
  now: number,
): DestinationState {
  const { pausedUntil, probeAt, probeWaitMs } = state;
  const rule = circuitRuleOf(rules);
  const latest = now + RETRY_AFTER_CAP_MS;
  const pause = pausedUntil === null ? null : Math.min(pausedUntil, latest);
  if (rule === null || probeAt === null) return { ...state, pausedUntil: pause, ...CLOSED };
  const { maxProbeMs } = rule;
  return {
    ...state,
    pausedUntil: pause,
    probeAt: Math.min(probeAt, now + maxProbeMs),
    probeWaitMs: Math.min(probeWaitMs ?? maxProbeMs, maxProbeMs),
  };
}

/** New settings may be the cure: it is probed at once. A receiver elsewhere has asked for no patience. */
export function withNewSettings(
  state: DestinationState,
  isElsewhere: boolean,
  now: number,
): DestinationState {
  return {
    ...state,
    pausedUntil: isElsewhere ? null : state.pausedUntil,
    probeAt: state.probeAt === null ? null : now,
  };
}

/** The clock was set back by so much: waits end when they would have. */
export function setBack(state: DestinationState, byMs: number): DestinationState {
  const moved = (at: number | null): number | null => (at === null ? null : at - byMs);
  return { ...state, pausedUntil: moved(state.pausedUntil), probeAt: moved(state.probeAt) };
}

export type HealthRules = Pick<Destination, 'circuit' | 'disableAfter'>;

/**
 * @param startedAt when the attempt began, ms UTC
 * @param now when it ended
 * @param result short, for lists: `200`, `timeout`
 */
export function afterAttempt(
  before: DestinationState,
  outcome: Outcome,
  startedAt: number,
  now: number,
  result: string,
  rules: HealthRules = {},
): HealthChange {
  // The receiver was not asked: a body that this one event cannot fill must not hold up the events that can.
  if (outcome.kind === 'reject' && result === 'build') {
    return { state: { ...before, lastResult: result }, notice: null };
  }
  const seen = {
    ...before,
    lastTriggeredAt: Math.max(startedAt, before.lastTriggeredAt ?? 0),
    lastResult: result,
  };
  if (outcome.kind === 'delivered') {
    const state = { ...seen, consecutiveFailures: 0, lastSuccessAt: now, failingSince: null, ...CLOSED };
    return { state, notice: isDegraded(before) ? 'destination.recovered' : null };
  }
  if (outcome.kind === 'gone') {
    // Requests already under way may bring a second 410: the first one counts.
    if (before.disabledReason !== null) return { state: seen, notice: null };
    const state = { ...seen, disabledReason: outcome.reason, disabledAt: now };
    return { state, notice: 'destination.disabled' };
  }
  if (outcome.kind === 'retry' && outcome.tooLarge === true) {
    return { state: { ...seen, ...circuitAfterThrottle(before, startedAt, now) }, notice: null };
  }
  const pausedUntil = pauseAfter(before.pausedUntil, outcome, now);
  if (outcome.kind === 'retry' && outcome.throttled) {
    return { state: { ...seen, pausedUntil, ...circuitAfterThrottle(before, startedAt, now) }, notice: null };
  }
  const failures = before.consecutiveFailures + 1;
  // A proxy's fault says nothing of the receiver: it degrades, for nothing arrives, and opens the circuit, but is counted no further: a
  // long outage of the proxy and one failure of its own must not add up to a receiver that is disabled.
  const isOurs = result === 'proxy';
  const consecutiveFailures = isOurs
    ? Math.max(before.consecutiveFailures, Math.min(failures, DEGRADED_AFTER))
    : failures;
  const seenByCircuit = isOurs && failures > DEGRADED_AFTER ? Number.POSITIVE_INFINITY : failures;
  const circuit = circuitAfterFailure(before, seenByCircuit, circuitRuleOf(rules), startedAt, now);
  const failingSince = isOurs ? before.failingSince : (before.failingSince ?? startedAt);
  const state = { ...seen, consecutiveFailures, failingSince, pausedUntil, ...circuit };
  if (!isOurs && before.disabledReason === null && isToBeDisabled(state, rules.disableAfter, now)) {
    const disabledReason = `failed for ${formatSpan(now - (failingSince ?? now))}, ${consecutiveFailures} times in a row; last: ${outcome.reason}`;
    return { state: { ...state, disabledReason, disabledAt: now }, notice: 'destination.disabled' };
  }
  return { state, notice: isDegraded(state) && !isDegraded(before) ? 'destination.degraded' : null };
}

/** Only uninterrupted failing counts: `failingSince` and the count begin anew with every success. */
function isToBeDisabled(
  { consecutiveFailures, failingSince }: DestinationState,
  rule: DisableRule | undefined,
  now: number,
): boolean {
  if (rule === undefined) return false;
  if ('failures' in rule) return consecutiveFailures >= rule.failures;
  return consecutiveFailures >= LEAST_FAILURES_TO_DISABLE && now - (failingSince ?? now) >= rule.spanMs;
}

/** A pause is only ever lengthened: of several answers in flight the longest wish counts. */
function pauseAfter(pausedUntil: number | null, outcome: Outcome, now: number): number | null {
  if (outcome.kind !== 'retry') return pausedUntil;
  const wishMs = outcome.afterMs ?? (outcome.throttled ? THROTTLE_FLOOR_MS : null);
  if (wishMs === null) return pausedUntil;
  return Math.max(pausedUntil ?? 0, now + Math.min(wishMs, RETRY_AFTER_CAP_MS));
}
