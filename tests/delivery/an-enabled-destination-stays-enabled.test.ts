import { afterEach, expect, it } from '@jest/globals';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

it('a late answer to an old request does not write the destination down as disabled again', async () => {
  const receiver = await aReceiver((_request, count) =>
    count === 1 ? { status: 410 } : { status: 500, delayMs: 300 },
  );
  const rig = await openRig([aDestination('crm', receiver.url, { concurrency: 2 })]);
  await Promise.all([rig.publish(['webhook/crm']), rig.publish(['webhook/crm'])]);
  await rig.attempted(2);
  expect(rig.engine.laneState('webhook/crm')?.disabledReason).not.toBeNull();
  await rig.engine.enable('webhook/crm');
  await rig.engine.stop(1_000);
  const kept = await untilTrue('the state is kept', async () => (await rig.store.destinationStates())[0]);
  expect(kept).toMatchObject({ ref: 'webhook/crm', disabledReason: null, disabledAt: null });
});
