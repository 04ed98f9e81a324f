import { afterEach, expect, it } from '@jest/globals';
import type { Store } from '../../src/store/store.js';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

const batch = { maxEvents: 50, lingerMs: 60_000 };

it('is not read anew for every event, and what a person sends goes all the same', async () => {
  let looks = 0;
  // As slow as a look over a thousand rows on a busy machine.
  const slowly = (store: Store): Store => ({
    ...store,
    claimBatch: async (...given) => {
      looks += 1;
      await new Promise((resolve) => setTimeout(resolve, 12));
      return store.claimBatch(...given);
    },
  });
  const receiver = await aReceiver();
  const rig = await openRig([aDestination('crm', receiver.url, { batch })], { wrapStore: slowly });
  const ids = await rig.publish(['webhook/crm'], { step: 1 });
  await untilTrue('it gathers', () => looks > 0);
  looks = 0;
  const begun = performance.now();
  for (let step = 2; step <= 49; step++) ids.push(...(await rig.publish(['webhook/crm'], { step })));
  // Each look takes at least 12 ms, and looks a twentieth of the time: however slow the machine, no more than these.
  expect(looks).toBeLessThanOrEqual((performance.now() - begun) / 240 + 2);
  const [first] = ids as [string];
  await rig.store.resend(first, rig.clock.now());
  rig.engine.wake('webhook/crm', first);
  await receiver.received(1);
  expect(receiver.requests[0]?.json.data.events).toHaveLength(1);
  await rig.publish(['webhook/crm'], { step: 50 });
  await rig.publish(['webhook/crm'], { step: 51 });
  await untilTrue('the full request went', () => receiver.requests.length === 2);
  expect(receiver.requests[1]?.json.data.events).toHaveLength(50);
});
