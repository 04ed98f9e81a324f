// The slices of a bulk operation: which (state, destination) pairs of the index `delivery_not_delivered` a selection covers, and walking
// them step by step from where the last step ended. Ids order by creation time, so times are ranges of ids. Changes nothing itself.

import { RelayError } from '../../core/errors.js';
import { firstIdAt } from '../../core/ids.js';
import type { BulkSelection, BulkStep } from '../store.js';
import { STATE, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';

/** What a walk reads: deliveries of one slice within a range of ids. */
export const IN_SLICE = 'state = ? AND state <> 2 AND destination = ? AND id > ? AND id < ?';

/** Ends a delivery that is not delivered: its state and the reason, by its id. */
export const END_DELIVERY =
  'UPDATE delivery SET state = ?, blocked = 0, due_at = NULL, reason = ?, resends = 0, rest_state = NULL, rest_due = NULL, batch = NULL WHERE id = ?';

/** Ids between which a selection lies, both excluded. */
export type IdRange = readonly [above: number, below: number];

export interface Slice {
  readonly state: number;
  readonly destination: number;
}

export interface BulkRow {
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

export const idRange = (since?: number, until?: number): IdRange => [
  since === undefined ? 0 : firstIdAt(since) - 1,
  until === undefined ? Number.MAX_SAFE_INTEGER : firstIdAt(until + 1),
];

/** The slice of one destination; none where nothing of it was ever stored. */
export function sliceOf({ interned }: Kernel, ref: string, state: number): Slice[] {
  const destination = interned.findDestination(ref);
  return destination === undefined ? [] : [{ state, destination }];
}

export interface Walk {
  readonly slices: readonly Slice[];
  readonly ids: IdRange;
  readonly limit: number;
  readonly after?: string | undefined;
  /** Passes over tests. */
  readonly withoutTests?: boolean;
}

/** One step: changes up to `limit` rows of the first slice that has any. */
export function prepareStep({ db }: Kernel) {
  const select = db.prepare(`SELECT id, incident FROM delivery WHERE ${IN_SLICE} ORDER BY id LIMIT ?`);
  const selectNoTests = db.prepare(
    `SELECT id, incident FROM delivery WHERE ${IN_SLICE} AND trigger <> ${TRIGGER.code('test')} ORDER BY id LIMIT ?`,
  );
  return (
    { slices, ids: [above, below], limit, after, withoutTests }: Walk,
    change: (row: BulkRow, slice: Slice) => void,
  ): BulkStep => {
    const from = parseCursor(after);
    const rowsOf = withoutTests === true ? selectNoTests : select;
    for (const slice of slices) {
      const { state, destination } = slice;
      if (state < from.state || (state === from.state && destination < from.destination)) continue;
      const isResumed = state === from.state && destination === from.destination;
      const first = isResumed ? Math.max(above, from.id) : above;
      const rows = rowsOf.all(state, destination, first, below, limit) as BulkRow[];
      if (rows.length === 0) continue;
      for (const row of rows) change(row, slice);
      return { changed: rows.length, next: `${state}.${destination}.${(rows.at(-1) as BulkRow).id}` };
    }
    return { changed: 0, next: null };
  };
}
