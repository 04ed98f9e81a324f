// What /readyz goes by: the store takes writes, nothing due lies around, and the daemon is not on its way out.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;
let isDraining = false;
const clock = fakeClock(Date.UTC(2026, 5, 1));

const source = { name: 'scripts', pack: 'generic', channel: 'ops' };
const failing = async (): Promise<string[]> => {
  const { ready, checks } = await running.runtime.readiness();
  const names = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  expect(ready).toBe(names.length === 0);
  return names;
};

beforeAll(async () => {
  receiver = await startReceiver({ status: 503, headers: { 'retry-after': '7200' } });
  running = await startRunning({
    clock,
    draining: () => isDraining,
    config: {
      channels: [{ name: 'ops' }],
      sources: [source],
      webhooks: [{ name: 'crm', urls: [{ url: receiver.url }] }],
    },
  });
});
afterAll(async () => {
  isDraining = false;
  await running?.remove();
  await receiver?.close();
});

describe('a daemon', () => {
  it('is ready', async () => {
    expect(await failing()).toEqual([]);
  });

  it('is ready while a receiver asks for patience and a paused one holds its deliveries', async () => {
    await running.alert('scripts', { id: 'a', title: 'waits' });
    await receiver.received(1);
    await running.runtime.control.setPaused('webhook', 'crm', true);
    await running.alert('scripts', { id: 'b', title: 'is held' });
    clock.advance(3_600_000);
    expect(await failing()).toEqual([]);
  });

  it('is not ready while it drains, and takes nothing more', async () => {
    isDraining = true;
    expect(await failing()).toEqual(['draining']);
    await expect(running.alert('scripts', { id: 'c', title: 'too late' })).rejects.toMatchObject({
      code: 'daemon.draining',
      retryAfterSeconds: 5,
    });
    isDraining = false;
    expect(await failing()).toEqual([]);
  });

  it('is not ready when the store takes no writes', async () => {
    await running.stop();
    expect(await failing()).toEqual(['store', 'scheduler']);
    running = await startRunning({ clock, config: { sources: [], channels: [] }, dir: running.dir });
    expect(await failing()).toEqual([]);
  });
});
