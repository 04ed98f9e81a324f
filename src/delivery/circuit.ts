// The circuit of one destination: open while `probeAt` is set, and then only a probe may be sent, not before that instant. Pure.

import { type CircuitRule, DEFAULT_CIRCUIT } from '../model/pace.js';
import type { Destination } from '../model/topology.js';
import type { DestinationState } from '../store/store.js';

export type CircuitState = Pick<DestinationState, 'probeAt' | 'probeWaitMs'>;

export const CLOSED: CircuitState = { probeAt: null, probeWaitMs: null };

/** Null where the circuit is switched off. */
export function circuitRuleOf({ circuit }: Pick<Destination, 'circuit'>): CircuitRule | null {
  return circuit === undefined ? DEFAULT_CIRCUIT : circuit;
}

/**
 * @param failures in a row, this one included
 * @param startedAt when the failed attempt began, ms UTC: what began before the probe was due is a straggler, and says nothing new
 * @param now when it ended
 */
export function circuitAfterFailure(
  before: CircuitState,
  failures: number,
  rule: CircuitRule | null,
  startedAt: number,
  now: number,
): CircuitState {
  if (rule === null) return CLOSED;
  if (before.probeAt === null) {
    return failures < rule.failures ? CLOSED : { probeAt: now + rule.probeMs, probeWaitMs: rule.probeMs };
  }
  if (startedAt < before.probeAt) return pick(before);
  const probeWaitMs = Math.min((before.probeWaitMs ?? rule.probeMs) * 2, rule.maxProbeMs);
  return { probeAt: now + probeWaitMs, probeWaitMs };
}

/** A 429 says that the receiver is there, not that it works: the next probe comes as soon as this one did. */
export function circuitAfterThrottle(before: CircuitState, startedAt: number, now: number): CircuitState {
  if (before.probeAt === null || startedAt < before.probeAt) return pick(before);
  return { probeAt: now + (before.probeWaitMs ?? 0), probeWaitMs: before.probeWaitMs };
}

const pick = ({ probeAt, probeWaitMs }: CircuitState): CircuitState => ({ probeAt, probeWaitMs });
