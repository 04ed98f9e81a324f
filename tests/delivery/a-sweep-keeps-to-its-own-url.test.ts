import { afterEach, expect, it } from '@jest/globals';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

it('the sweep of the first URL of a webhook leaves the failed deliveries of the others alone', async () => {
  const receiver = await aReceiver({ status: 500 });
  const retry = { max: 0, baseMs: 1, factor: 1, jitter: 0 };
  const redelivery = { schedule: '0 0 1 1 *', maxAgeMs: 3_600_000 };
  const first = aDestination('crm', receiver.url, { retry, redelivery });
  const second = { ...first, ref: 'webhook/crm#2', redelivery: null };
  const rig = await openRig([first, second]);
  const [one = '', two = ''] = await rig.publish(['webhook/crm', 'webhook/crm#2']);
  await rig.reaches(one, 'failed');
  await rig.reaches(two, 'failed');
  expect(await rig.engine.sweep('webhook/crm')).toBe(1);
  await rig.attempted(3);
  expect(rig.attempts.map(({ destination }) => destination).sort()).toEqual([
    'webhook/crm',
    'webhook/crm',
    'webhook/crm#2',
  ]);
});
