// SIGTERM: no new alerts, what is in flight finishes or is given back, and then the end; a second signal does not wait.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { readStore } from './read-store.js';

const KEY = 'scripts-key-000001';

describe('a daemon told to end', () => {
  let receiver: Receiver;
  let daemon: TestDaemon;

  beforeEach(async () => {
    receiver = await startReceiver();
    daemon = await startDaemon({
      config: {
        channels: [{ name: 'ops' }],
        sources: [{ name: 'scripts', pack: 'generic', channel: 'ops', key: KEY }],
        webhooks: [
          {
            name: 'tickets',
            urls: [{ url: receiver.url }],
            events: ['incident.triggered'],
            format: 'standard',
            timeout: '60s',
            concurrency: 2,
          },
        ],
      },
    });
  });
  afterEach(async () => {
    await daemon.remove();
    await receiver.close();
  });

  const post = (group: string) =>
    daemon.post('scripts', KEY, { alert_uid: group, title: group, state: 'alerting' });

  it('lets the request in flight finish and exits with 0', async () => {
    receiver.answer({ status: 200, delayMs: 1_500 });
    expect((await post('a')).status).toBe(202);
    await receiver.received(1);
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    const { deliveries, attempts } = await readStore(daemon.dataDir);
    expect(deliveries.map(({ state }) => state)).toEqual(['delivered']);
    expect([...attempts.values()].flat().map(({ outcome, status }) => [outcome, status])).toEqual([
      ['delivered', 200],
    ]);
  }, 60_000);

  it('gives back what is not done by the deadline, which goes out after the next start under the same id', async () => {
    receiver.answer('hang');
    for (const group of ['a', 'b', 'c', 'd']) expect((await post(group)).status).toBe(202);
    await receiver.received(2);
    daemon.signal('SIGTERM');
    const ended = await daemon.exited(60_000);
    expect(ended.signal).toBeNull();
    const { deliveries } = await readStore(daemon.dataDir);
    expect(deliveries.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending', 'pending']);

    const cutOff = receiver.requests.map(({ headers }) => headers['webhook-id']);
    receiver.answer({ status: 200 });
    await daemon.restart();
    await receiver.received(cutOff.length + 4, 60_000);
    const sent = receiver.requests.slice(cutOff.length).map(({ headers }) => headers['webhook-id']);
    expect(new Set(sent).size).toBe(4);
    expect(sent).toEqual(expect.arrayContaining(cutOff));
  }, 150_000);

  it('exits at once on a second signal, and the cut off request is told as unknown', async () => {
    receiver.answer('hang');
    expect((await post('a')).status).toBe(202);
    await receiver.received(1);
    daemon.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    daemon.signal('SIGTERM');
    const ended = await daemon.exited(5_000);
    expect(ended.code !== 0 || ended.signal !== null).toBe(true);

    receiver.answer({ status: 200 });
    await daemon.restart();
    await receiver.received(2, 60_000);
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    const { deliveries, attempts } = await readStore(daemon.dataDir);
    expect(deliveries.map(({ state }) => state)).toEqual(['delivered']);
    expect([...attempts.values()].flat().map(({ outcome }) => outcome)).toEqual(['unknown', 'delivered']);
  }, 120_000);
});
