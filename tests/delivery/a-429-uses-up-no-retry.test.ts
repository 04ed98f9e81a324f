import { afterEach, describe, expect, it } from '@jest/globals';
import { nextStepAfter } from '../../src/delivery/next-step.js';
import type { RetryPolicy } from '../../src/model/retry-policy.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

const HOUR = 3_600_000;
const retry: RetryPolicy = { max: 2, baseMs: 2_000, factor: 1, jitter: 0 };
const THROTTLED = { kind: 'retry', reason: '429', afterMs: null, throttled: true } as const;
const judged = { trigger: 'retry', cycleTries: 2, ageMs: 0, result: '429', outcome: THROTTLED } as const;

describe('an answer of 429', () => {
  it('uses up no retry: the delivery goes on until it is taken, with all its retries left', async () => {
    const receiver = await aReceiver({ status: 429 });
    const rig = await openRig([aDestination('crm', receiver.url, { retry })]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    for (let tries = 1; tries <= 6; tries++) {
      await rig.attempted(tries);
      rig.advance(2_000);
    }
    receiver.answer({ status: 500 });
    await rig.attempted(7);
    for (let tries = 8; tries <= 9; tries++) {
      rig.advance(2_000);
      await rig.attempted(tries);
    }
    await rig.reaches(delivery, 'failed');
    const attempts = await rig.store.listAttempts(delivery);
    expect(attempts.map(({ status }) => status).sort()).toEqual([
      429, 429, 429, 429, 429, 429, 500, 500, 500,
    ]);
    expect(attempts.map(({ trigger }) => trigger).sort()).toEqual([
      'automatic',
      ...Array.from({ length: 8 }, () => 'retry'),
    ]);
    expect((await rig.store.getDelivery(delivery)).reason).toContain('2 of 2 retries used');
  });

  it('counts like any other once the delivery is a day old', () => {
    expect(nextStepAfter({ ...judged, ageMs: 24 * HOUR - 1 }, retry, 0, 0)).toMatchObject({
      state: 'pending',
      isFree: true,
    });
    expect(nextStepAfter({ ...judged, ageMs: 24 * HOUR }, retry, 0, 0)).toMatchObject({ state: 'failed' });
    expect(nextStepAfter({ ...judged, cycleTries: 0, ageMs: 24 * HOUR }, retry, 0, 0)).toEqual({
      state: 'pending',
      dueAt: 2_000,
      reason: 'retry 1 of 2 after 429',
    });
  });

  it('is waited out as long as the receiver asks, at least as long as before the next retry', () => {
    const outcome = { ...THROTTLED, afterMs: 60_000 };
    expect(nextStepAfter({ ...judged, outcome }, retry, 1_000, 0)).toEqual({
      state: 'pending',
      dueAt: 61_000,
      reason: 'throttled (429), does not count as a retry',
      isFree: true,
    });
    expect(nextStepAfter(judged, retry, 1_000, 0)).toMatchObject({ dueAt: 3_000 });
  });

  it('ends what is tried once only: no retries are set, asked for by hand, or by the sweep', () => {
    expect(nextStepAfter(judged, { ...retry, max: 0 }, 0, 0)).toMatchObject({ state: 'failed' });
    for (const trigger of ['resend', 'sweep'] as const)
      expect(nextStepAfter({ ...judged, trigger }, retry, 0, 0)).toMatchObject({ state: 'failed' });
    expect(nextStepAfter({ ...judged, trigger: 'test' }, retry, 0, 0)).toMatchObject({ state: 'dead' });
  });
});
