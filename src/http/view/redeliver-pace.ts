// The pace of taking deliveries up again: while enough waits at a destination that takes what it gets, no more is added, for what comes in
// now queues up behind. Those that are paused, disabled or in trouble are not waited for: nothing would go on until they are well.

import { isMoving } from '../../delivery/is-moving.js';
import type { DestinationBacklog } from '../../store/store.js';
import type { Runtime } from '../runtime.js';
import { coversRef } from './find.js';

export const MAX_WAITING = 1_000;

/** Taken up since the store last counted: a costly count is given again for some seconds. */
const takenUpSince = new WeakMap<readonly DestinationBacklog[], number>();

export interface Pace {
  readonly waitsFor: { readonly destination: string; readonly waiting: number } | null;
  /** To be told how many a step has taken up. */
  note(changed: number): void;
}

/** @param named the selection's destination; undefined for all */
export async function paceOf({ store, engine, clock }: Runtime, named: string | undefined): Promise<Pace> {
  const backlog = await store.backlog();
  const added = takenUpSince.get(backlog) ?? 0;
  const full = backlog.find(({ destination, waiting, oldestDueAt }) => {
    if ((named !== undefined && !coversRef(named, destination)) || waiting + added < MAX_WAITING)
      return false;
    const lane = engine.laneState(destination);
    return lane !== undefined && isMoving(lane, { oldestDueAt }, clock.now());
  });
  return {
    waitsFor: full === undefined ? null : { destination: full.destination, waiting: full.waiting + added },
    note: (changed) => void takenUpSince.set(backlog, added + changed),
  };
}
