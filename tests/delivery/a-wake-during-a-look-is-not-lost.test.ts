import { afterEach, it } from '@jest/globals';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

afterEach(closeAll);

it('what comes while a lane has just found nothing is sent without another wake', async () => {
  const receiver = await aReceiver();
  let isArmed = false;
  let published: Promise<string[]> | null = null;
  const rig: Rig = await openRig([aDestination('crm', receiver.url)], {
    wrapStore: (store) => ({
      ...store,
      async nextDueAt(...asked) {
        const found = await store.nextDueAt(...asked);
        if (isArmed) {
          isArmed = false;
          published = rig.publish(['webhook/crm']);
          await published;
        }
        return found;
      },
    }),
  });
  const [first = ''] = await rig.publish(['webhook/crm']);
  await rig.reaches(first, 'delivered');
  isArmed = true;
  rig.engine.wake('webhook/crm');
  await receiver.received(2);
  const [second = ''] = (await published) ?? [];
  await rig.reaches(second, 'delivered');
});
