// Contract: whatever happens to deliveries, in any order, events of one incident reach one destination in order.

import { expect, it } from '@jest/globals';
import type { ClaimedDelivery, NextStep } from '../../../src/store/store.js';
import { onEmptyPlace } from './empty-place.js';
import {
  accept,
  alert,
  FAILS,
  type MakeStore,
  planned,
  type StoreUnderTest,
  settlement,
} from './fixtures.js';

/** A small seeded generator (mulberry32), so that a failing run can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const REFS = ['webhook/a', 'webhook/b'];
const GROUPS = ['g1', 'g2', 'g3'];

export function ordering(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
  });

  it('never claims a delivery while an older sibling is unfinished, and finishes all of them', async () => {
    const seed = Number(process.env.RELAY_TEST_SEED ?? Date.now() % 1_000_000);
    const random = randomFrom(seed);
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
    const inFlight: ClaimedDelivery[] = [];
    const says = (what: string) => `${what} (RELAY_TEST_SEED=${seed})`;

    async function expectInOrder(claimed: readonly ClaimedDelivery[]): Promise<void> {
      for (const one of claimed) {
        const { items } = await place.store.listDeliveries({ incident: one.event.incident!, limit: 1_000 });
        const olderUnfinished = items.filter(
          (other) =>
            other.destination === one.destination &&
            other.id < one.id &&
            ['pending', 'sending'].includes(other.state),
        );
        expect({
          says: says('older siblings unfinished'),
          ids: olderUnfinished.map((other) => other.id),
        }).toEqual({
          says: says('older siblings unfinished'),
          ids: [],
        });
      }
      inFlight.push(...claimed);
    }

    async function settleOne(next: NextStep): Promise<void> {
      const [one] = inFlight.splice(Math.floor(random() * inFlight.length), 1);
      if (one) await place.store.settle(settlement(one, next));
    }

    for (let round = 0; round < 250; round++) {
      const now = place.clock.advance(Math.floor(random() * 50));
      const chance = random();
      if (chance < 0.3) {
        const to = REFS.map((ref) => planned(ref, { claim: random() < 0.5, dueAt: now }));
        const signal = random() < 0.2 ? 'resolve' : 'trigger';
        await expectInOrder(
          (await accept(place, [alert({ groupingId: pick(GROUPS), signal })], { to })).claimed,
        );
      } else if (chance < 0.55) await expectInOrder(await place.store.claimDue(pick(REFS), now, 3));
      else if (chance < 0.75) await settleOne({ state: 'delivered' });
      else if (chance < 0.85) await settleOne({ state: 'pending', dueAt: now + 20, reason: '' });
      else if (chance < 0.9) await settleOne(FAILS);
      else if (chance < 0.93) await place.store.release(inFlight.splice(0, 1).map((one) => one.id));
      else if (chance < 0.96) await place.store.redeliver({ status: ['failed'] }, 'sweep', now, 2);
      else {
        const { items } = await place.store.listDeliveries({ limit: 1_000 });
        const waiting = items.filter((one) => one.state === 'pending');
        if (waiting.length > 0) await place.store.cancel(pick(waiting).id, now);
      }
    }

    for (let idle = 0; idle < 3; ) {
      while (inFlight.length > 0) await settleOne({ state: 'delivered' });
      const now = place.clock.advance(100);
      for (const ref of REFS) await expectInOrder(await place.store.claimDue(ref, now, 50));
      idle = inFlight.length === 0 ? idle + 1 : 0;
    }
    const left = await place.store.listDeliveries({ status: ['pending', 'sending'], limit: 1_000 });
    expect({ says: says('left over'), ids: left.items.map((one) => one.id) }).toEqual({
      says: says('left over'),
      ids: [],
    });
  });
}
