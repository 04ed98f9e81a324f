// The command that `status` gives for a destination in trouble: it lists what was refused for good too.

import { afterEach, expect, it } from '@jest/globals';
import { readStatus } from '../../src/http/view/status.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;

afterEach(async () => {
  await running?.remove();
  await receiver?.close();
});

it('lists by destination and by every state that is not well', async () => {
  receiver = await startReceiver({ status: 422 });
  running = await startRunning({
    config: {
      webhooks: [
        {
          name: 'crm',
          urls: [{ url: receiver.url }],
          events: ['deploy.*'],
          retry: { max: 0, on: 'transient' },
        },
      ],
    },
  });
  for (let count = 0; count < 3; count++)
    await running.runtime.send('deploy.finished', null, '{}', 'cli:test');
  expect((await running.settled()).map(({ state }) => state)).toEqual(['dead', 'dead', 'dead']);
  const checks = await running.runtime.doctor();
  expect(checks.find(({ name }) => name === 'webhook/crm')?.fix).toBe(
    'relay delivery list --webhook crm --status pending,failed,dead',
  );
  const { problems } = await readStatus(running.runtime);
  expect(problems).toMatchObject([
    { destination: 'webhook/crm', see: 'relay delivery list --webhook crm --status pending,failed,dead' },
  ]);
});
