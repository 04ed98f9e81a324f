// Contract: deliveries that share a request: what goes together, and what never does.

import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../src/store/store.js';
import { batchRig, CRM, ORDER } from './batch-rig.js';
import { onEmptyPlace } from './empty-place.js';
import { FAILS, type MakeStore, START, type StoreUnderTest, settlement } from './fixtures.js';

export function batching(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
    store = empty.store;
  });

  const { owe, claim, nothing, settle, idsOf, tried } = batchRig(() => place);

  describe('gathering', () => {
    it('takes what is due, oldest first, up to the most', async () => {
      await owe('a', 'b', 'c', 'd', 'e');
      const first = await claim({ maxEvents: 3 });
      expect(first.batch).toMatch(/^bat_/);
      expect(first).toMatchObject({ sentBody: null, deliveries: [{}, {}, {}] });
      const second = await claim({ maxEvents: 3 });
      expect(second.deliveries).toHaveLength(2);
      expect([...idsOf(first), ...idsOf(second)]).toEqual([...idsOf(first), ...idsOf(second)].sort());
      await nothing();
    });

    it('puts events of one incident behind one another, and none into a second batch meanwhile', async () => {
      await owe('a', 'a', 'b', 'a');
      const first = await claim({ maxEvents: 3 });
      expect(first.deliveries.map(({ event }) => event.type)).toEqual([
        'incident.triggered',
        'incident.repeated',
        'incident.repeated',
      ]);
      const second = await claim({ maxEvents: 3 });
      expect(second.deliveries.map(({ event }) => event.type)).toEqual(['incident.triggered']);
      await owe('a');
      await nothing();
      const results = await settle(first, { state: 'delivered' });
      expect(results.some(({ freedNext }) => freedNext)).toBe(true);
      expect((await claim()).deliveries).toHaveLength(1);
    });

    it('leaves no gap: what is behind one that goes alone waits', async () => {
      await owe('a', 'a', 'a', 'b');
      const { items } = await store.listDeliveries({ sort: 'created_at', desc: false });
      const second = items[1]!.id;
      await store.resend(second, place.clock.now());
      const first = await claim();
      expect(idsOf(first)).toEqual([items[0]!.id, items[3]!.id]);
      await nothing();
      await settle(first, { state: 'delivered' });
      expect(await claim()).toMatchObject({ batch: null, deliveries: [{ id: second, trigger: 'resend' }] });
    });

    it('sends one event alone as that delivery', async () => {
      await owe('a');
      const parcel = await claim();
      expect(parcel).toMatchObject({ batch: null, deliveries: [{ trigger: 'automatic' }] });
    });

    it('ends a batch where its data would be too much, but never at none', async () => {
      await owe('a', 'b', 'c');
      const size = (await claim({ maxEvents: 1 })).deliveries[0]!.event.data.length;
      expect((await claim({ maxBytes: size })).deliveries).toHaveLength(1);
      expect((await claim({ maxBytes: 1 })).deliveries).toHaveLength(1);
    });

    it('waits until the longest due has lingered, unless it is full', async () => {
      await owe('a');
      place.clock.advance(50);
      await owe('b');
      const linger = { ...ORDER, lingerMs: 100 };
      expect(await store.claimBatch(CRM, START + 99, linger)).toEqual({
        parcel: null,
        lingersUntil: START + 100,
      });
      expect((await claim({ lingerMs: 100, maxEvents: 2 }, START + 60)).deliveries).toHaveLength(2);
      await owe('c');
      expect((await claim({ lingerMs: 100 }, START + 150)).deliveries).toHaveLength(1);
    });

    it('lets a retry and what is asked for by hand go while others gather', async () => {
      const before = await tried();
      place.clock.advance(100);
      await owe('d', 'e');
      const linger = { lingerMs: 60_000 };
      expect(idsOf(await claim(linger))).toEqual(idsOf(before));
      const { items } = await store.listDeliveries({ status: ['pending'], limit: 10 });
      await store.resend(items[0]!.id, place.clock.now());
      expect(await claim(linger)).toMatchObject({ batch: null, deliveries: [{ id: items[0]!.id }] });
    });

    it('sends what has been due for longer before a retry', async () => {
      const before = await tried();
      place.clock.advance(50);
      await owe('d', 'e');
      place.clock.advance(50);
      const first = await claim();
      expect(first.deliveries).toHaveLength(2);
      expect(idsOf(first)).not.toEqual(expect.arrayContaining(idsOf(before)));
      expect(idsOf(await claim())).toEqual(idsOf(before));
    });

    it('puts nothing new behind one of its incident that was taken up again', async () => {
      await owe('a');
      await store.settle(settlement((await claim()).deliveries[0]!, FAILS));
      await owe('a');
      await store.redeliver({ status: ['failed'] }, 'sweep', place.clock.now(), 10);
      expect(await claim()).toMatchObject({ batch: null, deliveries: [{ trigger: 'sweep' }] });
      await nothing();
    });

    it('takes failed ones that were taken up again together, apart from new ones', async () => {
      const parcel = await tried();
      place.clock.advance(100);
      await settle(await claim(), FAILS);
      await owe('d', 'e');
      await store.redeliver({ status: ['failed'] }, 'sweep', place.clock.now(), 10);
      const [one, two] = [await claim(), await claim()];
      const sweep = one.deliveries[0]!.trigger === 'sweep' ? one : two;
      expect(idsOf(sweep)).toEqual(idsOf(parcel));
      expect(sweep.batch).not.toBe(parcel.batch);
      expect(
        [one, two].map(({ deliveries }) => new Set(deliveries.map(({ trigger }) => trigger)).size),
      ).toEqual([1, 1]);
    });
  });
}
