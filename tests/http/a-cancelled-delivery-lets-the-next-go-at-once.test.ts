import { afterEach, expect, it } from '@jest/globals';
import { fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';
import { ask, startSocket } from './kit/listener.js';

let running: Running;
let receiver: Receiver;
let socket: { readonly at: string; close(): Promise<void> };
afterEach(async () => {
  await socket?.close();
  await running?.remove();
  await receiver?.close();
});

it('a delivery that waited for a cancelled one of its incident is sent without another event', async () => {
  receiver = await startReceiver({ status: 500 });
  // Stands still: the retry never becomes due by itself.
  const clock = fakeClock();
  running = await startRunning({
    clock,
    config: {
      channels: [{ name: 'ops' }],
      sources: [{ name: 'scripts', pack: 'generic', channel: 'ops' }],
      webhooks: [{ name: 'crm', urls: [{ url: receiver.url }], events: ['incident.*'] }],
    },
  });
  const { alerts } = await running.alert('scripts', { id: 'disk', title: 'Disk is full' });
  const first = await untilTrue('the first attempt failed', async () => {
    const [found] = (await running.store.listDeliveries({ status: ['pending'] })).items;
    return found?.tries === 1 ? found : null;
  });
  await running.runtime.act(alerts[0]?.incident as string, { do: 'acknowledge' }, 'cli:test');
  receiver.answer({ status: 200 });
  socket = await startSocket(running.runtime);
  const answer = await ask(socket.at, 'POST', `/api/v1/deliveries/${first.id}/cancel`);
  expect(answer.json).toMatchObject({ state: 'cancelled' });
  await receiver.received(2);
  const states = (await running.settled()).map(({ state }) => state);
  expect(states).toEqual(['cancelled', 'delivered']);
});
