// Claiming what is due: a range read of the index `delivery_due`, which holds nothing that must wait for an earlier sibling.

import { formatId, idTime } from '../../core/ids.js';
import type { Trigger } from '../../model/delivery.js';
import type { ClaimedDelivery } from '../store.js';
import type { Attempts } from './attempts.js';
import { DELIVERED, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';
import { numberOf } from './public-ids.js';
import { EVENT_COLUMNS, EVENT_JOIN, type EventRow, toEvent } from './rows.js';
import type { Siblings } from './siblings.js';

interface ClaimRow extends EventRow {
  id: number;
  destination: number;
  trigger: number;
  tries: number;
  cycle: number;
  resends: number;
  rest_state: number | null;
}

/** What the next attempt is made for. A test stays a test: it is never retried. */
export function nextTrigger(row: { trigger: number; cycle: number; resends: number }): Trigger {
  if (row.resends > 0) return 'resend';
  const asked = TRIGGER.word(row.trigger);
  return row.cycle > 0 && asked !== 'test' ? 'retry' : asked;
}

export interface Placed {
  readonly id: number;
  readonly due_at: number | null;
}

/** When one that was taken and not sent is due: as before, or since it was made; now, if the clock was set back meanwhile. */
export function placeOf({ id, due_at: dueAt }: Placed, now: number): number {
  return Math.min(dueAt ?? idTime(id), now);
}

const CLAIM = `SELECT d.id, d.destination, d.trigger, d.tries, d.cycle, d.resends, d.rest_state, ${EVENT_COLUMNS}
    FROM delivery d JOIN event e ON e.id = d.event ${EVENT_JOIN}`;

/** Makes records of rows that are being claimed. */
export interface ClaimReader {
  ofRow(row: ClaimRow, destination: string, isAlone?: boolean): ClaimedDelivery;
  /** Of a delivery that exists. `isAlone`: its own earlier body is wanted. */
  read(id: number, destination: string, isAlone: boolean): ClaimedDelivery;
}

export function prepareClaimReader(kernel: Kernel, attempts: Attempts): ClaimReader {
  const selectOne = kernel.db.prepare(`${CLAIM} WHERE d.id = ?`);

  function ofRow(row: ClaimRow, destination: string, isAlone = true): ClaimedDelivery {
    const event = toEvent(kernel, row);
    return {
      id: formatId('dlv', row.id),
      destination,
      event,
      cycleTries: row.cycle,
      trigger: nextTrigger(row),
      sentBody: isAlone && row.tries > 0 ? attempts.lastBody(row.id, event.data) : null,
      wasDelivered: row.rest_state === DELIVERED,
      createdAt: idTime(row.id),
    };
  }

  return {
    ofRow,
    read: (id, destination, isAlone) => ofRow(selectOne.get(id) as ClaimRow, destination, isAlone),
  };
}

export function prepareClaim(kernel: Kernel, reader: ClaimReader, siblings: Siblings) {
  const { db, clock, interned, writer } = kernel;
  const selectDue = db.prepare(`${CLAIM}
    WHERE d.destination = ? AND d.state = 0 AND d.blocked = 0 AND d.due_at <= ? ORDER BY d.due_at, d.id LIMIT ?`);
  const selectOne = db.prepare(`${CLAIM}
    WHERE d.id = ? AND d.state = 0 AND d.blocked = 0 AND d.due_at <= ?`);
  // `due_at` stays: given back, it has its place again.
  const markSending = db.prepare('UPDATE delivery SET state = 1, batch = NULL WHERE id = ?');
  const earliest = db
    .prepare(
      'SELECT due_at FROM delivery WHERE destination = ? AND state = 0 AND blocked = 0 AND due_at > ? ORDER BY due_at LIMIT 1',
    )
    .pluck();
  const anyPending = db
    .prepare('SELECT 1 FROM delivery WHERE state = 0 AND state <> 2 AND destination = ? LIMIT 1')
    .pluck();
  // A batch that was tried stays together; one that was not may still grow.
  const giveBack = db.prepare(`UPDATE delivery SET state = 0, blocked = ?, due_at = ?,
    batch = (SELECT b.batch FROM batched b WHERE b.batch = delivery.batch LIMIT 1) WHERE id = ? AND state = 1`);
  const standing = db.prepare('SELECT id, incident, destination, due_at FROM delivery WHERE id = ?');

  function claim(destination: string, now: number, limit: number): readonly ClaimedDelivery[] {
    const number = interned.findDestination(destination);
    if (number === undefined) return [];
    const rows = selectDue.all(number, now, limit) as ClaimRow[];
    for (const row of rows) markSending.run(row.id);
    return rows.map((row) => reader.ofRow(row, destination));
  }

  function release(id: number): void {
    const row = standing.get(id) as (Placed & { incident: number | null; destination: number }) | undefined;
    if (row === undefined) return;
    const waits = row.incident !== null && siblings.mustWait(row.incident, row.destination, id);
    giveBack.run(waits ? 1 : 0, placeOf(row, clock.now()), id);
  }

  return {
    claimDue: (destination: string, now: number, limit: number) =>
      writer.submitUnguarded(() => claim(destination, now, limit)),
    claimOne: (delivery: string, now: number) =>
      writer.submit((): ClaimedDelivery | null => {
        const row = selectOne.get(numberOf('dlv', delivery), now) as ClaimRow | undefined;
        if (row === undefined) return null;
        markSending.run(row.id);
        return reader.ofRow(row, interned.ref(row.destination));
      }),
    nextDueAt: async (destination: string, after = -1): Promise<number | null> => {
      const number = interned.findDestination(destination);
      return number === undefined ? null : ((earliest.get(number, after) as number | undefined) ?? null);
    },
    destinationsWithPending: async (): Promise<readonly string[]> =>
      interned
        .destinations()
        .filter(({ id }) => anyPending.get(id) !== undefined)
        .map(({ ref }) => ref),
    release: (deliveries: readonly string[]) =>
      writer.submit(() => {
        for (const id of deliveries) release(numberOf('dlv', id));
      }),
  };
}
