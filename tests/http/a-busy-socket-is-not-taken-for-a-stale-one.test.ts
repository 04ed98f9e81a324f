// A daemon too busy to take one more connection answers EAGAIN: its socket must not be taken away from under it.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { listenOnSocket } from '../../src/http/listen/socket-file.js';
import { removeDir, tempDir } from '../kit/wait.js';

const STUCK = `require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => {
  require('node:fs').writeSync(1, 'up');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** Connects until the queue of the listener is full. */
async function fillQueue(path: string, into: Socket[]): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const socket = createConnection(path);
    into.push(socket);
    const code = await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve(''));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    });
    if (code === 'EAGAIN') return;
  }
  throw new Error('the queue never filled');
}

(process.platform === 'linux' ? it : it.skip)(
  'a live socket that takes no more connections is left alone',
  async () => {
    const dir = tempDir();
    const path = join(dir, 'relay.sock');
    const stuck = spawn(process.execPath, ['-e', STUCK, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const sockets: Socket[] = [];
    const server = createServer();
    try {
      await new Promise((resolve) => stuck.stdout.once('data', resolve));
      await fillQueue(path, sockets);
      await expect(listenOnSocket(server, path)).rejects.toMatchObject({ code: 'daemon.already_running' });
      expect(existsSync(path)).toBe(true);
    } finally {
      stuck.kill('SIGKILL');
      for (const socket of sockets) socket.destroy();
      server.close();
      removeDir(dir);
    }
  },
);
