import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Receiver } from '../kit/receiver.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

const retry = { max: 20, baseMs: 1_000, factor: 1, jitter: 0 };

afterEach(closeAll);

describe('the health of a destination', () => {
  let receiver: Receiver;
  let rig: Rig;
  beforeEach(async () => {
    receiver = await aReceiver({ status: 500 });
    rig = await openRig([aDestination('crm', receiver.url, { retry, circuit: null })]);
  });
  const told = (): string[] => rig.notices.map(({ type }) => type);

  it('is degraded after three failures in a row and well after the next success, each said once', async () => {
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    for (let tries = 1; tries <= 5; tries++) {
      await rig.attempted(tries);
      expect(told()).toEqual(tries < 3 ? [] : ['destination.degraded']);
      expect(rig.engine.laneState('webhook/crm')?.consecutiveFailures).toBe(tries);
      rig.advance(1_000);
    }
    await rig.attempted(6);
    expect(rig.engine.laneState('webhook/crm')?.health).toBe('degraded');
    expect(rig.notices[0]).toMatchObject({ reason: 'answered 500', destination: { ref: 'webhook/crm' } });
    receiver.answer({ status: 200 });
    rig.advance(1_000);
    await rig.reaches(delivery, 'delivered');
    const [next = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(next, 'delivered');
    expect(told()).toEqual(['destination.degraded', 'destination.recovered']);
    expect(rig.engine.laneState('webhook/crm')).toMatchObject({ health: 'healthy', consecutiveFailures: 0 });
  });

  it('is not hurt by failures that come now and then', async () => {
    for (let round = 0; round < 5; round++) {
      receiver.answer({ status: 500 });
      const [delivery = ''] = await rig.publish(['webhook/crm']);
      await rig.attempted(rig.attempts.length + 1);
      receiver.answer({ status: 200 });
      rig.advance(1_000);
      await rig.reaches(delivery, 'delivered');
    }
    expect(told()).toEqual([]);
  });

  it('is kept in the store: last triggered, last success, last result', async () => {
    await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    await rig.engine.stop(1_000);
    const [state] = await rig.store.destinationStates();
    expect(state).toMatchObject({
      consecutiveFailures: 1,
      lastResult: '500',
      lastSuccessAt: null,
      lastTriggeredAt: rig.clock.now(),
    });
  });
});
