// Moves the write-ahead log into the database on a thread of its own. SQLite would do it inside a COMMIT, which on a busy disk holds the
// event loop for 60 ms and more. The thread copies while commits go on; only what was committed meanwhile is left for this thread, and
// only when the log is long (docs/decisions/0006).

import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';

/** The log may grow to this before the thread is started at all: a quiet daemon needs none. */
const START_BYTES = 4 * 1024 * 1024;
/** Copying again sooner than this would write hot pages more often than they are worth. */
const EVERY_MS = 1_000;
/** Frames (pages of 4 KiB) in the log from which this thread copies the rest, so that the log starts anew: 64 MiB. */
const LONG_LOG_FRAMES = 16_000;
/** What COMMIT does by itself when the thread is lost. */
const FALLBACK_PAGES = 1_000;

/** Run in the thread. Kept as text because the tests run our TypeScript without compiling it to files. */
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const Database = require(workerData.module);
  const db = new Database(workerData.path, { timeout: 2000 });
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -1024');
  parentPort.on('message', (wanted) => {
    if (wanted === 'close') {
      db.close();
      parentPort.close();
      return;
    }
    let frames = 0;
    try {
      frames = db.pragma('wal_checkpoint(PASSIVE)')[0].log;
    } catch {
      // A full disk: the log keeps what it has, and the next look tries again.
    }
    parentPort.postMessage(frames);
  });
`;

export class Checkpointer {
  readonly #db: Database;
  readonly #path: string;
  #thread: Worker | null = null;
  #isCopying = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | null = null;

  /** Takes over from `db`, which no longer copies by itself. */
  constructor(db: Database, path: string) {
    this.#db = db;
    this.#path = path;
    db.pragma('wal_autocheckpoint = 0');
  }

  /** Something was committed. Cheap; called after every group. */
  wake(): void {
    if (this.#isClosed || this.#isCopying || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#copy(), EVERY_MS);
    this.#timer.unref();
  }

  /** Ends the thread; the last copy is made by closing the database. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const thread = this.#thread;
    if (thread === null) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    // Nothing else may keep the process alive by now, and this must be waited for.
    thread.ref();
    thread.postMessage('close');
    await ended;
  }

  #copy(): void {
    this.#timer = null;
    if (this.#thread === null) {
      const log = statSync(`${this.#path}-wal`, { throwIfNoEntry: false });
      if (log === undefined || log.size < START_BYTES) return;
      this.#thread = this.#start();
    }
    this.#isCopying = true;
    this.#thread.postMessage('copy');
  }

  #start(): Worker {
    const module = createRequire(import.meta.url).resolve('better-sqlite3');
    const thread = new Worker(THREAD, { eval: true, workerData: { module, path: this.#path } });
    thread.unref();
    thread.on('message', (frames: number) => {
      this.#isCopying = false;
      if (frames >= LONG_LOG_FRAMES && !this.#isClosed) this.#copyRest();
    });
    thread.on('error', () => {
      this.#thread = null;
      this.#isCopying = true;
      if (!this.#isClosed) this.#db.pragma(`wal_autocheckpoint = ${FALLBACK_PAGES}`);
    });
    return thread;
  }

  #copyRest(): void {
    try {
      this.#db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // As in the thread: tried again after the next group.
    }
  }
}
