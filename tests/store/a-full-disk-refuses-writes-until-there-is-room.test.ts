// A full disk, provoked by a limit on the database's size: writes are refused whole, and taken again when there is room.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { Writer } from '../../src/store/sqlite/writer.js';
import { accept, alert, planned } from './contract/fixtures.js';
import { makeSqliteStore, type SqlitePlace, temporaryDir } from './kit/sqlite-place.js';

let place: SqlitePlace;
beforeEach(async () => {
  place = await makeSqliteStore({ maxPages: 120 });
});
afterEach(() => place.dispose());

const BIG = 'x'.repeat(20_000);

async function fill(): Promise<number> {
  for (let written = 0; written < 200; written++) {
    const [result] = await Promise.allSettled([
      accept(place, [alert({ groupingId: `g${written}`, payload: BIG })]),
    ]);
    if (result!.status === 'fulfilled') continue;
    expect(result!.reason).toMatchObject({
      code: 'store.full',
      httpStatus: 503,
      retryAfterSeconds: expect.any(Number),
      fix: expect.stringContaining('free space'),
    });
    return written;
  }
  throw new Error('the limit on the size did not hold');
}

it('refuses with store.full, leaves nothing half written, and goes on when rows were removed', async () => {
  const written = await fill();
  const incidents = await place.store.listIncidents({ limit: 1_000 });
  expect(incidents.items).toHaveLength(written);
  const counts = (await place.store.info()).counts;
  expect(counts).toMatchObject({ alert: written, incident: written, event: written });
  expect(await place.store.check()).toEqual(['ok']);

  await place.store.prune(
    { eventsMs: 0, attemptsMs: 0, maxSizeBytes: 0 },
    place.clock.advance(60_000),
    1_000,
  );
  for (let steps = 0; steps < 20; steps++)
    await place.store.prune({ eventsMs: 0, attemptsMs: 0, maxSizeBytes: 0 }, place.clock.now(), 1_000);
  const again = await accept(place, [alert({ groupingId: 'after', payload: 'small' })], {
    to: [planned('webhook/crm')],
  });
  expect(again.alerts[0]).toMatchObject({ result: 'opened' });
  expect(await place.store.getAlert(again.alerts[0]!.id)).toMatchObject({ payload: 'small' });
});

it('answers reads while it cannot write, and says so to a probe', async () => {
  const written = await fill();
  expect((await place.store.listAlerts({ limit: 1_000 })).items).toHaveLength(written);
  const [probe] = await Promise.allSettled([
    place.store.publish(
      { type: 'a.b', channels: [], data: JSON.stringify(BIG), deliveries: [] },
      { at: 0, actor: 'x:y' },
    ),
  ]);
  expect(probe).toMatchObject({ status: 'rejected', reason: { code: 'store.full' } });
});

it('rejects the whole group when the commit fails, and only one write when that one fails', async () => {
  const dir = temporaryDir();
  const db = new Database(join(dir, 'x.db'));
  try {
    db.exec('CREATE TABLE t (a INTEGER NOT NULL, b INTEGER REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED)');
    db.exec('CREATE UNIQUE INDEX t_a ON t (a)');
    const observed: string[] = [];
    const observer = {
      keep: () => observed.push('keep'),
      undo: () => observed.push('undo'),
      undoAll: () => observed.push('undoAll'),
      committed: () => observed.push('committed'),
    };
    const writer = new Writer(db, observer, { sync: (done) => setImmediate(done, null), close: () => {} });
    const insert = db.prepare('INSERT INTO t VALUES (?, ?)');
    const put = (a: number | null, b: number | null) =>
      writer.submit(() => {
        insert.run(a === null ? 7 : a, b);
        if (a === null) insert.run(null, null);
        return a;
      });
    const mixed = await Promise.allSettled([put(1, null), put(null, null), put(2, 1)]);
    expect(mixed.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(db.prepare('SELECT a FROM t ORDER BY a').pluck().all()).toEqual([1, 2]);
    expect(observed).toEqual(['keep', 'undo', 'keep', 'committed']);
    db.pragma('foreign_keys = ON');
    const lost = await Promise.allSettled([put(3, null), put(4, 99)]);
    expect(lost.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    expect(observed.at(-1)).toBe('undoAll');
    expect(await put(5, null)).toBe(5);
    expect(db.prepare('SELECT a FROM t ORDER BY a').pluck().all()).toEqual([1, 2, 5]);
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
