// The thread does not keep the process alive while it works; closing must wait for it all the same.

import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { temporaryDir } from './kit/sqlite-place.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it('in a process that has nothing else to do', async () => {
  const dir = temporaryDir();
  try {
    const args = ['--import', here('./kit/run-typescript.js'), here('./kit/closing-child.ts'), dir];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe('closed\n');
    expect(existsSync(join(dir, 'relay.db'))).toBe(true);
    expect(existsSync(join(dir, 'relay.db-wal'))).toBe(false);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
