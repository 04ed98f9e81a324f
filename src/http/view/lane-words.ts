// What a destination waits for at the moment, in words: for `status`, and beside its state. Why it is paused or disabled is said elsewhere.

import { formatSize, formatSpan } from '../../core/units.js';
import type { LaneState } from '../../delivery/engine.js';

/** `probing, next try in 12s`; null when nothing holds it back. */
export function waitsFor(lane: LaneState, now: number): string | null {
  const waitMs = (lane.nextTryAt ?? lane.pausedUntil ?? 0) - now;
  const next = waitMs > 0 ? `next try in ${formatSpan(waitMs)}` : null;
  if (lane.probeAt !== null) return next === null ? 'probing now' : `probing, ${next}`;
  if (next === null) return null;
  return (lane.pausedUntil ?? 0) > now ? `told to wait by the receiver, ${next}` : `rate used up, ${next}`;
}

/** What was learnt from 413; null while requests are as large as usual. */
export function smallerRequests({ learntBatchBytes }: LaneState): string | null {
  if (learntBatchBytes === null || learntBatchBytes === undefined) return null;
  return `at most ${formatSize(learntBatchBytes)} of events a request, as it answered 413 to more`;
}
