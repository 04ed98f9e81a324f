// Contract: whatever happens to deliveries that share requests, in any order, events of one incident come in order, one batch id is one
// list of deliveries, and all is sent in the end.

import { expect, it } from '@jest/globals';
import type { NextStep, Parcel } from '../../../src/store/store.js';
import { runSeed, seededRandom } from '../../kit/random.js';
import { onEmptyPlace } from './empty-place.js';
import {
  accept,
  alert,
  attempt,
  FAILS,
  type MakeStore,
  planned,
  type StoreUnderTest,
  settlement,
} from './fixtures.js';

const CRM = 'webhook/crm';
const GROUPS = ['g1', 'g2', 'g3'];

export function batchOrdering(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
  });

  it('keeps order, and a batch as it was, through everything that can happen', async () => {
    const random = seededRandom(runSeed());
    console.info(`RELAY_SEED=${random.seed} repeats this run`);
    const pick = <Item>(items: readonly Item[]): Item => items[random.between(0, items.length - 1)] as Item;
    const inFlight: Parcel[] = [];
    const known = new Map<string, readonly string[]>();
    const idsOf = ({ deliveries }: Parcel): string[] => deliveries.map(({ id }) => id);
    const sent = { batches: 0, again: 0 };

    async function expectInOrder(parcel: Parcel): Promise<void> {
      const ids = idsOf(parcel);
      const { items } = await place.store.listDeliveries({ status: ['pending', 'sending'], limit: 1_000 });
      for (const [index, { id, event }] of parcel.deliveries.entries()) {
        const older = items.filter((other) => other.incident === event.incident && other.id < id);
        const before = new Set(ids.slice(0, index));
        expect(older.filter((other) => !before.has(other.id)).map((other) => other.id)).toEqual([]);
      }
    }

    async function take(maxEvents: number): Promise<boolean> {
      const now = place.clock.now();
      const order = { maxEvents, lingerMs: pick([0, 0, 40]), maxBytes: pick([1_000_000, 2_000]) };
      const { parcel } = await place.store.claimBatch(CRM, now, order);
      if (parcel === null) return false;
      await expectInOrder(parcel);
      expect(parcel.deliveries.length).toBeLessThanOrEqual(maxEvents);
      inFlight.push(parcel);
      if (parcel.batch === null) return true;
      sent.batches += 1;
      if (parcel.sentBody !== null) {
        sent.again += 1;
        expect(parcel.sentBody).toBe(`body of ${parcel.batch}`);
        expect(known.get(parcel.batch)).toEqual(idsOf(parcel));
      }
      known.set(parcel.batch, idsOf(parcel));
      return true;
    }

    async function settleOne(next: NextStep, split = false): Promise<void> {
      const [parcel] = inFlight.splice(random.between(0, Math.max(0, inFlight.length - 1)), 1);
      if (parcel === undefined) return;
      const { batch, deliveries, sentBody } = parcel;
      if (batch === null) {
        await place.store.settle(settlement(deliveries[0]!, next));
        return;
      }
      const members = deliveries.map((delivery) => ({ delivery, next }));
      const made = attempt({ requestBody: `body of ${batch}`, trigger: deliveries[0]!.trigger });
      await place.store.settleBatch({ batch, sentBody, attempt: made, members, split });
    }

    async function byHand(): Promise<void> {
      const now = place.clock.now();
      const { items } = await place.store.listDeliveries({ limit: 1_000 });
      if (items.length === 0) return;
      const one = pick(items);
      const act = random.next();
      if (act < 0.4 && one.state === 'pending') await place.store.cancel(one.id, now);
      else if (act < 0.8) await place.store.resend(one.id, now);
      else await place.store.giveUpWaiting(CRM, now - 300, 'too old', 2);
    }

    const retry = (wait: number): NextStep => ({
      state: 'pending',
      dueAt: place.clock.now() + wait,
      reason: '',
    });
    for (let round = 0; round < 400; round++) {
      const now = place.clock.advance(random.between(0, 50));
      const chance = random.next();
      if (chance < 0.3) {
        const signal = random.next() < 0.1 ? 'resolve' : 'trigger';
        const to = [planned(CRM, { dueAt: now })];
        await accept(place, [alert({ groupingId: pick(GROUPS), signal })], { to });
      } else if (chance < 0.55) await take(pick([2, 4, 8, 8]));
      else if (chance < 0.68) await settleOne({ state: 'delivered' });
      else if (chance < 0.8) await settleOne(retry(20));
      else if (chance < 0.84) await settleOne({ ...retry(0), isFree: true } as NextStep, true);
      else if (chance < 0.87) await settleOne(FAILS);
      else if (chance < 0.9) await place.store.release(inFlight.splice(0, 1).flatMap(idsOf));
      else if (chance < 0.93) await place.store.redeliver({ status: ['failed'] }, 'sweep', now, 2);
      else if (chance < 0.95) {
        inFlight.length = 0;
        await (await place.reopen()).recover(now);
      } else await byHand();
    }
    for (let idle = 0; idle < 3; ) {
      while (inFlight.length > 0) await settleOne({ state: 'delivered' });
      place.clock.advance(100);
      while (await take(8));
      idle = inFlight.length === 0 ? idle + 1 : 0;
    }
    const left = await place.store.listDeliveries({ status: ['pending', 'sending'], limit: 1_000 });
    expect(left.items.map((one) => one.id)).toEqual([]);
    expect(sent.batches).toBeGreaterThan(10);
    expect(sent.again).toBeGreaterThan(0);
    expect(await place.store.check()).toEqual(['ok']);
  });
}
