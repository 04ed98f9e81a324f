// The machine was asleep, or its clock was set: nothing wakes the lanes here but they themselves. No test waits for a time of its own.

import { afterEach, describe, expect, it } from '@jest/globals';
import { ClockJumps } from '../../src/delivery/clock-jumps.js';
import type { Destination } from '../../src/model/topology.js';
import { fakeClock } from '../kit/clock.js';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

const HOUR = 3_600_000;
const REF = 'webhook/crm';

it('a jump is noticed once, and small ones not at all', () => {
  const clock = fakeClock();
  const jumps = new ClockJumps(clock);
  expect(jumps.jumpMs()).toBe(0);
  clock.advance(HOUR);
  expect(jumps.jumpMs()).toBeGreaterThan(HOUR - 5_000);
  expect(jumps.jumpMs()).toBe(0);
  clock.advance(-HOUR);
  expect(jumps.jumpMs()).toBeLessThan(-HOUR + 1);
  clock.advance(5_000);
  expect(jumps.jumpMs()).toBe(0);
});

describe('a clock that jumps', () => {
  it('ahead, as after a sleep: what became due meanwhile goes now, not when the old timer ends', async () => {
    const receiver = await aReceiver({ status: 500 });
    const retry = { max: 3, baseMs: HOUR, factor: 1, jitter: 0 };
    const rig = await openRig([aDestination('crm', receiver.url, { retry })]);
    const [delivery = ''] = await rig.publish([REF]);
    await rig.attempted(1);
    receiver.answer({ status: 200 });
    rig.clock.advance(8 * HOUR);
    await rig.reaches(delivery, 'delivered');
  });

  it('back: the next probe comes as soon as it would have', async () => {
    const receiver = await aReceiver({ status: 500 });
    const circuit = { failures: 1, probeMs: 5_000, maxProbeMs: 60_000 };
    const rig = await openRig([aDestination('crm', receiver.url, { circuit })]);
    await rig.publish([REF]);
    await rig.attempted(1);
    rig.clock.advance(-24 * HOUR);
    await untilTrue(
      'the wait is short',
      () => (rig.engine.laneState(REF)?.nextTryAt ?? 0) - rig.clock.now() <= 5_000,
    );
    receiver.answer({ status: 200 });
    const [other = ''] = await rig.publish([REF]);
    rig.clock.advance(5_000);
    await rig.reaches(other, 'delivered');
  });

  it('back: a Retry-After is as long as the receiver asked for', async () => {
    const receiver = await aReceiver({ status: 429, headers: { 'retry-after': '30' } });
    const rig = await openRig([aDestination('crm', receiver.url)]);
    await rig.publish([REF]);
    await rig.attempted(1);
    rig.clock.advance(-24 * HOUR);
    await untilTrue(
      'the wait is short',
      () => (rig.engine.laneState(REF)?.nextTryAt ?? 0) - rig.clock.now() <= 30_000,
    );
    expect(rig.engine.laneState(REF)?.nextTryAt).toBeGreaterThan(rig.clock.now() + 25_000);
  });

  it('back while it was down: neither wait is longer than it can have been', async () => {
    const receiver = await aReceiver({ status: 503, headers: { 'retry-after': '30' } });
    const circuit = { failures: 1, probeMs: 5_000, maxProbeMs: 60_000 };
    const crm = aDestination('crm', receiver.url, { circuit });
    const rig = await openRig([crm]);
    await rig.publish([REF]);
    await rig.attempted(1);
    await rig.engine.stop(1_000);
    const clock = fakeClock(rig.clock.now() - 900 * HOUR);
    const again = await openRig([crm], { wrapStore: () => rig.store, clock });
    expect(again.engine.laneState(REF)?.probeAt).toBe(again.clock.now() + 60_000);
    expect(again.engine.laneState(REF)?.pausedUntil).toBe(again.clock.now() + 24 * HOUR);
    await again.engine.stop(1_000);
  });
});

describe('an open circuit', () => {
  const slow = { failures: 1, probeMs: HOUR, maxProbeMs: HOUR };
  async function opened(change: Partial<Destination>) {
    const receiver = await aReceiver({ status: 500 });
    const retry = { max: 3, baseMs: 10, factor: 1, jitter: 0 };
    const crm = aDestination('crm', receiver.url, { circuit: slow, retry });
    const rig = await openRig([crm]);
    const [delivery = ''] = await rig.publish([REF]);
    await rig.attempted(1);
    await untilTrue('it is open', () => rig.engine.laneState(REF)?.probeAt);
    receiver.answer({ status: 200 });
    await rig.configure({ ...crm, ...change });
    return { rig, delivery };
  }

  it('is closed by a config that switches it off', async () => {
    const { rig, delivery } = await opened({ circuit: null });
    expect(rig.engine.laneState(REF)?.probeAt).toBeNull();
    rig.advance(10);
    await rig.reaches(delivery, 'delivered');
  });

  it('follows a config with shorter waits', async () => {
    const { rig, delivery } = await opened({ circuit: { failures: 1, probeMs: 1_000, maxProbeMs: 1_000 } });
    rig.advance(1_000);
    await rig.reaches(delivery, 'delivered');
  });
});
