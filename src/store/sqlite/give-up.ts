// What is given up for its age: failed deliveries nobody takes up any more, and pending ones that waited too long.

import { firstIdAt } from '../../core/ids.js';
import { isOperational } from '../../model/event-types.js';
import type { GivenUpStep } from '../standing-store.js';
import { type BulkRow, END_DELIVERY, prepareStep, sliceOf } from './bulk-slices.js';
import { DEAD, FAILED, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';
import type { Siblings } from './siblings.js';

export function prepareGiveUp(kernel: Kernel, siblings: Siblings) {
  const { db, interned, writer } = kernel;
  const step = prepareStep(kernel);
  const end = db.prepare(END_DELIVERY);
  // What a person asked for is not given up for its age: 0 resends, and neither a redelivery nor a test.
  const selectOld = db.prepare(`SELECT d.id, d.incident, e.type FROM delivery d JOIN event e ON e.id = d.event
    WHERE d.state = 0 AND d.state <> 2 AND d.destination = ? AND d.id < ? AND d.resends = 0
    AND d.trigger NOT IN (${TRIGGER.code('redelivery')}, ${TRIGGER.code('test')}) ORDER BY d.id LIMIT ?`);

  return {
    giveUp: (destination: string, createdBefore: number, reason: string, limit: number) =>
      writer.submit(() =>
        step(
          { slices: sliceOf(kernel, destination, FAILED), ids: [0, firstIdAt(createdBefore)], limit },
          (row) => end.run(DEAD, reason, row.id),
        ),
      ),
    giveUpWaiting: (destination: string, createdBefore: number, reason: string, limit: number) =>
      writer.submit((): GivenUpStep => {
        const found = interned.findDestination(destination);
        if (found === undefined) return { changed: 0, newsworthy: 0, next: null };
        const rows = selectOld.all(found, firstIdAt(createdBefore), limit) as (BulkRow & { type: number })[];
        for (const row of rows) {
          end.run(DEAD, reason, row.id);
          siblings.freeNext(row.incident, found);
        }
        const newsworthy = rows.filter(({ type }) => !isOperational(interned.text(type))).length;
        return { changed: rows.length, newsworthy, next: rows.length < limit ? null : '' };
      }),
  };
}
