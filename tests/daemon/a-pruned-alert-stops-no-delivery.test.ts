// Retention takes alerts by their age and when the file is too large, also those of events that still wait to be sent. What looks into
// their payloads goes without.

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

let receiver: Receiver;
let running: Running;

beforeEach(async () => {
  receiver = await startReceiver();
  const hook = (name: string, more: object) => ({
    name,
    events: ['incident.resolved'],
    urls: [{ url: `${receiver.url}/${name}` }],
    redelivery: false,
    ...more,
  });
  running = await startRunning({
    config: {
      sources: [{ name: 'scripts', pack: 'generic' }],
      webhooks: [
        hook('late', { format: 'template', body: '{"host": {{ payload.host | default("gone") | tojson }}}' }),
        hook('picky', { filter: { field: 'payload.host', op: 'is', value: 'web-1' } }),
        hook('other', { filter: { not: { field: 'payload.host', op: 'is', value: 'web-1' } } }),
      ],
    },
  });
  await running.runtime.control.setPaused('webhook', 'late', true);
  await running.alert('scripts', { id: 'a', title: 'A', host: 'web-1' });
  await running.alert('scripts', { id: 'a', title: 'A', host: 'web-1', status: 'resolved' });
  const policy = { eventsMs: 0, attemptsMs: 0, maxSizeBytes: 1e12 };
  for (let more = true; more; ) ({ more } = await running.store.prune(policy, Date.now() + 60_000, 100));
});
afterEach(async () => {
  await running?.remove();
  await receiver?.close();
});

const event = async () => {
  const found = (await running.store.listEvents({ type: 'incident.resolved' })).items[0];
  if (found === undefined) throw new Error('the event is gone as well');
  await expect(running.store.getAlert(found.alert as string)).rejects.toMatchObject({
    code: 'object.not_found',
  });
  return found;
};

it('a delivery that waited goes out without the payload', async () => {
  await event();
  await running.runtime.control.setPaused('webhook', 'late', false);
  await untilTrue('it came', () => receiver.requests.some(({ path }) => path.endsWith('/late')));
  expect(receiver.requests.at(-1)?.json).toEqual({ host: 'gone' });
  const [delivery] = (await running.store.listDeliveries({ destination: 'webhook/late' })).items;
  await untilTrue(
    'it is delivered',
    async () => (await running.store.getDelivery(delivery?.id as string)).state === 'delivered',
  );
});

it('a replay goes on: to a filter the payload is missing', async () => {
  const { id } = await event();
  const { deliveries } = await running.runtime.replay(id, { dryRun: false });
  const to = await Promise.all(
    deliveries.map(async (one) => (await running.store.getDelivery(one)).destination),
  );
  expect(to.sort()).toEqual(['webhook/late', 'webhook/other']);
});
