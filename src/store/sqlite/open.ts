// Opens the SQLite store: takes the process lock, brings the schema up to date, and puts the families of statements together.

import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../core/clock.js';
import { IdFactory } from '../../core/ids.js';
import type { Store } from '../store.js';
import { prepareAccept } from './accept.js';
import { prepareAct, prepareReplay } from './act.js';
import { prepareActOnGroup } from './act-on-group.js';
import { prepareAttempts } from './attempts.js';
import { prepareBatches } from './batches.js';
import { prepareBulk } from './bulk.js';
import { prepareBulkCount } from './bulk-count.js';
import { prepareCare, prepareHeard, prepareMaintenanceWriter, prepareQuiet } from './care.js';
import { Checkpointer } from './checkpointer.js';
import { prepareClaim, prepareClaimReader } from './claim.js';
import { prepareCollected, prepareStillFiring } from './collected.js';
import { prepareCounts, prepareSourceActivity } from './counts.js';
import { makeDataFolder } from './data-folder.js';
import { prepareDestinations } from './destinations.js';
import { asStoreFailure } from './failures.js';
import { prepareGiveUp } from './give-up.js';
import { prepareIncidents } from './incidents.js';
import { Interned } from './interned.js';
import type { Kernel } from './kernel.js';
import { prepareAlertLists, prepareRejectLists } from './lists/alerts.js';
import { prepareDeliveryLists } from './lists/deliveries.js';
import { prepareEventLists } from './lists/events.js';
import { prepareIncidentLists } from './lists/incidents.js';
import { lockDirectory, type ProcessLock } from './lock.js';
import { syncLogOf } from './log-sync.js';
import { prepareMail } from './mail.js';
import { migrate } from './migrate.js';
import { prepareObjects, prepareSecrets, prepareSnapshots } from './objects.js';
import { preparePlanWriter } from './plan.js';
import { prepareResolveId } from './public-ids.js';
import { prepareRecover } from './recover.js';
import { prepareResend } from './resend.js';
import { prepareRetention } from './retention.js';
import { prepareSettle } from './settle.js';
import { prepareSiblings } from './siblings.js';
import { prepareTokens } from './tokens.js';
import { prepareUpkeep } from './upkeep.js';
import { Writer } from './writer.js';

export interface SqliteStoreOptions {
  /** The data directory; made when it is missing. */
  readonly dir: string;
  readonly clock: Clock;
  /** Given by tests that need known ids; else one is made whose ids are above all in the database. */
  readonly ids?: IdFactory;
  readonly log?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Default `relay.db`. */
  readonly fileName?: string;
  /** Refuses to grow beyond this many pages of 4 KiB, as a full disk would. */
  readonly maxPages?: number;
}

/**
 * The page cache: bounds memory, holds the hot ends of all tables and indexes. Not larger: after a page was split, a commit looks through
 * all of it (measured with 48 MiB: 6 µs for each event; the system's own cache has the rest of the file anyway).
 */
const CACHE_KIB = 16_384;
/** Waiting for a lock holds the event loop; only a foreign tool on the file can cause it. */
const BUSY_MS = 250;
/** A batch has no row of its own; one that was claimed and not yet tried is named by its deliveries alone. */
const BATCH_NUMBERS = [
  'SELECT max(batch) FROM batched',
  'SELECT max(batch) FROM delivery WHERE batch IS NOT NULL',
];
const NUMBERED = ['incident', 'alert', 'event', 'delivery', 'attempt', 'reject', 'token'] as const;

function configure(db: Database.Database, maxPages: number | undefined): void {
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  // A commit writes the log; the writer syncs it off this thread before anything settles. Together that is FULL.
  db.pragma('synchronous = NORMAL');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = MEMORY');
  db.pragma(`cache_size = -${CACHE_KIB}`);
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`);
  if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`);
}

function highestId(db: Database.Database): number {
  return Math.max(
    0,
    ...NUMBERED.map((table) => Number(db.prepare(`SELECT max(id) FROM ${table}`).pluck().get() ?? 0)),
    ...BATCH_NUMBERS.map((sql) => Number(db.prepare(sql).pluck().get() ?? 0)),
  );
}

function openDatabase(path: string, options: SqliteStoreOptions): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: BUSY_MS });
    configure(db, options.maxPages);
    const copy = migrate(db, path, options.clock.now());
    if (copy !== null) options.log?.('migrated the database', { copy });
    chmodSync(path, 0o600);
    return db;
  } catch (error) {
    db?.close();
    throw asStoreFailure(error);
  }
}

/**
 * @throws RelayError daemon.data_folder, daemon.already_running, store.newer_version, store.corrupt, store.unavailable, store.full
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  makeDataFolder(options.dir);
  const path = join(options.dir, options.fileName ?? 'relay.db');
  const lock = lockDirectory(options.dir);
  try {
    const db = openDatabase(path, options);
    const interned = new Interned(db);
    const checkpointer = new Checkpointer(db, path);
    const log = syncLogOf(path, () => checkpointer.wake());
    const kernel: Kernel = {
      db,
      path,
      clock: options.clock,
      ids: options.ids ?? new IdFactory(options.clock, highestId(db)),
      interned,
      writer: new Writer(db, interned, log),
      held: { refs: new Set() },
    };
    return assemble(kernel, checkpointer, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function assemble(kernel: Kernel, checkpointer: Checkpointer, lock: ProcessLock): Store {
  const incidents = prepareIncidents(kernel);
  const siblings = prepareSiblings(kernel);
  const plans = preparePlanWriter(kernel, siblings);
  const attempts = prepareAttempts(kernel);
  const reader = prepareClaimReader(kernel, attempts);
  const resolveId = prepareResolveId(kernel);
  const maintenance = prepareMaintenanceWriter(kernel);
  return {
    ...prepareAccept(kernel, incidents, plans, prepareCollected(kernel, incidents)),
    ...prepareAct(kernel, incidents, plans, resolveId, maintenance),
    ...prepareReplay(kernel, plans, resolveId),
    ...prepareActOnGroup(kernel, incidents, plans),
    ...prepareCare(kernel, incidents, maintenance),
    ...prepareHeard(kernel),
    ...prepareQuiet(kernel),
    ...prepareStillFiring(kernel, resolveId),
    ...prepareRecover(kernel, attempts, siblings),
    ...prepareClaim(kernel, reader, siblings),
    ...prepareBatches(kernel, reader, attempts),
    ...prepareSettle(kernel, attempts, siblings),
    ...prepareDestinations(kernel),
    ...prepareResend(kernel, siblings, resolveId),
    ...prepareBulk(kernel, siblings),
    ...prepareBulkCount(kernel),
    ...prepareGiveUp(kernel, siblings),
    ...prepareIncidentLists(kernel, resolveId),
    ...prepareAlertLists(kernel, resolveId),
    ...prepareRejectLists(kernel),
    ...prepareEventLists(kernel, resolveId),
    ...prepareDeliveryLists(kernel, attempts, resolveId),
    ...prepareCounts(kernel),
    ...prepareSourceActivity(kernel),
    ...prepareMail(kernel),
    ...prepareTokens(kernel),
    ...prepareObjects(kernel),
    ...prepareSecrets(kernel),
    ...prepareSnapshots(kernel),
    ...prepareRetention(kernel),
    ...prepareUpkeep(kernel),
    async close() {
      await kernel.writer.close();
      await checkpointer.close();
      kernel.db.close();
      lock.release();
    },
  };
}
