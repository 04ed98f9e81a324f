// What operators ask of the database file: a copy while running, a check, facts, and whether a write would succeed.

import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoreInfo } from '../store.js';
import { asStoreFailure } from './failures.js';
import type { Kernel } from './kernel.js';
import { SCHEMA_VERSION } from './migrate.js';

/** Pages copied between two turns of the event loop: 1 MiB, so that deliveries go on meanwhile. */
const BACKUP_PAGES = 256;
const COUNTED = ['alert', 'incident', 'event', 'delivery', 'attempt', 'reject'] as const;

/** Rows counted between two turns of the event loop: some 10 ms. */
const COUNTED_AT_ONCE = 100_000;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The random id made with the database; part of every message id. */
function instanceId({ db }: Kernel): string {
  const find = db.prepare("SELECT value FROM meta WHERE key = 'instance_id'").pluck();
  db.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('instance_id', ?)").run(
    randomBytes(6).toString('hex'),
  );
  return find.get() as string;
}

/** SQLite keeps no count: whole tables are read, in steps, so that nothing waits for it. */
function prepareRowCount({ db }: Kernel): () => Promise<Record<string, number>> {
  const counters = COUNTED.map((table) => ({
    table,
    count: db
      .prepare(
        `SELECT count(*), max(id) FROM (SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ${COUNTED_AT_ONCE})`,
      )
      .raw(),
  }));

  return async () => {
    const found: Record<string, number> = {};
    for (const { table, count } of counters) {
      let total = 0;
      for (let from = 0, step = COUNTED_AT_ONCE; step === COUNTED_AT_ONCE; ) {
        if (from > 0) await nextTurn();
        const [counted, last] = count.get(from) as [number, number | null];
        total += counted;
        step = counted;
        from = last ?? from;
      }
      found[table] = total;
    }
    return found;
  };
}

export function prepareUpkeep(kernel: Kernel) {
  const { db, path, writer } = kernel;
  const instance = instanceId(kernel);
  const countRows = prepareRowCount(kernel);
  const touch = db.prepare(
    "INSERT INTO meta (key, value) VALUES ('probe', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const oldest = db.prepare('SELECT at FROM event ORDER BY id LIMIT 1').pluck();
  return {
    backup: async (to: string, onProgress?: (done: number, total: number) => void): Promise<void> => {
      try {
        await db.backup(to, {
          progress({ totalPages, remainingPages }) {
            if (totalPages > 0) onProgress?.(totalPages - remainingPages, totalPages);
            return BACKUP_PAGES;
          },
        });
      } catch (error) {
        throw asStoreFailure(error);
      }
    },
    check: async (): Promise<readonly string[]> => {
      const found = (db.pragma('integrity_check') as { integrity_check: string }[]).map(
        (row) => row.integrity_check,
      );
      const broken = (
        db.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[]
      ).map((row) => `${row.table} row ${row.rowid} refers to a missing ${row.parent}`);
      const problems = [...found.filter((line) => line !== 'ok'), ...broken];
      return problems.length === 0 ? ['ok'] : problems;
    },
    info: async ({ counts: isCounted = true } = {}): Promise<StoreInfo> => ({
      path,
      schemaVersion: SCHEMA_VERSION,
      sizeBytes: sizeOf(path),
      walBytes: sizeOf(`${path}-wal`),
      counts: isCounted ? await countRows() : {},
      oldestEventAt: (oldest.get() as number | undefined) ?? null,
      instanceId: instance,
    }),
    probe: () =>
      writer.submit(() => {
        touch.run(String(kernel.clock.now()));
      }),
  };
}
