// SQLite's result codes as Relay's errors: which are full, unavailable or corrupt. Everything else stays what it is.

import { RelayError } from '../../core/errors.js';

/** Seconds a sender should wait before it tries again while the store cannot write. */
const RETRY_AFTER_SECONDS = 10;

/** By shape, not by class: the error is made by a native module, which may know another `Error` than this one. */
function sqliteCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}

/** @returns a RelayError for what SQLite said, or the error itself when SQLite did not say it. */
export function asStoreFailure(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined || error instanceof RelayError) return error;
  const said = `SQLite answered ${code}: ${(error as Error).message}`;
  if (code.startsWith('SQLITE_FULL'))
    return new RelayError('store.full', 'the disk (or the allowed size of the database) is full', {
      why: said,
      fix: 'free space on the disk that holds the data directory; Relay goes on by itself',
      cause: error,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'))
    return new RelayError('store.corrupt', 'the database file is damaged', {
      why: said,
      fix: 'stop the daemon and restore a copy made by: relay db backup',
      cause: error,
    });
  if (/^SQLITE_(BUSY|LOCKED|IOERR|READONLY|CANTOPEN|NOMEM|PERM)/.test(code))
    return new RelayError('store.unavailable', 'the database cannot be written just now', {
      why: said,
      fix: 'check the disk and the rights on the data directory; relay doctor says more',
      cause: error,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  return error;
}
