// `retry: standard-webhooks` is the schedule of the specification's example, "Deliverability and reliability".

import { afterEach, expect, it } from '@jest/globals';
import { retryDelayMs, STANDARD_WEBHOOKS_RETRY } from '../../src/model/retry-policy.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Since the start: 00:00:05 to 75:35:05, as the specification's table has it. */
const DELAYS = [
  5_000,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

afterEach(closeAll);

it('ten attempts over three days and more, and then the delivery has failed', async () => {
  const receiver = await aReceiver({ status: 500 });
  const rig = await openRig([
    aDestination('crm', receiver.url, { retry: STANDARD_WEBHOOKS_RETRY, circuit: null }),
  ]);
  const [delivery = ''] = await rig.publish(['webhook/crm']);
  const startedAt = rig.clock.now();
  for (const [index, delay] of DELAYS.entries()) {
    await rig.attempted(index + 1);
    const { dueAt } = await rig.store.getDelivery(delivery);
    expect(dueAt).toBe(rig.clock.now() + delay);
    rig.advance(delay);
  }
  await rig.reaches(delivery, 'failed');
  expect(receiver.requests).toHaveLength(10);
  expect(rig.clock.now() - startedAt).toBe(75 * HOUR + 35 * MINUTE + 5_000);
});

it('a random share lengthens each delay, and never shortens one', () => {
  for (const [index, delay] of DELAYS.entries()) {
    expect(retryDelayMs(STANDARD_WEBHOOKS_RETRY, index + 1, 0)).toBe(delay);
    expect(retryDelayMs(STANDARD_WEBHOOKS_RETRY, index + 1, 0.5)).toBeGreaterThan(delay);
  }
});
