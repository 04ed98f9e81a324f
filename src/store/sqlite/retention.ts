// Removing what is finished and older than the policy, in small batches. Unfinished deliveries and open incidents are never touched.

import { firstIdAt } from '../../core/ids.js';
import type { PruneStep, RetentionPolicy } from '../store.js';
import { asStoreFailure } from './failures.js';
import type { Kernel } from './kernel.js';
import { DAY_MS, PASSES } from './retention-passes.js';

const VACUUM_PAGES = 256;
/** Rows looked at in one step: most of what is old may be unfinished and has to be passed over. */
const LOOKED_AT = 10;
/** Deliveries counted in one step: some 5 ms. */
const COUNTED_AT_ONCE = 50_000;

/**
 * Finds the oldest delivery that is kept for its number, counting back from the newest in small steps, so that millions of deliveries never
 * hold up a write. Counted anew with every run.
 */
function prepareOldestKept({ db }: Kernel) {
  const newestBelow = db
    .prepare('SELECT id FROM delivery WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?')
    .pluck();
  const none = { deliveries: 0, from: Number.MAX_SAFE_INTEGER };
  /** How many were counted, and the oldest of them. */
  let counted = none;
  /** 0 when there are no more than are kept. Null: not yet counted. */
  let oldest: number | null = null;

  function countBack(most: number): void {
    const step = Math.min(COUNTED_AT_ONCE, most - counted.deliveries);
    const last = newestBelow.get(counted.from, step - 1) as number | undefined;
    if (last === undefined) oldest = 0;
    else {
      counted = { deliveries: counted.deliveries + step, from: last };
      if (counted.deliveries >= most) oldest = last;
    }
  }

  return {
    /** Its id; 0 where nothing goes for its number; null: ask again, a step of counting was made. */
    find(most: number | undefined): number | null {
      if (most === undefined) return 0;
      if (oldest === null) countBack(most);
      return oldest;
    },
    forget(): void {
      counted = none;
      oldest = null;
    },
  };
}

export function prepareRetention(kernel: Kernel) {
  const { db, writer } = kernel;
  const oldestKept = prepareOldestKept(kernel);
  const passes = PASSES.map((pass) => ({
    ...pass,
    select: db.prepare(pass.select).raw(),
    remove: pass.remove.map((sql) => db.prepare(sql)),
  }));
  const forgetKeys = db.prepare(
    'DELETE FROM idempotency WHERE (source, key) IN (SELECT source, key FROM idempotency WHERE at < ? ORDER BY at LIMIT ?)',
  );
  /** Which pass is under way and how far it has come; a run begins again at the first pass when the last one ends. */
  let current = 0;
  let passedId = 0;

  function usedBytes(): number {
    const pragma = (name: string): number => db.pragma(name, { simple: true }) as number;
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  function runPass(policy: RetentionPolicy, now: number, limit: number): PruneStep {
    const beyondNumber = oldestKept.find(policy.maxDeliveries);
    if (beyondNumber === null) return { deleted: 0, more: true };
    const isTooLarge = usedBytes() > policy.maxSizeBytes;
    for (; current < passes.length; current++, passedId = 0) {
      const pass = passes[current] as (typeof passes)[number];
      // Beyond the allowed size or number, age no longer counts: the oldest finished rows go first.
      const oldest = firstIdAt(isTooLarge ? now : now - pass.ageOf(policy));
      const isTooMany = beyondNumber > oldest;
      const rows = pass.select.all({
        from: passedId,
        below: isTooMany ? beyondNumber : oldest,
        before: isTooLarge || isTooMany ? now : now - pass.ageOf(policy),
        swept: firstIdAt(now - DAY_MS),
        limit: limit * LOOKED_AT,
      }) as [id: number, mayGo: number][];
      let deleted = 0;
      for (const [id, mayGo] of rows) {
        if (deleted === limit) break;
        passedId = id;
        if (mayGo !== 1) continue;
        for (const remove of pass.remove) remove.run(id);
        deleted++;
      }
      if (rows.length > 0) return { deleted, more: true };
    }
    passedId = 0;
    const deleted = forgetKeys.run(now - DAY_MS, limit).changes;
    if (deleted === limit) return { deleted, more: true };
    current = 0;
    oldestKept.forget();
    return { deleted, more: false };
  }

  function giveSpaceBack(): void {
    try {
      db.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
    } catch (error) {
      throw asStoreFailure(error);
    }
  }

  return {
    prune: async (policy: RetentionPolicy, now: number, limit: number): Promise<PruneStep> => {
      const step = await writer.submit(() => runPass(policy, now, limit));
      if (step.deleted > 0) giveSpaceBack();
      return step;
    },
  };
}
