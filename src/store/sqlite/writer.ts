// Group commit: writes that arrive in one turn of the event loop run in one transaction, and the log is synced to disk off this thread
// while the next group gathers. A write that throws undoes only itself: those that may well throw have a savepoint each, and when one of
// the others does, the group is undone and written again, each in a savepoint. A commit that fails rejects the whole group. Nothing
// settles before its sync has ended (docs/decisions/0006).

import type { Database } from 'better-sqlite3';
import { RelayError } from '../../core/errors.js';
import { asStoreFailure } from './failures.js';

interface Job {
  readonly run: () => unknown;
  readonly isGuarded: boolean;
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

/** Makes what was committed survive a power cut. */
export interface LogSync {
  /** Calls back when all that is committed by now is on disk, or with why not. */
  sync(done: (error: Error | null) => void): void;
  close(): void;
}

/** Bounds how long one transaction holds the event loop. */
const MAX_GROUP = 512;

export class Writer {
  readonly #db: Database;
  readonly #observer: WriteObserver;
  readonly #log: LogSync;
  readonly #begin;
  readonly #commit;
  readonly #savepoint;
  readonly #release;
  readonly #undo;
  #queue: Job[] = [];
  #scheduled = false;
  #syncing = false;
  #closed = false;
  /** Set when a sync failed: what the kernel then holds of the log cannot be trusted again by this process. */
  #broken: RelayError | null = null;
  #whenIdle: (() => void) | null = null;

  constructor(db: Database, observer: WriteObserver, log: LogSync) {
    this.#db = db;
    this.#observer = observer;
    this.#log = log;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#savepoint = db.prepare('SAVEPOINT w');
    this.#release = db.prepare('RELEASE w');
    this.#undo = db.prepare('ROLLBACK TO w');
  }

  /**
   * Queues one write. `run` is called inside a transaction, later in this turn of the event loop, and must not await. It is called again
   * when what the first call wrote had to be undone for a neighbour's sake.
   * @throws store.full, store.unavailable, store.corrupt, or what `run` throws
   */
  submit<T>(run: () => T): Promise<T> {
    return this.#queueUp(run, true);
  }

  /**
   * The same for what there is most of and hardly ever throws: without a savepoint, which costs 6 µs (pages that it changes are copied).
   * @throws store.full, store.unavailable, store.corrupt, or what `run` throws
   */
  submitUnguarded<T>(run: () => T): Promise<T> {
    return this.#queueUp(run, false);
  }

  #queueUp<T>(run: () => T, isGuarded: boolean): Promise<T> {
    if (this.#closed) return Promise.reject(new RelayError('store.unavailable', 'the store is closed'));
    if (this.#broken !== null) return Promise.reject(this.#broken);
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run, isGuarded, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Commits what waits and takes no more. Resolves when it is on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#queue.length > 0 || this.#syncing) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      });
    }
    this.#log.close();
  }

  #schedule(): void {
    if (this.#scheduled || this.#syncing) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /** The next group, or word that there is none. */
  #next(): void {
    if (this.#queue.length > 0) this.#schedule();
    else this.#whenIdle?.();
  }

  #flush(): void {
    const group = this.#queue.length > MAX_GROUP ? this.#queue.splice(0, MAX_GROUP) : this.#queue;
    if (group === this.#queue) this.#queue = [];
    let settled: (() => void)[];
    try {
      settled = this.#writeAll(group, false) ?? (this.#writeAll(group, true) as (() => void)[]);
    } catch (error) {
      this.#abandon();
      const failure = asStoreFailure(error);
      for (const job of group) job.reject(failure);
      this.#next();
      return;
    }
    this.#syncing = true;
    this.#log.sync((error) => {
      this.#syncing = false;
      if (error === null) for (const settle of settled) settle();
      else this.#break(error, group);
      this.#next();
    });
  }

  /** After a failed sync the kernel may drop what it could not write and report success next time, so nothing is promised any more. */
  #break(error: Error, group: readonly Job[]): void {
    this.#broken = new RelayError('store.unavailable', 'the disk failed to take what was written', {
      why: error.message,
      fix: 'check the disk, then restart the daemon: it reads what is really there',
      cause: error,
      retryAfterSeconds: 60,
    });
    for (const job of [...group, ...this.#queue]) job.reject(this.#broken);
    this.#queue = [];
  }

  /** What to tell those who wrote, once it is on disk. Null: one without a savepoint threw, and all of the group is undone. */
  #writeAll(group: readonly Job[], guardsAll: boolean): (() => void)[] | null {
    const settled: (() => void)[] = [];
    this.#begin.run();
    for (const job of group) {
      if (guardsAll || job.isGuarded) this.#runGuarded(job, settled);
      else if (!this.#runBare(job, settled)) return null;
    }
    this.#commit.run();
    this.#observer.committed();
    return settled;
  }

  #runBare(job: Job, settled: (() => void)[]): boolean {
    try {
      const value = job.run();
      this.#observer.keep();
      settled.push(() => job.resolve(value));
      return true;
    } catch (error) {
      if (!this.#db.inTransaction) throw error;
      this.#abandon();
      return false;
    }
  }

  #runGuarded(job: Job, settled: (() => void)[]): void {
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
