// One process owns a data directory: an exclusive lock on a small SQLite file of its own, which the kernel gives back when the
// process ends, however it ends. `relay.pid` only tells people who holds it.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { RelayError } from '../../core/errors.js';
import { asStoreFailure } from './failures.js';

export interface ProcessLock {
  release(): void;
}

function holderOf(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** @throws RelayError daemon.already_running, store.unavailable, store.full */
export function lockDirectory(dir: string): ProcessLock {
  const pidFile = join(dir, 'relay.pid');
  let lock: Database.Database | undefined;
  try {
    lock = new Database(join(dir, 'relay.lock'), { timeout: 0 });
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    // Anything but a lock held elsewhere (a full disk, missing rights) must not send people after a process that is not there.
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw asStoreFailure(error);
    const pid = holderOf(pidFile);
    throw new RelayError('daemon.already_running', `another Relay (pid ${pid}) is using ${dir}`, {
      why: 'one process owns the data directory',
      fix: `stop it with: kill ${pid}   or give this one a data folder of its own: data: ./other-data`,
      cause: error,
    });
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}
