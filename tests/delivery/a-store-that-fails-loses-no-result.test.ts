import { afterEach, describe, expect, it } from '@jest/globals';
import { RelayError } from '../../src/core/errors.js';
import type { Store } from '../../src/store/store.js';
import { pause } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

/** The real store, whose `verb` fails while `isBroken()`. */
function failing(verb: 'settle' | 'claimDue', isBroken: () => boolean): (store: Store) => Store {
  return (store) => ({
    ...store,
    [verb]: async (...given: never[]) => {
      if (isBroken()) throw new RelayError('store.full', 'the disk is full');
      return (store[verb] as (...given: never[]) => Promise<unknown>)(...given);
    },
  });
}

describe('a store that takes nothing for a while', () => {
  it('gets the result later; the request is not made again and the lane waits', async () => {
    let left = 3;
    const receiver = await aReceiver();
    const wrapStore = failing('settle', () => left-- > 0);
    const rig = await openRig([aDestination('crm', receiver.url)], { wrapStore });
    const [first = ''] = await rig.publish(['webhook/crm']);
    await receiver.received(1);
    await pause(20);
    expect(rig.engine.reserve('webhook/crm')).toBe(false);
    expect(await rig.reaches(first, 'delivered')).toMatchObject({ tries: 1 });
    expect(receiver.requests).toHaveLength(1);
    const [second = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(second, 'delivered');
    expect(left).toBeLessThan(0);
  });

  it('counts a failure of the receiver once, however often it had to be written', async () => {
    let left = 3;
    const receiver = await aReceiver({ status: 500 });
    const wrapStore = failing('settle', () => left-- > 0);
    const rig = await openRig([aDestination('crm', receiver.url)], { wrapStore });
    await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    expect(left).toBeLessThan(0);
    expect(rig.engine.laneState('webhook/crm')?.consecutiveFailures).toBe(1);
    expect(rig.attempts).toHaveLength(1);
  });

  it('that cannot be asked for work is asked again, the lane goes on, and the fault is counted', async () => {
    let left = 2;
    const receiver = await aReceiver();
    const wrapStore = failing('claimDue', () => left-- > 0);
    const rig = await openRig([aDestination('crm', receiver.url)], { wrapStore });
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(delivery, 'delivered');
    expect(rig.engine.faults()).toBe(2);
    expect(rig.engine.schedulerAliveAt()).toBe(rig.clock.now());
  });
});
