// What `status` notices of destinations without calling them degraded: a receiver that asked to wait, an event that does not fit a body.

import { afterEach, expect, it } from '@jest/globals';
import { readStatus } from '../../src/http/view/status.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

let receiver: Receiver;
let running: Running;
let clock: FakeClock;

async function start(answer: Parameters<typeof startReceiver>[0], more: Record<string, unknown>) {
  clock = fakeClock();
  receiver = await startReceiver(answer);
  const webhook = { name: 'crm', urls: [{ url: receiver.url }], events: ['deploy.*'], ...more };
  running = await startRunning({ clock, config: { webhooks: [webhook] } });
}
const send = (data: object) =>
  running.runtime.send('deploy.finished', null, JSON.stringify(data), 'cli:test');

afterEach(async () => {
  await running?.remove();
  await receiver?.close();
});

it('names a receiver that asked to wait, and for how long', async () => {
  await start({ status: 429, headers: { 'retry-after': '60' } }, {});
  await send({});
  const { noticed, healthy } = await untilTrue('it is told to wait', async () => {
    const status = await readStatus(running.runtime);
    return status.noticed?.length === 0 ? undefined : status;
  });
  expect(healthy).toBe(true);
  expect(noticed).toEqual([
    {
      object: 'webhook/crm',
      text: '1 waiting, last answer 429, told to wait by the receiver, next try in 1m',
      see: 'relay webhook show crm',
    },
  ]);
});

it('names a webhook whose body cannot be made of an event, until one can', async () => {
  await start({ status: 200 }, { format: 'template', body: '{"v": {{ data.build.version }}}' });
  await send({});
  expect((await running.settled()).map(({ state }) => state)).toEqual(['dead']);
  expect(await readStatus(running.runtime)).toMatchObject({
    healthy: true,
    noticed: [
      {
        object: 'webhook/crm',
        text: 'the body of its last request could not be made',
        see: 'relay delivery list --webhook crm --result build',
      },
    ],
  });
  await send({ build: { version: '1' } });
  await running.settled();
  expect((await readStatus(running.runtime)).noticed).toEqual([]);
});
