// A destination that subscribes to `delivery.failed` and is down itself: what it was to hear is given up for its age like anything else,
// and that is no news, or it would go round for ever.

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

let clock: FakeClock;
let receiver: Receiver;
let running: Running;

beforeAll(async () => {
  clock = fakeClock(Date.now());
  receiver = await startReceiver({ status: 503, headers: { 'retry-after': '36000' } });
  running = await startRunning({
    clock,
    config: {
      channels: [{ name: 'ops' }],
      sources: [{ name: 'scripts', pack: 'generic', channel: 'ops' }],
      webhooks: [
        {
          name: 'down',
          events: ['incident.triggered', 'delivery.failed'],
          urls: [{ url: receiver.url }],
          retry: { max: 0 },
          give_up_after: '1m',
          redelivery: false,
          circuit: false,
        },
      ],
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

const reasons = async (): Promise<string[]> => {
  const { items } = await running.store.listEvents({ type: 'delivery.failed', limit: 100 });
  return [...items].reverse().map(({ data }) => JSON.parse(data).reason);
};
const alert = (id: string) => running.alert('scripts', { id, title: id });

it('counts what is given up of events, and not of the news about that', async () => {
  await alert('first');
  await untilTrue('its failure is told', async () => (await reasons()).length === 1);
  for (let round = 2; round <= 4; round++) {
    await alert(`alert ${round}`);
    clock.advance(130_000);
    await untilTrue('all of it is given up', async () => {
      const waiting = await running.store.listDeliveries({ status: ['pending', 'sending'], limit: 10 });
      // The news of this round waits already.
      return waiting.items.length === 1 && (await reasons()).length === round;
    });
    expect((await reasons()).at(-1)).toBe('1 delivery that waited: given up: not delivered within 1m');
  }
  clock.advance(130_000);
  await untilTrue('the last news is given up', async () => {
    const waiting = await running.store.listDeliveries({ status: ['pending', 'sending'], limit: 10 });
    return waiting.items.length === 0;
  });
  expect(await reasons()).toHaveLength(4);
  expect(receiver.requests).toHaveLength(1);
});
