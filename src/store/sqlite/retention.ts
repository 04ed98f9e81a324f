// Removing what is finished and older than the policy, in small batches. Unfinished deliveries and open incidents are never touched.

import { firstIdAt } from '../../core/ids.js';
import type { PruneStep, RetentionPolicy } from '../store.js';
import { asStoreFailure } from './failures.js';
import type { Kernel } from './kernel.js';

/** Answers to idempotency keys and rejected payloads are kept at least this long. */
const DAY_MS = 24 * 3_600_000;
const VACUUM_PAGES = 256;
/** Rows looked at in one step: most of what is old may be unfinished and has to be passed over. */
const LOOKED_AT = 10;
/** Deliveries counted in one step: some 5 ms. */
const COUNTED_AT_ONCE = 50_000;

interface Pass {
  readonly name: string;
  /** Candidates from an id on: their ids, and whether each may go. */
  readonly select: string;
  readonly remove: readonly string[];
  readonly ageOf: (policy: RetentionPolicy) => number;
}

/** A failed one is not finished while the redelivery sweep (by default up to a day) may take it up, however little room there is. */
const FINISHED_BEFORE =
  'd.state >= 2 AND coalesce(d.sent_at, 0) < @before AND (d.state <> 3 OR d.id < @swept)';
const PASSES: readonly Pass[] = [
  {
    name: 'attempts',
    // Those of a batch belong to no delivery alone: they stay while one of the batch needs them.
    select: `SELECT a.id, CASE WHEN d.id IS NOT NULL THEN (${FINISHED_BEFORE}) ELSE NOT EXISTS (SELECT 1 FROM batched b
      JOIN delivery d ON d.id = b.delivery WHERE b.batch = coalesce(a.delivery, a.id) AND NOT (${FINISHED_BEFORE})) END AS may_go FROM attempt a
      LEFT JOIN delivery d ON d.id = coalesce(a.delivery, a.id) WHERE a.id > @from AND a.id < @below ORDER BY a.id LIMIT @limit`,
    remove: ['DELETE FROM attempt WHERE id = ?'],
    ageOf: (policy) => Math.min(policy.attemptsMs, policy.eventsMs),
  },
  {
    name: 'deliveries',
    select: `SELECT d.id, (${FINISHED_BEFORE}) AS may_go FROM delivery d WHERE d.id > @from AND d.id < @below ORDER BY d.id LIMIT @limit`,
    remove: [
      'DELETE FROM attempt WHERE id = ?',
      'DELETE FROM attempt WHERE delivery = ?',
      'DELETE FROM batched WHERE delivery = ?',
      'DELETE FROM delivery WHERE id = ?',
    ],
    ageOf: (policy) => policy.eventsMs,
  },
  {
    name: 'events',
    select: `SELECT e.id, (e.at < @before AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.event = e.id)) AS may_go
      FROM event e WHERE e.id > @from AND e.id < @below ORDER BY e.id LIMIT @limit`,
    remove: ['DELETE FROM event WHERE id = ?'],
    ageOf: (policy) => policy.eventsMs,
  },
  {
    name: 'alerts',
    select: `SELECT a.id, (a.at < @before AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.id = a.incident AND i.opener = a.id)) AS may_go
      FROM alert a WHERE a.id > @from AND a.id < @below ORDER BY a.id LIMIT @limit`,
    remove: ['DELETE FROM alert WHERE id = ?'],
    ageOf: (policy) => policy.eventsMs,
  },
  {
    name: 'incidents',
    select: `SELECT i.id, (i.status = 2 AND i.resolved_at < @before AND NOT EXISTS (SELECT 1 FROM event e WHERE e.incident = i.id)
      AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.incident = i.id AND a.id <> coalesce(i.opener, 0))) AS may_go
      FROM incident i WHERE i.id > @from AND i.id < @below ORDER BY i.id LIMIT @limit`,
    remove: [
      'DELETE FROM timeline WHERE incident = ?',
      'DELETE FROM alert WHERE incident = ?',
      'DELETE FROM collected WHERE incident = ?',
      'DELETE FROM incident WHERE id = ?',
    ],
    ageOf: (policy) => policy.eventsMs,
  },
  {
    name: 'rejects',
    select:
      'SELECT id, at < @before AS may_go FROM reject WHERE id > @from AND id < @below ORDER BY id LIMIT @limit',
    remove: ['DELETE FROM reject WHERE id = ?'],
    ageOf: (policy) => Math.max(DAY_MS, policy.eventsMs),
  },
];

export function prepareRetention(kernel: Kernel) {
  const { db, writer } = kernel;
  const passes = PASSES.map((pass) => ({
    ...pass,
    select: db.prepare(pass.select).raw(),
    remove: pass.remove.map((sql) => db.prepare(sql)),
  }));
  const forgetKeys = db.prepare(
    'DELETE FROM idempotency WHERE (source, key) IN (SELECT source, key FROM idempotency WHERE at < ? ORDER BY at LIMIT ?)',
  );
  const newestBelow = db
    .prepare('SELECT id FROM delivery WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?')
    .pluck();
  /** Counting back from the newest delivery, begun anew with every run: how many were counted, and the oldest of them. */
  let counted = { deliveries: 0, from: Number.MAX_SAFE_INTEGER };
  /** The oldest delivery that is kept for its number; 0 when there are no more than are kept. Null: not yet counted. */
  let oldestKept: number | null = null;

  /** One step of counting, so that millions of deliveries never hold up a write. */
  function countBack(most: number): void {
    const step = Math.min(COUNTED_AT_ONCE, most - counted.deliveries);
    const last = newestBelow.get(counted.from, step - 1) as number | undefined;
    if (last === undefined) oldestKept = 0;
    else {
      counted = { deliveries: counted.deliveries + step, from: last };
      if (counted.deliveries >= most) oldestKept = last;
    }
  }

  /** Which pass is under way and how far it has come; a run begins again at the first pass when the last one ends. */
  let current = 0;
  let passedId = 0;

  function usedBytes(): number {
    const pragma = (name: string): number => db.pragma(name, { simple: true }) as number;
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  function runPass(policy: RetentionPolicy, now: number, limit: number): PruneStep {
    const { maxDeliveries } = policy;
    if (maxDeliveries !== undefined && oldestKept === null) {
      countBack(maxDeliveries);
      if (oldestKept === null) return { deleted: 0, more: true };
    }
    const beyondNumber = maxDeliveries === undefined ? 0 : (oldestKept ?? 0);
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
    counted = { deliveries: 0, from: Number.MAX_SAFE_INTEGER };
    oldestKept = null;
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
