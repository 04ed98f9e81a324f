import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Receiver } from '../kit/receiver.js';
import { pause } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

const POLICY = { max: 3, baseMs: 5_000, factor: 4, jitter: 0.2 };
const RANDOM = 0.5;
/** 5 s, 20 s, 80 s, each lengthened by half of the 20 % jitter. */
const DELAYS = [5_500, 22_000, 88_000];

afterEach(closeAll);

describe('retries', () => {
  let receiver: Receiver;
  let rig: Rig;
  beforeEach(async () => {
    receiver = await aReceiver({ status: 503 });
    rig = await openRig([aDestination('crm', receiver.url, { retry: POLICY })], { random: () => RANDOM });
  });

  it('come exactly when the policy says, never early, under one id, and then the delivery has failed', async () => {
    const [delivery = ''] = await rig.publish(['webhook/crm'], { n: 1 });
    await rig.attempted(1);
    for (const [index, delay] of DELAYS.entries()) {
      expect(await rig.store.getDelivery(delivery)).toMatchObject({
        state: 'pending',
        dueAt: rig.clock.now() + delay,
        reason: `retry ${index + 1} of 3 after 503`,
      });
      rig.advance(delay - 1);
      await pause(60);
      expect(receiver.requests).toHaveLength(index + 1);
      rig.advance(1);
      await rig.attempted(index + 2);
    }
    expect(await rig.store.getDelivery(delivery)).toMatchObject({
      state: 'failed',
      tries: 4,
      result: '503',
      reason: '3 of 3 retries used; answered 503',
    });
    rig.advance(24 * 3_600_000);
    await pause(60);
    expect(receiver.requests).toHaveLength(4);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.requests.map(({ text }) => text)).size).toBe(1);
    const times = receiver.requests.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(times.map((at) => at - (times[0] as number))).toEqual([0, 5, 27, 115]);
    expect(rig.attempts.map(({ record }) => record.trigger)).toEqual([
      'automatic',
      'retry',
      'retry',
      'retry',
    ]);
    expect(rig.notices.filter(({ type }) => type === 'delivery.failed')).toMatchObject([{ delivery }]);
  });

  it('are not made when the policy has none: one attempt and final failure', async () => {
    await rig.configure(aDestination('crm', receiver.url, { retry: { ...POLICY, max: 0 } }));
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    expect(await rig.reaches(delivery, 'failed')).toMatchObject({
      tries: 1,
      reason: 'no retries are set; answered 503',
    });
  });

  it('end with the first success', async () => {
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    receiver.answer({ status: 204 });
    rig.advance(5_500);
    expect(await rig.reaches(delivery, 'delivered')).toMatchObject({ tries: 2, dueAt: null });
    rig.advance(24 * 3_600_000);
    await pause(60);
    expect(receiver.requests).toHaveLength(2);
  });

  it('need no wake: the lane wakes itself when one is due', async () => {
    const retry = { max: 1, baseMs: 30, factor: 1, jitter: 0 };
    await rig.configure(aDestination('crm', receiver.url, { retry }));
    await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    rig.clock.advance(30);
    await receiver.received(2);
  });
});
