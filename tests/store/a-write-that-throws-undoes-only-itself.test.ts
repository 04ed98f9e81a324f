// Writes of one turn share a transaction. Those with a savepoint undo themselves; when one without throws, its neighbours are written again.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { Interned } from '../../src/store/sqlite/interned.js';
import { migrate } from '../../src/store/sqlite/migrate.js';
import { Writer } from '../../src/store/sqlite/writer.js';
import { START } from './contract/fixtures.js';
import { temporaryDir } from './kit/sqlite-place.js';

let dir: string;
let db: Database.Database;
let interned: Interned;
let writer: Writer;

beforeEach(() => {
  dir = temporaryDir();
  db = new Database(join(dir, 'relay.db'));
  migrate(db, join(dir, 'relay.db'), START);
  interned = new Interned(db);
  db.exec('CREATE TABLE t (word INTEGER NOT NULL)');
  writer = new Writer(db, interned, { sync: (done) => setImmediate(done, null), close: () => {} });
});

afterEach(async () => {
  await writer.close();
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const words = (): unknown =>
  db.prepare('SELECT w.text FROM t JOIN word w ON w.id = t.word ORDER BY t.rowid').pluck().all();

function writing() {
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  const runs = new Map<string, number>();
  const write = (text: string, error?: Error) => (): string => {
    runs.set(text, (runs.get(text) ?? 0) + 1);
    insert.run(interned.word(text));
    if (error) throw error;
    return text;
  };
  return { write, runs };
}

it('with a savepoint: the others are written once', async () => {
  const { write, runs } = writing();
  const boom = new Error('boom');
  const results = await Promise.allSettled([
    writer.submitUnguarded(write('a')),
    writer.submit(write('b', boom)),
    writer.submitUnguarded(write('c')),
  ]);
  expect(results.map((one) => ('value' in one ? one.value : (one.reason.cause ?? one.reason)))).toEqual([
    'a',
    boom,
    'c',
  ]);
  expect(words()).toEqual(['a', 'c']);
  expect([...runs.values()]).toEqual([1, 1, 1]);
});

it('without one: the others are undone and written again, in their order, and what they interned is there', async () => {
  const { write, runs } = writing();
  const boom = new Error('boom');
  const late = new Error('late');
  const results = await Promise.allSettled([
    writer.submitUnguarded(write('a')),
    writer.submit(write('b')),
    writer.submitUnguarded(write('c', boom)),
    writer.submitUnguarded(write('d')),
    writer.submit(write('e', late)),
    writer.submitUnguarded(write('f')),
  ]);
  expect(results.map((one) => ('value' in one ? one.value : (one.reason.cause ?? one.reason)))).toEqual([
    'a',
    'b',
    boom,
    'd',
    late,
    'f',
  ]);
  expect(words()).toEqual(['a', 'b', 'd', 'f']);
  expect(Object.fromEntries(runs)).toEqual({ a: 2, b: 2, c: 2, d: 1, e: 1, f: 1 });
  expect(['a', 'b', 'c', 'd', 'e', 'f'].filter((text) => interned.findWord(text) !== undefined)).toEqual([
    'a',
    'b',
    'd',
    'f',
  ]);
  await writer.submitUnguarded(write('a'));
  expect(words()).toEqual(['a', 'b', 'd', 'f', 'a']);
});
