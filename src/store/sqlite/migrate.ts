// Brings a database to the version this Relay knows: forward only, one transaction a step, after a copy of what was there.

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { RelayError } from '../../core/errors.js';
import { MIGRATIONS } from './migrations/all.js';

export const SCHEMA_VERSION = MIGRATIONS.length;

const versionOf = (db: Database): number => db.pragma('user_version', { simple: true }) as number;

function copyBefore(db: Database, path: string, version: number, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-');
  const copy = join(dirname(path), 'backups', `relay-v${version}-${stamp}.db`);
  mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
  db.prepare('VACUUM INTO ?').run(copy);
  return copy;
}

/**
 * @param steps the migrations, the first one making version 1; given by tests
 * @returns the path of the copy made before, or null when there was nothing to migrate
 * @throws RelayError store.newer_version
 */
export function migrate(
  db: Database,
  path: string,
  now: number,
  steps: readonly string[] = MIGRATIONS,
): string | null {
  const found = versionOf(db);
  if (found > steps.length)
    throw new RelayError(
      'store.newer_version',
      `the database has schema version ${found}, this Relay knows up to ${steps.length}`,
      {
        why: `${path} was written by a newer Relay`,
        fix: 'install that Relay again, or restore the copy in backups/ that was made before the change',
      },
    );
  if (found === steps.length) return null;
  const copy = found > 0 ? copyBefore(db, path, found, now) : null;
  for (let version = found; version < steps.length; version++) {
    db.transaction(() => {
      db.exec(steps[version] as string);
      db.pragma(`user_version = ${version + 1}`);
    })();
  }
  return copy;
}
