// Order per incident and destination. Of the unfinished deliveries of one incident to one destination only the oldest may be
// claimed; the others are stored as blocked and stand outside the index that claims read. Called inside writes only.

import { PENDING } from './codes.js';
import type { Kernel } from './kernel.js';

export interface Siblings {
  /** Whether a delivery made now must wait: an older one of the same incident and destination is not done. */
  mustWait(incident: number, destination: number, before: number): boolean;
  /** A delivery became unfinished again: blocks the younger ones that wait. */
  holdBackAfter(incident: number, destination: number, id: number): void;
  /** A delivery is done: unblocks the oldest that is left. True when one became claimable. */
  freeNext(incident: number | null, destination: number): boolean;
}

export function prepareSiblings({ db }: Kernel): Siblings {
  const first = db
    .prepare(
      'SELECT id, state, blocked FROM delivery WHERE incident = ? AND destination = ? AND state < 2 AND incident IS NOT NULL ORDER BY id LIMIT 1',
    )
    .raw();
  const block = db.prepare(
    'UPDATE delivery SET blocked = 1 WHERE incident = ? AND destination = ? AND id > ? AND state < 2 AND state = 0 AND blocked = 0',
  );
  const unblock = db.prepare('UPDATE delivery SET blocked = 0 WHERE id = ?');
  const oldest = (incident: number, destination: number) =>
    first.get(incident, destination) as [id: number, state: number, blocked: number] | undefined;
  return {
    mustWait(incident, destination, before) {
      const head = oldest(incident, destination);
      return head !== undefined && head[0] < before;
    },
    holdBackAfter(incident, destination, id) {
      block.run(incident, destination, id);
    },
    freeNext(incident, destination) {
      if (incident === null) return false;
      const head = oldest(incident, destination);
      if (head === undefined || head[1] !== PENDING || head[2] === 0) return false;
      unblock.run(head[0]);
      return true;
    },
  };
}
