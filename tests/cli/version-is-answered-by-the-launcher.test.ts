import { spawnSync } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BIN, ROOT, relay } from '../kit/cli.js';
import { removeDir, tempDir } from '../kit/wait.js';

let dir: string;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => removeDir(dir));

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

describe('the launcher', () => {
  it.each(['--version', '-V'])('answers %s', async (flag) => {
    expect(await relay([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('is executable', () => {
    expect(() => accessSync(BIN, constants.X_OK)).not.toThrow();
  });

  it.each([
    ['npm install', false],
    ['npm run build', true],
  ])('says %s in a clone that is not built', (command, installed) => {
    cpSync(dirname(BIN), join(dir, 'bin'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(dir, 'package.json'));
    if (installed) mkdirSync(join(dir, 'node_modules'));
    const run = (argument: string) =>
      spawnSync(process.execPath, [join(dir, 'bin', 'relay.js'), argument], { encoding: 'utf8' });
    const status = run('status');
    expect(status.stderr).toContain('error: Relay is not built yet');
    expect(status.stderr).toContain(`run: ${command}\n`);
    expect(status.status).toBe(1);
    expect(run('--version').stdout).toBe(`${version}\n`);
  });
});
