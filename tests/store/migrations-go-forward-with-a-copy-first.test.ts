// Migrations: a copy before, one transaction each, nothing from a newer Relay; and the schema as it is, to be changed on purpose.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { migrate, SCHEMA_VERSION } from '../../src/store/sqlite/migrate.js';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/all.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { fakeClock, START } from './contract/fixtures.js';
import { temporaryDir } from './kit/sqlite-place.js';

let dir: string;
let file: string;
beforeEach(() => {
  dir = temporaryDir();
  file = join(dir, 'relay.db');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function withDatabase<T>(use: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}

const STEPS = ['CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);', 'CREATE TABLE b (y INTEGER);'];

it('makes a new database without a copy, and copies an older one before it changes it', () => {
  expect(withDatabase((db) => migrate(db, file, START, STEPS.slice(0, 1)))).toBeNull();
  const copy = withDatabase((db) => migrate(db, file, START, STEPS));
  expect(copy).toBe(join(dir, 'backups', 'relay-v1-2026-05-01T09-00-00-000Z.db'));
  expect(existsSync(copy!)).toBe(true);
  const before = new Database(copy!, { readonly: true });
  expect(before.prepare('SELECT x FROM a').pluck().all()).toEqual([1]);
  expect(before.pragma('user_version', { simple: true })).toBe(1);
  before.close();
  expect(withDatabase((db) => db.pragma('user_version', { simple: true }))).toBe(2);
  expect(withDatabase((db) => migrate(db, file, START, STEPS))).toBeNull();
});

it('undoes a migration that fails and stays at the version before', () => {
  const broken = [...STEPS, 'CREATE TABLE c (z INTEGER); SELECT no_such_function();'];
  expect(() => withDatabase((db) => migrate(db, file, START, broken))).toThrow(/no_such_function/);
  expect(withDatabase((db) => db.pragma('user_version', { simple: true }))).toBe(2);
  expect(
    withDatabase((db) => db.prepare("SELECT name FROM sqlite_schema WHERE name = 'c'").get()),
  ).toBeUndefined();
});

it('takes over the incidents of a database of version 1', async () => {
  withDatabase((db) => {
    migrate(db, file, START, MIGRATIONS.slice(0, 1));
    db.exec(`INSERT INTO word (id, text) VALUES (1, 'grafana');
      INSERT INTO incident (id, source, pack, grouping, grouping_hash, status, title, alert_count, opened_at, last_alert_at)
      VALUES (77, 1, 1, 'g', x'00', 0, 'Disk full', 1, ${START}, ${START});`);
  });
  const store = await openSqliteStore({ dir, clock: fakeClock() });
  const [incident] = (await store.listIncidents({})).items;
  expect(incident).toMatchObject({ title: 'Disk full', texts: {}, silenced: false });
  expect(await store.maintenances()).toEqual([]);
  await store.close();
});

it('refuses a database of a newer Relay, naming both versions, and leaves it alone', async () => {
  withDatabase((db) => db.pragma('user_version = 99'));
  await expect(openSqliteStore({ dir, clock: fakeClock() })).rejects.toMatchObject({
    code: 'store.newer_version',
    message: expect.stringMatching(new RegExp(`99.*${SCHEMA_VERSION}`)),
  });
  expect(withDatabase((db) => db.pragma('user_version', { simple: true }))).toBe(99);
});

it('says that a file is no database', async () => {
  writeFileSync(
    file,
    'this is a text file, long enough to be looked at as a database header, and then some more text.'.repeat(
      20,
    ),
  );
  await expect(openSqliteStore({ dir, clock: fakeClock() })).rejects.toMatchObject({ code: 'store.corrupt' });
});

it('has the schema of the golden file (run with RELAY_UPDATE_GOLDEN=1 after a change on purpose)', async () => {
  await (await openSqliteStore({ dir, clock: fakeClock() })).close();
  const schema = withDatabase((db) =>
    db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name').pluck().all(),
  );
  const text = `version ${SCHEMA_VERSION}\n\n${schema.join(';\n\n')};\n`;
  const golden = fileURLToPath(new URL('./schema.golden.sql', import.meta.url));
  if (process.env.RELAY_UPDATE_GOLDEN) writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});
