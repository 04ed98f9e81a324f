import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BIN, relay, testEnv } from '../kit/cli.js';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await startFakeDaemon({
    'GET /sources': { items: [{ name: 'datadog-prod' }, { name: 'k8s' }], next: null },
    'GET /packs': { items: [{ slug: 'datadog' }, { slug: 'generic' }], next: null },
    'GET /incidents': { items: [{ id: 'inc_01' }], next: null },
  });
});
afterEach(() => daemon.remove());

describe('relay __complete', () => {
  it.each([
    [['source', 'show'], 'datadog-prod\nk8s\n'],
    [['source', 'add'], 'datadog\ngeneric\n'],
    [['incident', 'ack'], 'inc_01\n'],
    [['source', 'list'], ''],
    [['webhook', 'show'], ''],
    [['status'], ''],
  ])('%j names %j', async (words, expected) => {
    expect(await daemon.relay(['__complete', ...words])).toEqual({ code: 0, stdout: expected, stderr: '' });
  });

  it('is silent without a daemon', async () => {
    const result = await daemon.relay(['__complete', 'source', 'show'], {
      env: { RELAY_SOCKET: '/nowhere' },
    });
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('the script for bash', () => {
  it.each([
    ['relay sou', 'source'],
    ['relay source sh', 'show'],
    ['relay source list --sor', '--sort'],
    ['relay source list --js', '--json'],
    ['relay source add --spl', '--split'],
  ])('completes %j', async (line, expected) => {
    const { stdout: script } = await relay(['completion', 'bash']);
    const file = join(daemon.dir, 'complete.bash');
    const bin = join(daemon.dir, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'relay'), `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`, { mode: 0o755 });
    writeFileSync(file, script);
    const words = line.split(' ');
    const ask = `. ${file}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _relay; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', ask], {
      encoding: 'utf8',
      env: { ...testEnv(), PATH: `${bin}:${process.env.PATH}` },
    });
    expect({ stdout, stderr }).toEqual({ stdout: `${expected}\n`, stderr: '' });
  });
});

describe('every script', () => {
  it.each(['bash', 'zsh', 'fish'])('%s has every noun and its verbs', async (shell) => {
    const { stdout, code } = await relay(['completion', shell]);
    for (const word of ['source', 'rotate-key', 'webhook', 'redeliver', 'status', 'no-color']) {
      expect(stdout).toContain(word);
    }
    expect(stdout).not.toContain('__complete <');
    expect(code).toBe(0);
  });
});
