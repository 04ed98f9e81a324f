// The daemon's own pruning: what is finished and old goes in small steps, alerts are taken in meanwhile, what is unfinished stays, and a
// second run finds nothing to do.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Housekeeping, startHousekeeping } from '../../src/daemon/watch/housekeeping.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

const DAY_MS = 86_400_000;
const OLD = 1_200;
let clock: FakeClock;
let receiver: Receiver;
let running: Running;
let housekeeping: Housekeeping;

beforeAll(async () => {
  clock = fakeClock();
  receiver = await startReceiver();
  running = await startRunning({
    clock,
    config: {
      channels: [{ name: 'ops' }],
      sources: [{ name: 'scripts', pack: 'generic', channel: 'ops' }],
      webhooks: [{ name: 'crm', urls: [{ url: receiver.url }], events: ['incident.resolved'] }],
      retention: { events: '30d', attempts: '30d' },
    },
  });
  housekeeping = startHousekeeping({
    store: running.store,
    clock,
    log: pino({ level: 'silent' }),
    policy: () => running.runtime.config().retention,
  });
});
afterAll(async () => {
  await housekeeping?.stop();
  await running?.remove();
  await receiver?.close();
});

describe('retention', () => {
  it('removes what is finished and old while alerts go on being taken in', async () => {
    const alerts = (state: string) =>
      Promise.all(
        Array.from({ length: OLD }, (_, id) =>
          running.alert('scripts', { id: `old-${id}`, title: 'x', state }),
        ),
      );
    await alerts('alerting');
    await alerts('ok');
    expect((await running.settled()).length).toBe(1_000);
    await running.runtime.control.setPaused('webhook', 'crm', true);
    await running.alert('scripts', { id: 'held', title: 'held' });
    await running.alert('scripts', { id: 'held', title: 'held', state: 'ok' });
    clock.advance(31 * DAY_MS);

    let isDone = false;
    const pruning = housekeeping.pruneNow().finally(() => {
      isDone = true;
    });
    let taken = 0;
    while (!isDone) {
      const { alerts: accepted } = await running.alert('scripts', { id: `new-${taken}`, title: 'new' });
      expect(accepted.map(({ result }) => result)).toEqual(['opened']);
      taken += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(await pruning).toBeGreaterThanOrEqual(OLD * 3);
    expect(taken).toBeGreaterThan(3);

    const { counts } = await running.store.info();
    expect(counts).toMatchObject({ incident: taken + 1, delivery: 1 });
    const [held] = (await running.store.listDeliveries({})).items;
    expect(held).toMatchObject({ state: 'held', eventType: 'incident.resolved' });
  });

  it('does nothing where nothing is old', async () => {
    expect(await housekeeping.pruneNow()).toBe(0);
  });
});
