import { afterEach, describe, expect, it } from '@jest/globals';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

describe('stop', () => {
  it('waits for what is under way, sends nothing more, and gives back what was claimed', async () => {
    const receiver = await aReceiver({ status: 200, delayMs: 150 });
    const rig = await openRig([aDestination('crm', receiver.url, { concurrency: 1 })]);
    for (let i = 0; i < 10; i++) await rig.publish(['webhook/crm'], { i });
    await receiver.received(1);
    await rig.engine.stop(5_000);
    const { deliveries } = await rig.store.counts(0);
    expect(receiver.requests).toHaveLength(1);
    expect(deliveries).toMatchObject({ delivered: 1, pending: 9, sending: 0 });
    expect(rig.engine.reserve('webhook/crm')).toBe(false);
  });

  it('cuts off what outlasts the deadline: an attempt of unknown outcome, due again, no fault of the receiver', async () => {
    const receiver = await aReceiver('hang');
    const rig = await openRig([aDestination('crm', receiver.url)]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await receiver.received(1);
    await rig.engine.stop(20);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({ state: 'pending', tries: 1 });
    expect(await rig.store.listAttempts(delivery)).toMatchObject([
      { outcome: 'unknown', reason: 'Relay was stopped while the request was under way' },
    ]);
    expect(rig.engine.laneState('webhook/crm')?.consecutiveFailures).toBe(0);
  });
});
