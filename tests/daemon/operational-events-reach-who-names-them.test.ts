// News of delivery itself: whoever names them gets them, `*` does not, and a destination that fails to take them causes no more of them.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

let receiver: Receiver;
let running: Running;

const NEWS = ['delivery.failed', 'destination.*'];
const hook = (name: string, events: readonly string[]) => ({
  name,
  events,
  urls: [{ url: `${receiver.url}/${name}` }],
  retry: { max: 0 },
  redelivery: false,
  circuit: false,
});
const news = (name: string) =>
  receiver.requests.filter(({ path }) => path === `/hook/${name}`).map(({ json }) => json);
/** `type destination` of the news there are, oldest first. */
async function events(): Promise<string[]> {
  await running.settled();
  const { items } = await running.store.listEvents({ limit: 100 });
  return [...items]
    .reverse()
    .filter(({ type }) => !type.startsWith('incident.'))
    .map(({ type, data }) => `${type} ${JSON.parse(data).destination}`);
}
let count = 0;
async function alert(): Promise<void> {
  count += 1;
  await running.alert('scripts', { id: `alert-${count}`, title: `alert ${count}` });
}

beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning({
    config: {
      channels: [
        {
          name: 'ops',
          integrations: [{ name: 'desk', kind: 'webhook', url: `${receiver.url}/desk`, events: NEWS }],
        },
      ],
      sources: [{ name: 'scripts', pack: 'generic' }],
      webhooks: [
        hook('broken', ['incident.*', ...NEWS]),
        hook('everything', ['*']),
        hook('going', ['incident.*']),
      ],
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

describe('operational events', () => {
  it('tell of each failed delivery, and once of the destination, and never of their own failing', async () => {
    receiver.answer(({ path }) => ({ status: path.endsWith('/broken') ? 500 : 200 }));
    for (let sent = 0; sent < 4; sent++) {
      await alert();
      await running.settled();
    }
    await untilTrue('all four failures are told', async () => (await events()).length >= 5);
    const told = await events();
    expect(told.filter((line) => line === 'delivery.failed webhook/broken').length).toBe(4);
    expect(told.filter((line) => line === 'destination.degraded webhook/broken').length).toBe(1);
    expect(told.length).toBe(5);

    const toBroken = (await running.settled()).filter(({ destination }) => destination === 'webhook/broken');
    expect(toBroken.filter(({ eventType }) => !eventType.startsWith('incident.')).length).toBe(5);
    expect(toBroken.every(({ state }) => state === 'failed')).toBe(true);
  });

  it('reach the channel and the webhooks that name them, and not those that ask for everything', async () => {
    expect(news('desk').length).toBe(5);
    expect(news('everything').map(({ type }) => type)).toEqual(Array(4).fill('incident.triggered'));
    for (const { title, text } of news('desk')) expect(`${title} ${text}`).toContain('webhook/broken');
  });

  it('say when it is well again', async () => {
    receiver.answer({ status: 200 });
    await alert();
    await untilTrue('it is told', async () => (await events()).length >= 6);
    expect((await events()).slice(5)).toEqual(['destination.recovered webhook/broken']);
    expect(news('desk').length).toBe(6);
  });

  it('say when a receiver is gone for good, once, with how to enable it again', async () => {
    receiver.answer(({ path }) => ({ status: path.endsWith('/going') ? 410 : 200 }));
    await alert();
    await untilTrue('it is told', () => news('broken').some(({ type }) => type === 'destination.disabled'));
    await alert();
    expect((await events()).slice(6).sort()).toEqual([
      'delivery.failed webhook/going',
      'destination.disabled webhook/going',
    ]);
    const disabled = news('broken').find(({ type }) => type === 'destination.disabled');
    expect(disabled.data).toMatchObject({
      destination: 'webhook/going',
      kind: 'webhook',
      delivery: null,
      reason: expect.stringContaining('410'),
      see: 'relay webhook show going',
    });
    const { items } = await running.store.listDeliveries({ destination: 'webhook/going', status: ['held'] });
    expect(items.length).toBe(1);
  });
});
