// Bulk operations over deliveries, in small steps that can be taken up again: each step takes one (state, destination) slice of the
// index `delivery_not_delivered` from where the last one ended. Ids order by creation time, so times are ranges of ids.

import { RelayError } from '../../core/errors.js';
import { firstIdAt } from '../../core/ids.js';
import type { Trigger } from '../../model/delivery.js';
import { isOperational, TEST_EVENT_TYPE } from '../../model/event-types.js';
import type { GivenUpStep } from '../standing-store.js';
import type { BulkSelection, BulkStep } from '../store.js';
import { CANCELLED, DEAD, DELIVERED, FAILED, PENDING, SENDING, STATE, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';
import type { Siblings } from './siblings.js';

interface Slice {
  readonly state: number;
  readonly destination: number;
}

interface BulkRow {
  id: number;
  incident: number | null;
}

/** `webhook/crm` names all URLs of that webhook: `webhook/crm`, `webhook/crm#2`. */
export function coversRef(named: string, ref: string): boolean {
  return ref === named || ref.startsWith(`${named}#`);
}

/** The (state, destination) pairs a selection covers, in a stable order. `held` and `pending` part the pending ones. */
export function slicesOf(
  kernel: Kernel,
  selection: Pick<BulkSelection, 'status' | 'destination' | 'exact' | 'among'>,
): Slice[] {
  const { interned, held } = kernel;
  const { destination: named, exact = false, among } = selection;
  const destinations = interned
    .destinations()
    .filter(({ ref }) => named === undefined || (exact ? ref === named : coversRef(named, ref)))
    .filter(({ ref }) => among === undefined || among.has(ref));
  const wanted = new Set(selection.status);
  const slices: Slice[] = [];
  for (const word of STATE.words) {
    const state = STATE.code(word);
    for (const { id, ref } of destinations) {
      const shown = word === 'pending' && held.refs.has(ref) ? 'held' : word;
      if (wanted.has(shown)) slices.push({ state, destination: id });
    }
  }
  return slices;
}

/** Where the next step begins: a slice and the last id done there. */
function parseCursor(after: string | undefined): { state: number; destination: number; id: number } {
  if (after === undefined) return { state: -1, destination: -1, id: 0 };
  const [state, destination, id] = after.split('.').map(Number);
  if (![state, destination, id].every(Number.isSafeInteger))
    throw new RelayError('usage.invalid_cursor', 'this is not a cursor of a bulk operation');
  return { state: state as number, destination: destination as number, id: id as number };
}

export function prepareBulk(kernel: Kernel, siblings: Siblings) {
  const { db, interned, writer } = kernel;
  // What a person asked for is not given up for its age: 0 resends, and neither a redelivery nor a test.
  const selectOld = db.prepare(`SELECT d.id, d.incident, e.type FROM delivery d JOIN event e ON e.id = d.event
    WHERE d.state = 0 AND d.state <> 2 AND d.destination = ? AND d.id < ? AND d.resends = 0
    AND d.trigger NOT IN (${TRIGGER.code('redelivery')}, ${TRIGGER.code('test')}) ORDER BY d.id LIMIT ?`);
  const range = 'state = ? AND state <> 2 AND destination = ? AND id > ? AND id < ?';
  const select = db.prepare(`SELECT id, incident FROM delivery WHERE ${range} ORDER BY id LIMIT ?`);
  const selectNoTests = db.prepare(
    `SELECT id, incident FROM delivery WHERE ${range} AND trigger <> ${TRIGGER.code('test')} ORDER BY id LIMIT ?`,
  );
  const selectTests =
    db.prepare(`SELECT d.state, d.destination FROM event e CROSS JOIN delivery d ON d.event = e.id
    WHERE e.type = ? AND d.trigger = ${TRIGGER.code('test')} AND d.id > ? AND d.id < ?`);
  const count = db.prepare(`SELECT count(*) FROM delivery WHERE ${range}`).pluck();
  const countDelivered = db
    .prepare('SELECT count(*) FROM delivery WHERE destination = ? AND id > ? AND id < ? AND state = 2')
    .pluck();
  const again =
    // A waiting resend stays one: a delivered delivery stays delivered should it fail, any other goes on with its fresh cycle.
    db.prepare(`UPDATE delivery SET state = 0, blocked = ?, due_at = ?, cycle = 0, trigger = ?, reason = ?, batch = NULL,
    rest_due = CASE WHEN resends > 0 AND rest_state <> 2 THEN ? END,
    rest_state = CASE WHEN resends > 0 THEN iif(rest_state = 2, 2, 0) END WHERE id = ?`);
  const end = db.prepare(
    'UPDATE delivery SET state = ?, blocked = 0, due_at = NULL, reason = ?, resends = 0, rest_state = NULL, rest_due = NULL, batch = NULL WHERE id = ?',
  );
  const dropOne =
    db.prepare(`UPDATE delivery SET state = iif(rest_state = ${DELIVERED}, ${DELIVERED}, ${CANCELLED}), blocked = 0,
    due_at = NULL, reason = ?, resends = 0, rest_state = NULL, rest_due = NULL, batch = NULL WHERE id = ?`);
  const idRange = (since?: number, until?: number): [number, number] => [
    since === undefined ? 0 : firstIdAt(since) - 1,
    until === undefined ? Number.MAX_SAFE_INTEGER : firstIdAt(until + 1),
  ];

  function step(
    slices: readonly Slice[],
    [above, below]: [number, number],
    limit: number,
    after: string | undefined,
    change: (row: BulkRow, slice: Slice) => void,
    rowsOf = select,
  ): BulkStep {
    const from = parseCursor(after);
    for (const slice of slices) {
      const { state, destination } = slice;
      if (state < from.state || (state === from.state && destination < from.destination)) continue;
      const isResumed = state === from.state && destination === from.destination;
      const rows = rowsOf.all(
        state,
        destination,
        isResumed ? Math.max(above, from.id) : above,
        below,
        limit,
      ) as BulkRow[];
      if (rows.length === 0) continue;
      for (const row of rows) change(row, slice);
      return { changed: rows.length, next: `${state}.${destination}.${(rows.at(-1) as BulkRow).id}` };
    }
    return { changed: 0, next: null };
  }

  function takeUp(row: BulkRow, slice: Slice, trigger: Trigger, at: number): void {
    const waits = row.incident !== null && siblings.mustWait(row.incident, slice.destination, row.id);
    again.run(waits ? 1 : 0, at, TRIGGER.code(trigger), `taken up again: ${trigger}`, at, row.id);
    if (row.incident !== null && slice.state !== PENDING)
      siblings.holdBackAfter(row.incident, slice.destination, row.id);
  }

  /** Found by their type: to leave them out while counting would mean to read every row that is counted. */
  function countTests(slices: readonly Slice[], [above, below]: [number, number]): number {
    const type = interned.findWord(TEST_EVENT_TYPE);
    if (type === undefined) return 0;
    const keys = new Set(slices.map(({ state, destination }) => `${state}.${destination}`));
    const tests = selectTests.all(type, above, below) as Slice[];
    return tests.filter(({ state, destination }) => keys.has(`${state}.${destination}`)).length;
  }

  const ofDestination = (ref: string, state: number): Slice[] => {
    const destination = interned.findDestination(ref);
    return destination === undefined ? [] : [{ state, destination }];
  };

  return {
    countDeliveries: async (selection: BulkSelection): Promise<number> => {
      const [above, below] = idRange(selection.since, selection.until);
      const slices = slicesOf(kernel, selection);
      const all = slices.reduce((sum, { state, destination }) => {
        const found =
          state === DELIVERED
            ? countDelivered.get(destination, above, below)
            : count.get(state, destination, above, below);
        return sum + (found as number);
      }, 0);
      return selection.withoutTests === true ? all - countTests(slices, [above, below]) : all;
    },
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
        return step(
          slices,
          ids,
          limit,
          after,
          (row, slice) => takeUp(row, slice, trigger, at),
          selectNoTests,
        );
      }),
    giveUp: (destination: string, createdBefore: number, reason: string, limit: number) =>
      writer.submit(() =>
        step(ofDestination(destination, FAILED), [0, firstIdAt(createdBefore)], limit, undefined, (row) =>
          end.run(DEAD, reason, row.id),
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
    dropHeld: (destination: string, until: number, reason: string, limit: number) =>
      writer.submit(() => {
        const slices = slicesOf(kernel, { status: ['held'], destination });
        return step(slices, idRange(undefined, until), limit, undefined, (row, slice) => {
          dropOne.run(reason, row.id);
          siblings.freeNext(row.incident, slice.destination);
        });
      }),
    cancelAll: (destination: string, reason: string, _at: number, limit: number) =>
      writer.submit(() =>
        step(ofDestination(destination, PENDING), idRange(), limit, undefined, (row, slice) => {
          end.run(CANCELLED, reason, row.id);
          // The destination may come back before all are cancelled: none may wait for one that is.
          siblings.freeNext(row.incident, slice.destination);
        }),
      ),
  };
}
