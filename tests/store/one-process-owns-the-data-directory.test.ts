// The process lock: refused while another process holds it, free again the moment that process is gone.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { fakeClock } from './contract/fixtures.js';
import { temporaryDir } from './kit/sqlite-place.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
let dir: string;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = () => openSqliteStore({ dir, clock: fakeClock() });

it('names the process that holds it, and opens after that one was killed', async () => {
  const child = spawn(
    process.execPath,
    ['--import', here('./kit/run-typescript.js'), here('./kit/writing-child.ts'), dir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    await expect(open()).rejects.toMatchObject({
      code: 'daemon.already_running',
      message: expect.stringContaining(`pid ${child.pid}`),
      fix: expect.stringContaining(`kill ${child.pid}`),
    });
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
  const store = await open();
  expect((await store.info()).counts.alert).toBeGreaterThan(0);
  await store.close();
});

it('refuses a second one in the same process and frees the directory on close', async () => {
  const store = await open();
  await expect(open()).rejects.toMatchObject({ code: 'daemon.already_running' });
  await store.close();
  expect(existsSync(join(dir, 'relay.pid'))).toBe(false);
  await (await open()).close();
});

it('keeps the database readable by its owner alone', async () => {
  const store = await open();
  expect(statSync(join(dir, 'relay.db')).mode & 0o777).toBe(0o600);
  await store.close();
});
