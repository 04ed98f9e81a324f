// 502, 503 and 504 are failures that tell of overload, and 429 of too much: fewer requests are under way at once afterwards, and more
// again as they succeed (Standard Webhooks 1.0.0, "Delivery success and failure").

import { afterEach, describe, expect, it } from '@jest/globals';
import { SlowStart } from '../../src/delivery/slow-start.js';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

const REF = 'webhook/crm';
afterEach(closeAll);

/** Answers the first request with `status`, then takes eight more and counts how many of them are under way at once. */
async function atOnceAfter(status: number): Promise<number> {
  const receiver = await aReceiver({ status });
  const rig = await openRig([aDestination('crm', receiver.url, { concurrency: 4 })]);
  const [first] = await rig.publish([REF]);
  await rig.attempted(1);
  receiver.answer('hang');
  rig.advance(2_000);
  for (let i = 0; i < 8; i++) await rig.publish([REF]);
  await untilTrue('the lane holds all eight', async () => {
    const { items } = await rig.store.listDeliveries({ status: ['sending'], limit: 100 });
    return items.length === 8;
  });
  const inFlight = rig.engine.laneState(REF)?.inFlight ?? 0;
  expect((await rig.store.getDelivery(first as string)).state).toBe('pending');
  await receiver.received(1 + inFlight);
  return inFlight;
}

describe('a receiver with four requests at once', () => {
  it.each([429, 502, 503, 504])('gets two after a %i', async (status) => {
    expect(await atOnceAfter(status)).toBe(2);
  });

  it('gets four after a 500, which tells nothing of load', async () => {
    expect(await atOnceAfter(500)).toBe(4);
  });
});

describe('fewer requests at once', () => {
  it('are half as many with every such answer, at least one, and twice as many after as many successes', () => {
    const slow = new SlowStart();
    const limits = Array.from({ length: 6 }, () => {
      slow.overloaded(16);
      return slow.limit(16);
    });
    expect(limits).toEqual([8, 4, 2, 1, 1, 1]);
    const grown = Array.from({ length: 15 }, () => {
      slow.answered(true, 16);
      return slow.limit(16);
    });
    expect(grown).toEqual([2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 16]);
  });
});
