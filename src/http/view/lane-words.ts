// What a destination waits for at the moment, in words: for `status`, and beside its state. Why it is paused or disabled is said elsewhere.

import { formatSpan } from '../../core/units.js';
import type { LaneState } from '../../delivery/engine.js';

/** `probing, next try in 12s`; null when nothing holds it back. */
export function waitsFor(lane: LaneState, now: number): string | null {
  const waitMs = (lane.nextTryAt ?? lane.pausedUntil ?? 0) - now;
  const next = waitMs > 0 ? `next try in ${formatSpan(waitMs)}` : null;
  if (lane.probeAt !== null) return next === null ? 'probing now' : `probing, ${next}`;
  if (next === null || (lane.pausedUntil ?? 0) > now) return next;
  return `rate used up, ${next}`;
}
