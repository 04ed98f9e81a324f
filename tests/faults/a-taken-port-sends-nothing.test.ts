// A daemon that cannot listen must not send what waits: nobody would be there to write down the answer, and a supervisor that starts it
// again and again would send it again and again.

import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { readStore } from './read-store.js';

const KEY = 'scripts-key-000001';

let receiver: Receiver;
let daemon: TestDaemon;
let squatter: Server | null = null;

beforeEach(async () => {
  receiver = await startReceiver('hang');
  daemon = await startDaemon({
    config: {
      channels: [{ name: 'ops' }],
      sources: [{ name: 'scripts', pack: 'generic', channel: 'ops', key: KEY }],
      webhooks: [{ name: 'tickets', urls: [{ url: receiver.url }], timeout: '60s' }],
    },
  });
});
afterEach(async () => {
  await daemon.remove();
  await new Promise((resolve) => (squatter === null ? resolve(null) : squatter.close(resolve)));
  await receiver.close();
});

it('a daemon whose port is taken ends with an error, and what waits was not sent', async () => {
  expect((await daemon.post('scripts', KEY, { id: 'a', title: 'waits' })).status).toBe(202);
  await receiver.received(1);
  await daemon.kill9();
  receiver.answer({ status: 200, delayMs: 500 });
  squatter = createServer((socket) => socket.destroy());
  await new Promise((resolve) =>
    squatter?.listen(Number(new URL(daemon.url).port), '127.0.0.1', () => resolve(null)),
  );
  await daemon.restart({ whenReady: false });
  const { code } = await daemon.exited();
  expect(code).not.toBe(0);
  expect(daemon.stderr()).toContain('daemon.port_in_use');
  expect(receiver.requests).toHaveLength(1);
  const { deliveries, attempts } = await readStore(daemon.dataDir);
  expect(deliveries.map(({ state }) => state)).toEqual(['pending']);
  expect([...attempts.values()].flat().map(({ outcome }) => outcome)).toEqual(['unknown']);
}, 60_000);
