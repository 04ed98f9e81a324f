// Kills a writing process with SIGKILL at random moments; what it acknowledged must be there when the store is opened again.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { systemClock } from '../../src/core/clock.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { temporaryDir } from './kit/sqlite-place.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const KILLS = Number(process.env.RELAY_STORE_KILLS ?? 4);

let dir: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Runs the writer until it has acknowledged `lines` things and a little more, kills it, and returns what it said. */
async function writeAndDie(lines: number): Promise<string[]> {
  child = spawn(
    process.execPath,
    ['--import', here('./kit/run-typescript.js'), here('./kit/writing-child.ts'), dir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  const exited = once(child, 'exit');
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > lines) child?.kill('SIGKILL');
  });
  await exited;
  return said.split('\n').slice(0, -1);
}

it('keeps every acknowledged write over random kills', async () => {
  const said: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) said.push(...(await writeAndDie(Math.ceil(Math.random() * 200))));
  const store = await openSqliteStore({ dir, clock: systemClock });
  try {
    await store.recover(systemClock.now());
    expect(await store.check()).toEqual(['ok']);
    expect((await store.listDeliveries({ status: ['sending'] })).items).toEqual([]);
    for (const line of said) {
      const [what, one, two] = line.split(' ') as [string, string, string];
      if (what === 'settled') expect(await store.getDelivery(one)).toMatchObject({ state: 'delivered' });
      else {
        expect(await store.getAlert(one)).toMatchObject({ payload: 'x'.repeat(500), result: 'opened' });
        expect((await store.getDelivery(two)).id).toBe(two);
      }
    }
    expect(said.filter((line) => line.startsWith('accepted')).length).toBeGreaterThanOrEqual(KILLS);
    const counts = (await store.info()).counts;
    expect(counts.event).toBe(counts.alert);
    expect(counts.delivery).toBe(counts.alert);
  } finally {
    await store.close();
  }
});
