import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { fakeClock } from './contract/fixtures.js';
import { temporaryDir } from './kit/sqlite-place.js';

let dir: string;
beforeEach(() => {
  dir = temporaryDir();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (path: string) => openSqliteStore({ dir: path, clock: fakeClock() });

it('says that a file stands where the folder should be, or above it', async () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  await expect(open(file)).rejects.toMatchObject({
    code: 'daemon.data_folder',
    why: 'it is a file, not a folder',
  });
  await expect(open(join(file, 'data'))).rejects.toMatchObject({ code: 'daemon.data_folder' });
});

it('takes a lock that cannot be opened for what it is, not for another Relay', async () => {
  mkdirSync(join(dir, 'relay.lock'));
  await expect(open(dir)).rejects.toMatchObject({ code: 'store.unavailable' });
});

it('takes a database that cannot be opened for what it is, and gives the lock back', async () => {
  mkdirSync(join(dir, 'relay.db'));
  await expect(open(dir)).rejects.toMatchObject({ code: 'store.unavailable' });
  rmSync(join(dir, 'relay.db'), { recursive: true });
  await (await open(dir)).close();
});
