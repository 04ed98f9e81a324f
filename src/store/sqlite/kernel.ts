// What every family of statements shares: the connection, the clock, ids, interned texts, and the group writer.

import type { Database } from 'better-sqlite3';
import type { Clock } from '../../core/clock.js';
import type { IdFactory } from '../../core/ids.js';
import type { Interned } from './interned.js';
import type { Writer } from './writer.js';

export interface Kernel {
  readonly db: Database;
  readonly path: string;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly interned: Interned;
  readonly writer: Writer;
  /** Destinations (by number) whose pending deliveries read as `held`. */
  readonly held: { refs: ReadonlySet<string> };
}
