// Syncs SQLite's write-ahead log to disk on libuv's threads, so that the event loop does not stand still meanwhile. Opening the log a
// second time is safe: SQLite locks the database and its -shm file, never the log, and keeps the same file until the last close.

import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogSync } from './writer.js';

/** @param onSynced called after each sync that succeeded */
export function syncLogOf(databasePath: string, onSynced: () => void = () => {}): LogSync {
  let file: number | null = null;
  return {
    sync(done) {
      try {
        file ??= openLog(databasePath);
      } catch (error) {
        done(error as Error);
        return;
      }
      fdatasync(file, (error) => {
        done(error);
        if (error === null) onSynced();
      });
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** The log comes into being with the first commit; that its folder knows of it must survive a power cut too. */
function openLog(databasePath: string): number {
  const file = openSync(`${databasePath}-wal`, 'r+');
  const folder = openSync(dirname(databasePath), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return file;
}
