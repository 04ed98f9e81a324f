// The write-ahead log must not grow with what was written, only with what was written since it last started anew.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { systemClock } from '../../src/core/clock.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';

const DATA = JSON.stringify({ text: 'x'.repeat(50_000) });
const BATCH = 100;

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

it('while writing goes on, and without a word of it lost', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'relay-log-'));
  const file = join(dir, 'relay.db');
  try {
    const store = await openSqliteStore({ dir, clock: systemClock });
    let written = 0;
    // 5 MB a batch: far more goes through the log than it may ever hold.
    while (written < 60 * BATCH) {
      await Promise.all(
        Array.from({ length: BATCH }, () =>
          store.publish({ type: 'a.b', channels: [], data: DATA, deliveries: [] }, { at: 0, actor: 'x:y' }),
        ),
      );
      written += BATCH;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(bytesOf(`${file}-wal`)).toBeLessThan(200 * 1024 * 1024);
    expect(bytesOf(file)).toBeGreaterThan(100 * 1024 * 1024);
    await store.close();
    expect(bytesOf(`${file}-wal`)).toBe(0);
    const again = await openSqliteStore({ dir, clock: systemClock });
    expect((await again.info()).counts.event).toBe(written);
    expect(await again.check()).toEqual(['ok']);
    await again.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
