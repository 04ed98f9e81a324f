// One delivery by hand: sent once more, or cancelled.

import { RelayError } from '../../core/errors.js';
import type { Delivery } from '../../model/delivery.js';
import { END_DELIVERY } from './bulk-slices.js';
import { CANCELLED, DELIVERED, FAILED, PENDING, SENDING, STATE } from './codes.js';
import type { Kernel } from './kernel.js';
import type { ResolveId } from './public-ids.js';
import { DELIVERY_COLUMNS, type DeliveryRow, toDelivery } from './rows.js';
import type { Siblings } from './siblings.js';

interface HandRow {
  incident: number | null;
  destination: number;
  state: number;
  due_at: number | null;
  resends: number;
  rest_state: number | null;
  rest_due: number | null;
}

export function prepareResend(kernel: Kernel, siblings: Siblings, resolveId: ResolveId) {
  const { db, writer } = kernel;
  const select = db.prepare(
    'SELECT incident, destination, state, due_at, resends, rest_state, rest_due FROM delivery WHERE id = ?',
  );
  const show = db.prepare(
    `SELECT ${DELIVERY_COLUMNS} FROM delivery d JOIN event e ON e.id = d.event WHERE d.id = ?`,
  );
  // Should it be given back instead of settled, the resend comes first, and its failure leaves the delivery waiting as it was.
  const countOne =
    db.prepare(`UPDATE delivery SET resends = resends + 1, rest_state = iif(resends = 0, ${PENDING}, rest_state),
    rest_due = iif(resends = 0, ?, rest_due) WHERE id = ?`);
  const makeDue =
    db.prepare(`UPDATE delivery SET state = 0, blocked = ?, due_at = ?, resends = resends + 1, rest_state = ?, rest_due = ?,
    batch = NULL WHERE id = ?`);
  const end = db.prepare(END_DELIVERY);
  const shown = (id: number): Delivery => toDelivery(kernel, show.get(id) as DeliveryRow);

  function resend(id: number, at: number): Delivery {
    const row = select.get(id) as HandRow;
    if (row.state === SENDING) {
      countOne.run(at, id);
      return shown(id);
    }
    const isFirst = row.resends === 0;
    const restState = isFirst ? row.state : row.rest_state;
    const restDue = isFirst ? row.due_at : row.rest_due;
    const waits = row.incident !== null && siblings.mustWait(row.incident, row.destination, id);
    makeDue.run(waits ? 1 : 0, at, restState, restDue, id);
    if (row.incident !== null && row.state !== PENDING)
      siblings.holdBackAfter(row.incident, row.destination, id);
    return shown(id);
  }

  function cancelOne(id: number): Delivery {
    const row = select.get(id) as HandRow;
    if (row.state !== PENDING && row.state !== FAILED) {
      const before = shown(id);
      throw new RelayError('delivery.invalid_state', `${before.id} is ${STATE.word(row.state)}`, {
        why: 'only a delivery that waits or has failed can be cancelled',
        fix: `relay delivery show ${before.id}`,
      });
    }
    // A delivered one that waits for a resend is delivered all the same; only the resend is called off.
    if (row.rest_state === DELIVERED) end.run(DELIVERED, 'resend cancelled by hand', id);
    else end.run(CANCELLED, 'cancelled by hand', id);
    siblings.freeNext(row.incident, row.destination);
    return shown(id);
  }

  return {
    resend: (delivery: string, at: number) => writer.submit(() => resend(resolveId('dlv', delivery), at)),
    cancel: (delivery: string, _at: number) => writer.submit(() => cancelOne(resolveId('dlv', delivery))),
  };
}
