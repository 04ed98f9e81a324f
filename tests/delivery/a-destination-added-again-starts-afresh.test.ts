import { afterEach, expect, it } from '@jest/globals';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

it('what was under way when it was removed is tried again by the one that was added', async () => {
  const receiver = await aReceiver((_request, count) =>
    count === 1 ? { status: 500, delayMs: 300 } : { status: 200 },
  );
  const retry = { max: 3, baseMs: 100, factor: 1, jitter: 0 };
  const destination = aDestination('crm', receiver.url, { retry });
  const rig = await openRig([destination]);
  const [delivery = ''] = await rig.publish(['webhook/crm']);
  await receiver.received(1);
  await rig.configure();
  await rig.configure(destination);
  await rig.attempted(1);
  // Nobody wakes it but the answer to the old request.
  rig.clock.advance(100);
  await rig.reaches(delivery, 'delivered');
});

it('a destination that was disabled, removed and added again is not disabled by a restart', async () => {
  const receiver = await aReceiver({ status: 410 });
  const destination = aDestination('crm', receiver.url);
  const rig = await openRig([destination]);
  await rig.publish(['webhook/crm']);
  await rig.attempted(1);
  await rig.configure();
  await rig.configure(destination);
  expect(rig.engine.laneState('webhook/crm')?.disabledReason).toBeNull();
  await rig.engine.stop(1_000);
  const kept = await untilTrue('the state is kept', async () => (await rig.store.destinationStates())[0]);
  expect(kept).toMatchObject({ ref: 'webhook/crm', disabledReason: null });
});
