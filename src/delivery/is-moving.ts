// Whether a destination takes what waits for it: only then is it worth waiting until less does. Pure.

import type { DestinationBacklog } from '../store/store.js';
import type { LaneState } from './engine.js';

/** Something is due and nothing was delivered for so long: a receiver that hangs, answers 429 to everything, or asked for a long pause. */
export const STANDSTILL_MS = 60_000;

/** @param now ms UTC */
export function isMoving(
  lane: LaneState,
  { oldestDueAt }: Pick<DestinationBacklog, 'oldestDueAt'>,
  now: number,
): boolean {
  if (lane.isPaused || lane.disabledReason !== null || lane.health !== 'healthy' || lane.probeAt !== null)
    return false;
  return now - Math.max(lane.lastSuccessAt ?? 0, oldestDueAt ?? now) < STANDSTILL_MS;
}
