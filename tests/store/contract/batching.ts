// Contract: deliveries that share a request. What goes together, what never does, and that a batch that was tried stays what it was.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BatchOrder } from '../../../src/store/batch-store.js';
import type { NextStep, Parcel, SettleResult, Store } from '../../../src/store/store.js';
import {
  accept,
  alert,
  attempt,
  FAILS,
  type MakeStore,
  planned,
  START,
  type StoreUnderTest,
  settlement,
} from './fixtures.js';

const CRM = 'webhook/crm';
const ORDER: BatchOrder = { maxEvents: 10, lingerMs: 0, maxBytes: 1_000_000 };
const RETRY = { state: 'pending', dueAt: START + 100, reason: 'retry' } as const satisfies NextStep;

export function batching(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  beforeEach(async () => {
    place = await makeStore();
    store = place.store;
  });
  afterEach(() => place.dispose());

  const owe = async (...groups: readonly string[]): Promise<void> => {
    for (const groupingId of groups) {
      await accept(place, [alert({ groupingId })], { to: [planned(CRM, { dueAt: place.clock.now() })] });
    }
  };
  const claim = async (change: Partial<BatchOrder> = {}, now = place.clock.now()): Promise<Parcel> => {
    const { parcel } = await store.claimBatch(CRM, now, { ...ORDER, ...change });
    if (parcel === null) throw new Error('nothing was claimed');
    return parcel;
  };
  const nothing = async (now = place.clock.now()): Promise<void> =>
    expect(await store.claimBatch(CRM, now, ORDER)).toEqual({ parcel: null, lingersUntil: null });
  const settle = (
    { batch, deliveries, sentBody }: Parcel,
    next: NextStep,
    { split = false, body = '{"batch":1}' } = {},
  ): Promise<readonly SettleResult[]> =>
    store.settleBatch({
      batch: batch as string,
      sentBody,
      attempt: attempt({ requestBody: body, status: next.state === 'delivered' ? 200 : 503 }),
      members: deliveries.map((delivery) => ({ delivery, next })),
      split,
    });
  const idsOf = ({ deliveries }: Parcel): string[] => deliveries.map(({ id }) => id);
  /** Three incidents, tried once as one batch in vain. */
  const tried = async (): Promise<Parcel> => {
    await owe('a', 'b', 'c');
    const parcel = await claim();
    await settle(parcel, RETRY);
    return parcel;
  };

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
