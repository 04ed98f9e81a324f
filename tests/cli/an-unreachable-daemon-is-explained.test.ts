import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { relay } from '../kit/cli.js';
import { removeDir, tempDir, untilTrue } from '../kit/wait.js';

let dir: string;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => removeDir(dir));

describe('without a daemon', () => {
  it('a call names the socket, why, and the command to start it, and exits 7', async () => {
    writeFileSync(join(dir, 'relay.yaml'), 'data: ./here\n');
    const { code, stdout, stderr } = await relay(['status'], { cwd: dir });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: the relay daemon cannot be reached \[daemon\.unreachable\]\n/);
    expect(stderr).toContain(`why: ${join(dir, 'here', 'relay.sock')}: there is no such socket file`);
    expect(stderr).toMatch(/fix: start it: \S*relay\.js serve\n$/);
    expect(code).toBe(7);
  });

  it('a socket that a killed daemon left behind is told apart', async () => {
    const socket = join(dir, 'relay.sock');
    const listen = `require('net').createServer().listen(${JSON.stringify(socket)}, () => console.log('up'))`;
    const dead = spawn(process.execPath, ['-e', listen]);
    await once(dead.stdout, 'data');
    dead.kill('SIGKILL');
    await untilTrue('it is dead', () => dead.signalCode);
    const { code, stderr } = await relay(['status', '--socket', socket], { cwd: dir });
    expect(stderr).toContain('nobody listens; the daemon has stopped (ECONNREFUSED)');
    expect(code).toBe(7);
  });

  it('--json makes it an object on stderr', async () => {
    const { code, stdout, stderr } = await relay(['source', 'list', '--json'], { cwd: dir });
    expect(JSON.parse(stderr).error.code).toBe('daemon.unreachable');
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
  });

  it('the fix names the config that was named', async () => {
    writeFileSync(join(dir, 'mine.yaml'), '{}\n');
    const { stderr } = await relay(['status', '--config', 'mine.yaml'], { cwd: dir });
    expect(stderr).toContain('serve --config mine.yaml');
  });

  it('relay version still answers', async () => {
    const { code, stdout } = await relay(['version', '--json'], { cwd: dir });
    expect(JSON.parse(stdout)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.versions.node,
      daemon: null,
    });
    expect(code).toBe(0);
  });
});
