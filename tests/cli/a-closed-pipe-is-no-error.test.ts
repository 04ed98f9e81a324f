import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { BIN, relay, testEnv } from '../kit/cli.js';
import { freePort } from '../kit/daemon.js';
import { removeDir, tempDir } from '../kit/wait.js';
import { startFakeDaemon } from './fake-daemon.js';

let dir: string;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => removeDir(dir));

// More than a pipe holds (64 KiB), so that writing goes on after the reader has gone.
const ITEMS = Array.from({ length: 20_000 }, (_, index) => ({
  slug: `pack-${index}`,
  title: 'x'.repeat(40),
}));

/** The first chunk is read and the pipe closed, as `head -1` does. */
async function throughHead(argv: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [BIN, ...argv], {
    env: testEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, stderr };
}

it('relay pack list | head -1 prints one line, nothing on stderr, and exits 0', async () => {
  const daemon = await startFakeDaemon({ 'GET /packs': { items: ITEMS, next: null } });
  try {
    const ran = await throughHead(['pack', 'list', '-o', 'jsonl', '--socket', daemon.socket]);
    expect(ran).toEqual({ code: 0, stderr: '' });
  } finally {
    await daemon.remove();
  }
});

it('relay incident export | head -1 ends although there is always more', async () => {
  const daemon = await startFakeDaemon({ 'GET /incidents': { items: ITEMS.slice(0, 1_000), next: 'more' } });
  try {
    const ran = await throughHead(['incident', 'export', '--socket', daemon.socket]);
    expect(ran).toEqual({ code: 0, stderr: '' });
  } finally {
    await daemon.remove();
  }
});

it('relay serve goes on when nobody reads what it prints', async () => {
  const config = `server: { listen: "127.0.0.1:${await freePort()}" }
channels: [{ name: ops, integrations: [{ name: terminal, kind: console }] }]
sources: [{ name: mine, pack: generic, channel: ops }]
`;
  writeFileSync(join(dir, 'relay.yaml'), config);
  const child = spawn(process.execPath, [BIN, 'serve'], {
    cwd: dir,
    env: testEnv(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(child.stdout, 'data');
    child.stdout.destroy();
    // The console integration prints each event: to nobody now.
    for (const sample of ['alerting', 'ok']) {
      const sent = await relay(['source', 'test', 'mine', '--send', '--sample', sample], { cwd: dir });
      expect(sent).toMatchObject({ code: 0 });
    }
    expect((await relay(['status', '-o', 'name'], { cwd: dir })).stdout).toMatch(/healthy|degraded/);
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});
