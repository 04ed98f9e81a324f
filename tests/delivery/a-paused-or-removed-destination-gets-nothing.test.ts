import { afterEach, describe, expect, it } from '@jest/globals';
import { pause } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

describe('a destination', () => {
  it('that is paused holds its deliveries, and sends them when it is resumed', async () => {
    const receiver = await aReceiver();
    const destination = aDestination('crm', receiver.url);
    const rig = await openRig([{ ...destination, paused: true }]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    rig.advance(60_000);
    await pause(60);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({ state: 'held' });
    expect(receiver.requests).toHaveLength(0);
    await rig.configure(destination);
    await rig.reaches(delivery, 'delivered');
  });

  it('that is removed while a retry is due has it cancelled, and the others go on', async () => {
    const receiver = await aReceiver({ status: 500 });
    const other = aDestination('other', receiver.url);
    const rig = await openRig([aDestination('crm', receiver.url), other]);
    const [first = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    await rig.configure(other);
    expect(await rig.reaches(first, 'cancelled')).toMatchObject({ reason: 'the destination was removed' });
    receiver.answer({ status: 200 });
    rig.advance(60_000);
    const [second = ''] = await rig.publish(['webhook/other']);
    await rig.reaches(second, 'delivered');
    expect(receiver.requests).toHaveLength(2);
    expect(rig.engine.faults()).toBe(0);
  });

  it('that is removed while a request is under way lets it end', async () => {
    const receiver = await aReceiver({ status: 500, delayMs: 100 });
    const rig = await openRig([aDestination('crm', receiver.url)]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await receiver.received(1);
    await rig.configure();
    await rig.attempted(1);
    await rig.reaches(delivery, 'cancelled');
    expect(await rig.store.listAttempts(delivery)).toMatchObject([{ status: 500 }]);
  });
});
