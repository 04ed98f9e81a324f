import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Receiver } from '../kit/receiver.js';
import { pause } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

afterEach(closeAll);

describe('a Retry-After', () => {
  let receiver: Receiver;
  let rig: Rig;
  beforeEach(async () => {
    receiver = await aReceiver();
    rig = await openRig([aDestination('crm', receiver.url)]);
  });

  it('in seconds holds back every delivery of its destination, and no attempt comes before it', async () => {
    receiver.answer({ status: 503, headers: { 'retry-after': '120' } });
    const [first = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    expect(await rig.store.getDelivery(first)).toMatchObject({ dueAt: rig.clock.now() + 120_000 });
    expect(rig.engine.laneState('webhook/crm')?.pausedUntil).toBe(rig.clock.now() + 120_000);
    expect(rig.engine.reserve('webhook/crm')).toBe(false);
    receiver.answer({ status: 200 });
    const [second = ''] = await rig.publish(['webhook/crm']);
    rig.advance(119_999);
    await pause(60);
    expect(receiver.requests).toHaveLength(1);
    rig.advance(1);
    await rig.reaches(first, 'delivered');
    await rig.reaches(second, 'delivered');
  });

  it('is that of its receiver: another URL has asked for nothing, after a restart neither', async () => {
    receiver.answer({ status: 503, headers: { 'retry-after': '86400' } });
    await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    const other = await aReceiver();
    const { url } = receiver;
    await rig.configure(aDestination('crm', url, { settings: { url, headers: { 'x-team': 'ops' } } }));
    expect(rig.engine.laneState('webhook/crm')?.pausedUntil).toBe(rig.clock.now() + 86_400_000);
    await rig.configure(aDestination('crm', other.url));
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(delivery, 'delivered');
    await rig.engine.stop(1_000);
    expect(await rig.store.destinationStates()).toEqual([expect.objectContaining({ pausedUntil: null })]);
  });

  it('is not cut short by a request that was under way, whose answer asks for less', async () => {
    receiver.answer((_request, count) =>
      count === 1
        ? { status: 503, headers: { 'retry-after': '120' }, delayMs: 50 }
        : { status: 503, headers: { 'retry-after': '10' }, delayMs: 300 },
    );
    await Promise.all([rig.publish(['webhook/crm']), rig.publish(['webhook/crm'])]);
    await rig.attempted(2);
    expect(rig.engine.laneState('webhook/crm')?.pausedUntil).toBe(rig.clock.now() + 120_000);
  });

  it('as a date is honoured as well', async () => {
    const at = rig.clock.now() + 60_000;
    receiver.answer({ status: 429, headers: { 'retry-after': new Date(at).toUTCString() } });
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({ state: 'pending', dueAt: at });
  });

  it('of two days is honoured for one', async () => {
    receiver.answer({ status: 503, headers: { 'retry-after': '172800' } });
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    expect((await rig.store.getDelivery(delivery)).dueAt).toBe(rig.clock.now() + 86_400_000);
    expect(rig.engine.laneState('webhook/crm')?.pausedUntil).toBe(rig.clock.now() + 86_400_000);
  });

  it.each(['999999999999', '-1', 'Thu, 01 Jan 1970 00:00:00 GMT', 'tomorrow'])(
    '%j has no effect',
    async (header) => {
      receiver.answer({ status: 503, headers: { 'retry-after': header } });
      const [delivery = ''] = await rig.publish(['webhook/crm']);
      await rig.attempted(1);
      expect((await rig.store.getDelivery(delivery)).dueAt).toBe(rig.clock.now() + 5_000);
      expect(rig.engine.laneState('webhook/crm')?.pausedUntil).toBeNull();
    },
  );

  it('is kept across a restart: the state is in the store', async () => {
    receiver.answer({ status: 503, headers: { 'retry-after': '120' } });
    await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    await rig.engine.stop(1_000);
    const [state] = await rig.store.destinationStates();
    expect(state).toMatchObject({ ref: 'webhook/crm', pausedUntil: rig.clock.now() + 120_000 });
  });
});

describe('429 Too Many Requests', () => {
  it('pauses, is retried, and is never counted as a fault', async () => {
    const receiver = await aReceiver({ status: 429 });
    const retry = { max: 5, baseMs: 2_000, factor: 1, jitter: 0 };
    const rig = await openRig([aDestination('crm', receiver.url, { retry })]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    for (let tries = 1; tries <= 5; tries++) {
      await rig.attempted(tries);
      expect(rig.engine.laneState('webhook/crm')).toMatchObject({
        consecutiveFailures: 0,
        health: 'healthy',
        pausedUntil: rig.clock.now() + 1_000,
      });
      rig.advance(2_000);
    }
    await rig.attempted(6);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({ state: 'pending', tries: 6 });
    expect(rig.notices).toEqual([]);
  });
});
