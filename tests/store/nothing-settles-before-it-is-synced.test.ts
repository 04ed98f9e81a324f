// A commit alone survives a killed process, not a power cut. The writer therefore waits for the sync of the log.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { syncLogOf } from '../../src/store/sqlite/log-sync.js';
import { type LogSync, Writer } from '../../src/store/sqlite/writer.js';

const OBSERVER = { keep: () => {}, undo: () => {}, undoAll: () => {}, committed: () => {} };
type Done = (error: Error | null) => void;

let dir: string;
let db: Database.Database;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'relay-sync-'));
  db = new Database(join(dir, 'x.db'));
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (a INTEGER NOT NULL)');
});

afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A log whose syncs end when the test says so. */
function heldLog(): LogSync & { readonly waiting: Done[] } {
  const waiting: Done[] = [];
  return { waiting, sync: (done) => waiting.push(done), close: () => {} };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const rows = (): unknown => db.prepare('SELECT a FROM t ORDER BY a').pluck().all();

function writing(log: LogSync) {
  const writer = new Writer(db, OBSERVER, log);
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  return { writer, put: (a: number) => writer.submit(() => insert.run(a)) };
}

it('settles a group only when its sync has ended, and gathers the next group meanwhile', async () => {
  const log = heldLog();
  const { put } = writing(log);
  const settled: number[] = [];
  void put(1).then(() => settled.push(1));
  await turn();
  await turn();
  expect(rows()).toEqual([1]);
  expect(settled).toEqual([]);
  void put(2).then(() => settled.push(2));
  void put(3).then(() => settled.push(3));
  await turn();
  expect(rows()).toEqual([1]);
  log.waiting.shift()?.(null);
  await turn();
  await turn();
  expect(settled).toEqual([1]);
  expect(rows()).toEqual([1, 2, 3]);
  expect(log.waiting).toHaveLength(1);
  log.waiting.shift()?.(null);
  await turn();
  expect(settled).toEqual([1, 2, 3]);
});

it('promises nothing any more after a sync that failed', async () => {
  const log = heldLog();
  const { put } = writing(log);
  const first = put(1);
  await turn();
  const second = put(2);
  log.waiting.shift()?.(new Error('EIO: i/o error, fdatasync'));
  const refusal = { status: 'rejected', reason: { code: 'store.unavailable' } };
  expect(await Promise.allSettled([first, second, put(3)])).toMatchObject([refusal, refusal, refusal]);
  expect(rows()).toEqual([1]);
});

it('closes only when what waits is on disk', async () => {
  const log = heldLog();
  const { writer, put } = writing(log);
  const written = put(1);
  let closed = false;
  const closing = writer.close().then(() => {
    closed = true;
  });
  await turn();
  await turn();
  expect(closed).toBe(false);
  log.waiting.shift()?.(null);
  await closing;
  await expect(written).resolves.toMatchObject({ changes: 1 });
  await expect(put(2)).rejects.toMatchObject({ code: 'store.unavailable' });
});

it('syncs the file that SQLite writes', async () => {
  const log = syncLogOf(join(dir, 'x.db'));
  const { put } = writing(log);
  await put(1);
  log.close();
  const lost = syncLogOf(join(dir, 'no-such.db'));
  await expect(new Promise((resolve) => lost.sync(resolve))).resolves.toMatchObject({ code: 'ENOENT' });
});
