import { afterEach, expect, it } from '@jest/globals';
import { fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { ask, startSocket } from './kit/listener.js';

let running: Running;
let receiver: Receiver;
let socket: { readonly at: string; close(): Promise<void> };
afterEach(async () => {
  await socket?.close();
  await running?.remove();
  await receiver?.close();
});

it('a member of a batch that is sent again by hand does not wait for what gathers, nor for another event', async () => {
  receiver = await startReceiver();
  // Stands still: nothing that gathers becomes due by itself.
  const clock = fakeClock();
  running = await startRunning({
    clock,
    config: {
      webhooks: [
        {
          name: 'crm',
          urls: [{ url: receiver.url }],
          events: ['deploy.*'],
          max_events_per_request: 3,
          linger: '1m',
          concurrency: 1,
        },
      ],
    },
  });
  const send = (number: number) =>
    running.runtime.send('deploy.finished', null, JSON.stringify({ number }), 'cli:test');
  const numbers = () =>
    receiver.requests.map(({ json }) =>
      json.data.events.map(({ data }: { data: { number: number } }) => data.number),
    );
  for (const number of [1, 2, 3]) await send(number);
  await receiver.received(1);
  const [, second] = await running.settled();
  await send(4);
  socket = await startSocket(running.runtime);
  const resend = (id: string | undefined) => ask(socket.at, 'POST', `/api/v1/deliveries/${id}/resend`);
  const answer = await resend(second?.id);
  expect([answer.status, answer.json.sends]).toEqual([200, 'alone']);
  await receiver.received(2);
  expect(numbers()).toEqual([[1, 2, 3], [2]]);
  const waiting = await running.store.listDeliveries({ status: ['pending'] });
  expect(waiting.items).toHaveLength(1);
  // By now it was sent alone; the one that gathers was not sent at all.
  expect((await resend(second?.id)).json.sends).toBe('same');
  await receiver.received(3);
  expect(receiver.requests[2]?.text).toBe(receiver.requests[1]?.text);
  expect(receiver.requests[1]?.headers['webhook-id']).not.toBe(receiver.requests[0]?.headers['webhook-id']);
  expect((await resend(waiting.items[0]?.id)).json.sends).toBe('first');
});
