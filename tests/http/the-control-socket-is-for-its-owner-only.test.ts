import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from '../../src/http/listen/server.js';
import { ask, startSocket, startTcp } from './kit/listener.js';
import { makeRuntime, makeSource } from './kit/runtime.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'relay-socket-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const socketAt = (path: string, over = {}) =>
  createServer(makeRuntime({}, over), { listener: 'socket', path });
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the control socket', () => {
  it('is made with mode 0600, whatever the umask, which stays as it was', async () => {
    const path = join(dir, 'relay.sock');
    const before = process.umask(0);
    try {
      const server = socketAt(path);
      await server.listen();
      expect(modeOf(path)).toBe(0o600);
      expect(process.umask()).toBe(0);
      await server.close(100);
    } finally {
      process.umask(before);
    }
    expect(existsSync(path)).toBe(false);
  });

  it('takes the place of a left-over that nobody answers on', async () => {
    const path = join(dir, 'relay.sock');
    const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', code]);
    expect(statSync(path).isSocket()).toBe(true);
    const server = socketAt(path);
    await server.listen();
    expect((await ask(path, 'GET', '/healthz')).status).toBe(200);
    await server.close(100);
  });

  it('refuses to take the place of a daemon that answers, and leaves it alone', async () => {
    const path = join(dir, 'relay.sock');
    const first = socketAt(path);
    await first.listen();
    const second = socketAt(path);
    await expect(second.listen()).rejects.toMatchObject({ code: 'daemon.already_running' });
    await second.close(100);
    expect((await ask(path, 'GET', '/healthz')).status).toBe(200);
    await first.close(100);
  });

  it('never deletes a file that is not a socket', async () => {
    const path = join(dir, 'notes.txt');
    writeFileSync(path, 'mine');
    await expect(socketAt(path).listen()).rejects.toMatchObject({ code: 'daemon.cannot_listen' });
    expect(existsSync(path)).toBe(true);
  });

  it('says so when its path is longer than the operating system takes', async () => {
    const path = join(dir, `${'x'.repeat(110)}.sock`);
    await expect(socketAt(path).listen()).rejects.toMatchObject({ code: 'daemon.socket_path_too_long' });
  });

  it('gives every right, and acts as whom the command line says', async () => {
    const acted: string[] = [];
    const runtime = makeRuntime(
      {},
      {
        runtime: {
          send: async (_type: string, _channel: string | null, _data: unknown, actor: string) => {
            acted.push(actor);
            return { event: { id: 'evt_1' } as never, deliveries: 0 };
          },
        },
      },
    );
    const server = await startSocket(runtime);
    const send = (headers: Record<string, string>) =>
      ask(server.at, 'POST', '/api/v1/events', { type: 'deploy.done' }, headers);
    expect((await send({ 'x-relay-actor': 'dana' })).status).toBe(201);
    await send({ 'x-relay-actor': 'cli:kim' });
    await send({ 'x-relay-actor': 'api:forged token' });
    await send({});
    expect(acted).toEqual(['cli:dana', 'cli:kim', 'cli:local', 'cli:local']);
    await server.close();
  });

  it('suggests the source that was meant; over TCP it does not', async () => {
    const runtime = makeRuntime({ sources: [makeSource('datadog-prod')] });
    const server = await startSocket(runtime);
    const told = await ask(server.at, 'POST', '/in/datadog-prd/x', {});
    expect([told.status, told.json.error.fix]).toEqual([404, 'did you mean "datadog-prod"?']);
    await server.close();
    const tcp = await startTcp(runtime);
    const untold = await fetch(`${tcp.at}/in/datadog-prd/x`, { method: 'POST', body: '{}' });
    expect(await untold.text()).not.toContain('datadog-prod');
    await tcp.close();
  });
});

describe('the port', () => {
  it('that is taken is named, with what to do', async () => {
    const runtime = makeRuntime();
    const first = await startTcp(runtime);
    const port = Number(new URL(first.at).port);
    const second = createServer(runtime, { listener: 'tcp', host: '127.0.0.1', port });
    await expect(second.listen()).rejects.toMatchObject({
      code: 'daemon.port_in_use',
      message: expect.stringContaining(String(port)),
    });
    await second.close(100);
    await first.close();
  });
});
