import { afterEach, describe, expect, it } from '@jest/globals';
import type { Store } from '../../src/store/store.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

describe('a destination that is removed', () => {
  it('has cancelled what its lane had claimed and not yet sent', async () => {
    const receiver = await aReceiver({ status: 200, delayMs: 300 });
    const rig = await openRig([aDestination('crm', receiver.url, { concurrency: 1 })]);
    // Warm: the lane has looked and gives out slots, so that all three are born claimed.
    const [warm = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(warm, 'delivered');
    const ids = (await Promise.all([1, 2, 3].map(() => rig.publish(['webhook/crm'])))).flat();
    await receiver.received(2);
    await rig.configure();
    await rig.attempted(2);
    await rig.reaches(ids[1] as string, 'cancelled');
    await rig.reaches(ids[2] as string, 'cancelled');
  });

  it('and is there again before its request ends has the retry made', async () => {
    const receiver = await aReceiver({ status: 500, delayMs: 200 });
    const destination = aDestination('crm', receiver.url);
    const rig = await openRig([destination]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await receiver.received(1);
    await rig.configure();
    await rig.configure(destination);
    receiver.answer({ status: 200 });
    await rig.attempted(1);
    // No wake from outside: the new lane itself must know that a retry is due.
    rig.clock.advance(60_000);
    await rig.reaches(delivery, 'delivered');
  });

  it('and comes back while its deliveries are being cancelled leaves none waiting for a cancelled one', async () => {
    const receiver = await aReceiver();
    const destination = aDestination('crm', receiver.url, { paused: true });
    const open = { ...destination, paused: false };
    let comeBack: () => Promise<void> = async () => undefined;
    const wrapStore = (store: Store): Store => ({
      ...store,
      async cancelAll(ref, reason, at) {
        const step = await store.cancelAll(ref, reason, at, 1);
        await comeBack();
        return step;
      },
    });
    const rig = await openRig([destination], { wrapStore });
    comeBack = () => rig.configure(open);
    await rig.publishIncident('webhook/crm', 'disk', 3);
    await rig.configure();
    await receiver.received(2);
    await rig.attempted(2);
    const { items } = await rig.store.listDeliveries({ destination: 'webhook/crm' });
    expect(items.map(({ state }) => state).sort()).toEqual(['cancelled', 'delivered', 'delivered']);
  });
});
