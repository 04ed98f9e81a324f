import { spawn } from 'node:child_process';
import { afterEach, expect, it } from '@jest/globals';
import { BIN, testEnv } from '../kit/cli.js';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

let daemon: FakeDaemon;
afterEach(() => daemon.remove());

// More than a pipe holds (64 KiB), so that writing goes on after the reader has gone.
const ITEMS = Array.from({ length: 20_000 }, (_, index) => ({
  slug: `pack-${index}`,
  title: 'x'.repeat(40),
}));

it('relay pack list | head -1 prints one line, nothing on stderr, and exits 0', async () => {
  daemon = await startFakeDaemon({ 'GET /packs': { items: ITEMS, next: null } });
  const child = spawn(process.execPath, [BIN, 'pack', 'list', '-o', 'jsonl', '--socket', daemon.socket], {
    env: testEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
