// Counting what a bulk operation would take, without changing it.

import { TEST_EVENT_TYPE } from '../../model/event-types.js';
import type { BulkSelection } from '../store.js';
import { type IdRange, IN_SLICE, idRange, type Slice, slicesOf } from './bulk-slices.js';
import { DELIVERED, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';

export function prepareBulkCount(kernel: Kernel) {
  const { db, interned } = kernel;
  const selectTests =
    db.prepare(`SELECT d.state, d.destination FROM event e CROSS JOIN delivery d ON d.event = e.id
    WHERE e.type = ? AND d.trigger = ${TRIGGER.code('test')} AND d.id > ? AND d.id < ?`);
  const count = db.prepare(`SELECT count(*) FROM delivery WHERE ${IN_SLICE}`).pluck();
  const countDelivered = db
    .prepare('SELECT count(*) FROM delivery WHERE destination = ? AND id > ? AND id < ? AND state = 2')
    .pluck();

  /** Found by their type: to leave them out while counting would mean to read every row that is counted. */
  function countTests(slices: readonly Slice[], [above, below]: IdRange): number {
    const type = interned.findWord(TEST_EVENT_TYPE);
    if (type === undefined) return 0;
    const keys = new Set(slices.map(({ state, destination }) => `${state}.${destination}`));
    const tests = selectTests.all(type, above, below) as Slice[];
    return tests.filter(({ state, destination }) => keys.has(`${state}.${destination}`)).length;
  }

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
  };
}
