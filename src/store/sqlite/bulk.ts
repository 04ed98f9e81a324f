// Bulk operations over deliveries, in small steps that can be taken up again: taking up, dropping, cancelling.

import type { Trigger } from '../../model/delivery.js';
import type { BulkSelection } from '../store.js';
import {
  type BulkRow,
  END_DELIVERY,
  idRange,
  prepareStep,
  type Slice,
  sliceOf,
  slicesOf,
} from './bulk-slices.js';
import { CANCELLED, DELIVERED, PENDING, SENDING, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';
import type { Siblings } from './siblings.js';

export function prepareBulk(kernel: Kernel, siblings: Siblings) {
  const { db, writer } = kernel;
  const step = prepareStep(kernel);
  const again =
    // A waiting resend stays one: a delivered delivery stays delivered should it fail, any other goes on with its fresh cycle.
    db.prepare(`UPDATE delivery SET state = 0, blocked = ?, due_at = ?, cycle = 0, trigger = ?, reason = ?, batch = NULL,
    rest_due = CASE WHEN resends > 0 AND rest_state <> 2 THEN ? END,
    rest_state = CASE WHEN resends > 0 THEN iif(rest_state = 2, 2, 0) END WHERE id = ?`);
  const end = db.prepare(END_DELIVERY);
  const dropOne =
    db.prepare(`UPDATE delivery SET state = iif(rest_state = ${DELIVERED}, ${DELIVERED}, ${CANCELLED}), blocked = 0,
    due_at = NULL, reason = ?, resends = 0, rest_state = NULL, rest_due = NULL, batch = NULL WHERE id = ?`);

  function takeUp(row: BulkRow, slice: Slice, trigger: Trigger, at: number): void {
    const waits = row.incident !== null && siblings.mustWait(row.incident, slice.destination, row.id);
    again.run(waits ? 1 : 0, at, TRIGGER.code(trigger), `taken up again: ${trigger}`, at, row.id);
    if (row.incident !== null && slice.state !== PENDING)
      siblings.holdBackAfter(row.incident, slice.destination, row.id);
  }

  return {
    redeliver: (
      selection: BulkSelection,
      trigger: Extract<Trigger, 'redelivery' | 'sweep'>,
      at: number,
      limit: number,
      after?: string,
    ) =>
      writer.submit(() => {
        const slices = slicesOf(kernel, selection).filter(
          ({ state }) => state !== SENDING && state !== DELIVERED,
        );
        const ids = idRange(selection.since, selection.until);
        // A test was one request and a look at its answer: it is sent again by hand alone.
        return step({ slices, ids, limit, after, withoutTests: true }, (row, slice) =>
          takeUp(row, slice, trigger, at),
        );
      }),
    dropHeld: (destination: string, until: number, reason: string, limit: number) =>
      writer.submit(() => {
        const slices = slicesOf(kernel, { status: ['held'], destination });
        return step({ slices, ids: idRange(undefined, until), limit }, (row, slice) => {
          dropOne.run(reason, row.id);
          siblings.freeNext(row.incident, slice.destination);
        });
      }),
    cancelAll: (destination: string, reason: string, _at: number, limit: number) =>
      writer.submit(() =>
        step({ slices: sliceOf(kernel, destination, PENDING), ids: idRange(), limit }, (row, slice) => {
          end.run(CANCELLED, reason, row.id);
          // The destination may come back before all are cancelled: none may wait for one that is.
          siblings.freeNext(row.incident, slice.destination);
        }),
      ),
  };
}
