// A SQLite store in a directory of its own under the system's temporary one.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import type { Store } from '../../../src/store/store.js';
import { fakeClock, type StoreUnderTest } from '../contract/fixtures.js';

export interface SqlitePlace extends StoreUnderTest {
  readonly dir: string;
  readonly file: string;
}

export function temporaryDir(): string {
  return mkdtempSync(join(tmpdir(), 'relay-store-'));
}

export async function makeSqliteStore(options: { maxPages?: number } = {}): Promise<SqlitePlace> {
  const dir = temporaryDir();
  const clock = fakeClock();
  const open = () => openSqliteStore({ dir, clock, ...options });
  let store: Store = await open();
  return {
    get store() {
      return store;
    },
    clock,
    dir,
    file: join(dir, 'relay.db'),
    async reopen() {
      await store.close();
      store = await open();
      return store;
    },
    async dispose() {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
