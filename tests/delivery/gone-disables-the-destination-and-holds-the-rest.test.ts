import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Receiver } from '../kit/receiver.js';
import { pause } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

afterEach(closeAll);

describe('410 Gone', () => {
  let receiver: Receiver;
  let rig: Rig;
  beforeEach(async () => {
    receiver = await aReceiver({ status: 410 });
    rig = await openRig([aDestination('crm', receiver.url), aDestination('other', receiver.url)]);
  });

  it('disables its destination, says so once, holds what comes after, and leaves others alone', async () => {
    const [gone = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(gone, 'dead');
    await rig.attempted(1);
    expect(rig.notices.map(({ type }) => type)).toEqual(['destination.disabled', 'delivery.failed']);
    expect(rig.notices[0]?.destination.ref).toBe('webhook/crm');
    expect(rig.engine.laneState('webhook/crm')).toMatchObject({
      disabledAt: rig.clock.now(),
      disabledReason: expect.stringContaining('410'),
    });
    receiver.answer({ status: 200 });
    const [held = '', sent = ''] = await rig.publish(['webhook/crm', 'webhook/other']);
    await rig.reaches(sent, 'delivered');
    rig.advance(3_600_000);
    await pause(60);
    expect(await rig.store.getDelivery(held)).toMatchObject({ state: 'held', tries: 0 });
    expect(receiver.requests).toHaveLength(2);
  });

  it('is over when an operator enables the destination: what was held is sent', async () => {
    const [gone = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(gone, 'dead');
    const [held = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(held, 'held');
    receiver.answer({ status: 200 });
    await rig.engine.enable('webhook/crm');
    await rig.reaches(held, 'delivered');
    expect(rig.engine.laneState('webhook/crm')).toMatchObject({ disabledReason: null, disabledAt: null });
  });

  it('outlives a restart', async () => {
    const [gone = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(gone, 'dead');
    await rig.engine.stop(1_000);
    const states = await rig.store.destinationStates();
    expect(states.find(({ ref }) => ref === 'webhook/crm')?.disabledReason).toContain('410');
  });
});
