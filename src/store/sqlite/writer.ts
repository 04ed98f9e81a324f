// Group commit: writes that arrive in one turn of the event loop run in one transaction, each in its own savepoint.
// A write that throws undoes only itself; a commit that fails rejects the whole group. Nothing settles before the commit.

import type { Database } from 'better-sqlite3';
import { RelayError } from '../../core/errors.js';
import { asStoreFailure } from './failures.js';

interface Job {
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Told when what was written since the last `keep` or `undo` stands or is gone: for caches filled inside the transaction. */
export interface WriteObserver {
  keep(): void;
  undo(): void;
  undoAll(): void;
  committed(): void;
}

/** Bounds how long one transaction holds the event loop. */
const MAX_GROUP = 512;

export class Writer {
  readonly #db: Database;
  readonly #observer: WriteObserver;
  readonly #begin;
  readonly #commit;
  readonly #savepoint;
  readonly #release;
  readonly #undo;
  #queue: Job[] = [];
  #scheduled = false;
  #closed = false;

  constructor(db: Database, observer: WriteObserver) {
    this.#db = db;
    this.#observer = observer;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#savepoint = db.prepare('SAVEPOINT w');
    this.#release = db.prepare('RELEASE w');
    this.#undo = db.prepare('ROLLBACK TO w');
  }

  /**
   * Queues one write. `run` is called inside a transaction, later in this turn of the event loop, and must not await.
   * @throws store.full, store.unavailable, store.corrupt, or what `run` throws
   */
  submit<T>(run: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new RelayError('store.unavailable', 'the store is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Commits what waits and takes no more. */
  close(): void {
    this.#closed = true;
    while (this.#queue.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#queue.length === 0) return;
      this.#flush();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #flush(): void {
    const group = this.#queue.length > MAX_GROUP ? this.#queue.splice(0, MAX_GROUP) : this.#queue;
    if (group === this.#queue) this.#queue = [];
    const settled: (() => void)[] = [];
    try {
      this.#begin.run();
      for (const job of group) this.#runOne(job, settled);
      this.#commit.run();
      this.#observer.committed();
    } catch (error) {
      this.#abandon();
      const failure = asStoreFailure(error);
      for (const job of group) job.reject(failure);
      return;
    }
    for (const settle of settled) settle();
  }

  #runOne(job: Job, settled: (() => void)[]): void {
    this.#savepoint.run();
    try {
      const value = job.run();
      this.#release.run();
      this.#observer.keep();
      settled.push(() => job.resolve(value));
    } catch (error) {
      // SQLite itself rolls the whole transaction back on some errors (full, I/O): then the group is lost, not this write alone.
      if (!this.#db.inTransaction) throw error;
      this.#undo.run();
      this.#release.run();
      this.#observer.undo();
      const failure = asStoreFailure(error);
      settled.push(() => job.reject(failure));
    }
  }

  #abandon(): void {
    try {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    } catch {
      // SQLite has already rolled back; there is nothing left to undo.
    }
    this.#observer.undoAll();
  }
}
