// Contract: a batch that was tried stays what it was, over stops and crashes too, and the history tells of it once.

import { describe, expect, it } from '@jest/globals';
import type { Parcel, Store } from '../../../src/store/store.js';
import { batchRig, CRM, RETRY } from './batch-rig.js';
import { onEmptyPlace } from './empty-place.js';
import { attempt, FAILS, type MakeStore, START, type StoreUnderTest, settlement } from './fixtures.js';

export function batchesTried(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
    store = empty.store;
  });

  const { owe, claim, nothing, settle, idsOf, tried } = batchRig(() => place);

  describe('a batch that was tried', () => {
    it('comes again as it was, and nothing joins it', async () => {
      const before = await tried();
      await owe('d', 'a');
      place.clock.advance(100);
      const again = await claim();
      const other = again.batch === before.batch ? again : await claim();
      expect(other).toMatchObject({ batch: before.batch, sentBody: '{"batch":1}' });
      expect(idsOf(other)).toEqual(idsOf(before));
      expect(other.deliveries.map(({ trigger }) => trigger)).toEqual(['retry', 'retry', 'retry']);
    });

    it.each(['cancelled', 'resent', 'given up'])('comes as a new one without what was %s', async (how) => {
      const before = await tried();
      const [, gone] = idsOf(before) as [string, string];
      place.clock.advance(100);
      if (how === 'cancelled') await store.cancel(gone, place.clock.now());
      if (how === 'resent') await store.resend(gone, place.clock.now());
      if (how === 'given up') {
        const first = await store.getDelivery(idsOf(before)[0] as string);
        expect((await store.giveUpWaiting(CRM, first.createdAt + 1_000_000, 'too old', 1)).changed).toBe(1);
      }
      const parcels = [await claim()];
      if (how === 'resent') parcels.push(await claim());
      const rest = parcels.find(({ batch }) => batch !== null) as Parcel;
      expect(rest.batch).not.toBe(before.batch);
      expect(rest).toMatchObject({ sentBody: null, deliveries: [{}, {}] });
      if (how === 'resent')
        expect(parcels.find(({ batch }) => batch === null)).toMatchObject({
          deliveries: [{ id: gone, trigger: 'resend' }],
        });
      // Tried or not, the rest of a batch stays what it is.
      await store.release(idsOf(rest));
      expect(await claim()).toMatchObject({ batch: rest.batch });
    });

    it('loses what was asked for by hand while it was under way', async () => {
      await owe('a', 'b', 'c');
      const parcel = await claim();
      const [first, ...others] = idsOf(parcel) as [string, ...string[]];
      await store.resend(first, place.clock.now());
      expect((await settle(parcel, RETRY)).map(({ state }) => state)).toEqual([
        'pending',
        'pending',
        'pending',
      ]);
      place.clock.advance(20);
      expect(await claim()).toMatchObject({ batch: null, deliveries: [{ id: first, trigger: 'resend' }] });
      place.clock.advance(100);
      expect(idsOf(await claim())).toEqual(others);
    });

    it('leaves out what an older event of its incident has to precede', async () => {
      await owe('a');
      const first = await claim();
      await store.settle(settlement(first.deliveries[0]!, FAILS));
      await owe('a', 'b', 'c');
      const batch = await claim();
      await settle(batch, RETRY);
      await store.redeliver({ status: ['failed'] }, 'redelivery', place.clock.now(), 10);
      place.clock.advance(100);
      const parcels = [await claim(), await claim()];
      const [older, rest] = parcels.sort((a, b) => a.deliveries.length - b.deliveries.length) as [
        Parcel,
        Parcel,
      ];
      expect(idsOf(older)).toEqual(idsOf(first));
      expect(idsOf(rest)).toEqual(idsOf(batch).slice(1));
      await nothing();
      await store.settle(settlement(older.deliveries[0]!));
      expect(idsOf(await claim())).toEqual(idsOf(batch).slice(0, 1));
    });

    it('is made smaller when fewer may go together now', async () => {
      const before = await tried();
      place.clock.advance(100);
      const first = await claim({ maxEvents: 2 });
      expect(first.batch).not.toBe(before.batch);
      expect([...idsOf(first), ...idsOf(await claim({ maxEvents: 2 }))]).toEqual(idsOf(before));
    });

    it('is taken apart where batches are not wanted any more', async () => {
      const before = await tried();
      place.clock.advance(100);
      const claimed = await store.claimDue(CRM, place.clock.now(), 10);
      expect(claimed.map(({ id, sentBody }) => [id, sentBody])).toEqual(
        idsOf(before).map((id) => [id, null]),
      );
      await store.release(idsOf(before));
      expect((await claim()).batch).toBeNull();
    });

    it('goes on as two when it is too large, the halves as they are, the events in their order', async () => {
      await owe('a', 'b', 'a', 'c', 'd');
      const before = await claim();
      const split = { state: 'pending', dueAt: START, reason: '413', isFree: true } as const;
      await settle(before, split, { split: true });
      const halves = [await claim(), await claim()];
      expect(halves.flatMap(idsOf)).toEqual(idsOf(before));
      expect(halves.map(({ deliveries }) => deliveries.length)).toEqual([3, 2]);
      expect(new Set([before, ...halves].map(({ batch }) => batch)).size).toBe(3);
      await settle(halves[0] as Parcel, RETRY, { body: '{"half":1}' });
      place.clock.advance(100);
      expect(await claim()).toMatchObject({ batch: halves[0]?.batch, sentBody: '{"half":1}' });
    });
  });

  describe('stopping', () => {
    it('gives back what was not sent: it may grow', async () => {
      await owe('a', 'a', 'b');
      const parcel = await claim();
      await store.release(idsOf(parcel));
      await owe('c');
      const again = await claim();
      expect(idsOf(again).slice(0, 3)).toEqual(idsOf(parcel));
      expect(again.deliveries).toHaveLength(4);
      expect(again.batch).not.toBe(parcel.batch);
    });

    it('gives back what was tried before: it stays as it was', async () => {
      const before = await tried();
      place.clock.advance(100);
      await store.release(idsOf(await claim()));
      await owe('d');
      const parcels = [await claim(), await claim()];
      expect(parcels.map(({ batch }) => batch)).toContain(before.batch);
    });

    it('after a crash has one unknown attempt, and comes again under its id', async () => {
      await owe('a', 'b', 'a');
      const parcel = await claim();
      store = await place.reopen();
      expect(await store.recover(place.clock.advance(10))).toBe(3);
      await owe('c', 'd');
      const parcels = [await claim(), await claim()];
      const again = parcels.find(({ batch }) => batch === parcel.batch) as Parcel;
      expect(idsOf(again)).toEqual(idsOf(parcel));
      expect(parcels.filter((one) => one !== again)[0]?.batch).not.toBe(parcel.batch);
      for (const id of idsOf(parcel)) {
        expect(await store.listAttempts(id)).toMatchObject([
          { outcome: 'unknown', timings: null, delivery: id, batch: { id: parcel.batch } },
        ]);
      }
    });
  });

  describe('the history', () => {
    it('tells of each attempt once, with all that were in it, beside attempts of the delivery alone', async () => {
      const before = await tried();
      place.clock.advance(100);
      await settle(await claim(), { state: 'delivered' });
      const [id] = idsOf(before) as [string];
      await store.resend(id, place.clock.now());
      const alone = await claim();
      await store.settle(settlement(alone.deliveries[0]!, undefined, { requestBody: '{"alone":1}' }));
      const attempts = await store.listAttempts(id);
      expect(attempts.map(({ requestBody, batch }) => [requestBody, batch?.id ?? null])).toEqual([
        ['{"batch":1}', before.batch],
        ['{"batch":1}', before.batch],
        ['{"alone":1}', null],
      ]);
      for (const { timings } of attempts) expect(timings).toEqual(attempt().timings);
      expect(attempts[0]?.batch?.deliveries).toEqual(
        before.deliveries.map(({ id: delivery, event }) => ({
          delivery,
          event: event.id,
          eventType: event.type,
        })),
      );
      expect((await store.info()).counts.attempt).toBe(3);
      expect(await store.getDelivery(idsOf(before)[1]!)).toMatchObject({
        state: 'delivered',
        tries: 2,
        result: '200',
      });
      const found = await store.listDeliveries({ body: 'THANKS' });
      expect(found.items.map((item) => item.id).sort()).toEqual(idsOf(before));
    });

    it('keeps the attempts of a batch while one of it waits, and forgets all of it in the end', async () => {
      const before = await tried();
      const keep = { eventsMs: 1_000, attemptsMs: 1_000, maxSizeBytes: 1e12 };
      const prune = async (): Promise<void> => {
        while ((await store.prune(keep, place.clock.now(), 100)).more);
      };
      place.clock.advance(1e9);
      await prune();
      const again = await claim();
      expect(again).toMatchObject({ batch: before.batch, sentBody: '{"batch":1}' });
      await settle(again, { state: 'delivered' });
      place.clock.advance(1e9);
      await prune();
      expect((await store.info()).counts).toMatchObject({ attempt: 0, delivery: 0 });
      expect(await store.check()).toEqual(['ok']);
    });
  });
}
