// Contract: claiming, settling, order and recovering.

import { describe, expect, it } from '@jest/globals';
import type { AttemptTimings } from '../../../src/model/delivery.js';
import type { ClaimedDelivery, Store } from '../../../src/store/store.js';
import { onEmptyPlace } from './empty-place.js';
import {
  accept,
  alert,
  FAILS,
  type MakeStore,
  planned,
  START,
  type StoreUnderTest,
  settlement,
} from './fixtures.js';

const CRM = 'webhook/crm';

export function delivering(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
    store = empty.store;
  });

  const open = async (groupingId: string, to = [planned(CRM)]) =>
    accept(place, [alert({ groupingId })], { to });
  const claimOne = async (now = place.clock.now()): Promise<ClaimedDelivery> => {
    const claimed = await store.claimDue(CRM, now, 1);
    expect(claimed).toHaveLength(1);
    return claimed[0]!;
  };

  describe('claiming', () => {
    it('takes what is due, oldest due first, once, and no more than asked', async () => {
      for (const [name, dueAt] of [
        ['later', START + 500],
        ['first', START - 10],
        ['second', START],
      ] as const)
        await open(name, [planned(CRM, { dueAt })]);
      expect(await store.nextDueAt(CRM)).toBe(START - 10);
      const one = await store.claimDue(CRM, START, 1);
      const rest = await store.claimDue(CRM, START, 10);
      const grouping = async (claimed: ClaimedDelivery) =>
        (await store.getIncident(claimed.event.incident!)).groupingId;
      expect([await grouping(one[0]!), await grouping(rest[0]!)]).toEqual(['first', 'second']);
      expect(rest).toHaveLength(1);
      expect(await store.nextDueAt(CRM)).toBe(START + 500);
      expect(await store.nextDueAt('webhook/unknown')).toBeNull();
      expect(await store.destinationsWithPending()).toEqual([CRM]);
      expect(rest[0]!.event).toEqual(await store.getEvent(rest[0]!.event.id));
    });

    it('takes one by its id when it is due and waits for nothing, and never twice', async () => {
      await open('a');
      await open('a');
      const { items } = await store.listDeliveries({ sort: 'created_at', desc: false });
      const [first, blocked] = [items[0]!.id, items[1]!.id];
      expect(await store.claimOne(first, START - 1)).toBeNull();
      expect(await store.claimOne(blocked, START)).toBeNull();
      expect(await store.claimOne(first, START)).toMatchObject({
        id: first,
        destination: CRM,
        cycleTries: 0,
      });
      expect(await store.claimOne(first, START)).toBeNull();
      expect((await store.getDelivery(first)).state).toBe('sending');
    });

    it('gives back what was claimed and not sent, with no attempt recorded', async () => {
      await open('a');
      const claimed = await claimOne();
      await store.release([claimed.id]);
      expect(await store.listAttempts(claimed.id)).toEqual([]);
      expect(await claimOne()).toEqual(claimed);
    });
  });

  describe('what was taken and not sent', () => {
    const order = async (): Promise<(string | null)[]> =>
      (await store.claimDue(CRM, place.clock.now(), 10)).map(({ id }) => id);
    async function threeWaiting(claimed: readonly string[] = []): Promise<string[]> {
      for (const name of ['first', 'second', 'third']) {
        await open(name, [planned(CRM, { dueAt: place.clock.now(), claim: claimed.includes(name) })]);
        place.clock.advance(1_000);
      }
      const { items } = await store.listDeliveries({ sort: 'created_at', desc: false });
      return items.map(({ id }) => id);
    }

    it('keeps its place: it does not go to the end of what waits', async () => {
      const ids = await threeWaiting();
      const one = await claimOne();
      place.clock.advance(60_000);
      await store.release([one.id]);
      expect((await store.getDelivery(one.id)).dueAt).toBe(START);
      expect(await order()).toEqual(ids);
    });

    it('keeps its place when it was never put to wait', async () => {
      const ids = await threeWaiting(['first']);
      await store.release([ids[0]!]);
      expect(await order()).toEqual(ids);
    });

    it('keeps its place over a crash, whatever waits behind it', async () => {
      const ids = await threeWaiting(['first']);
      const second = await claimOne();
      expect(second.id).toBe(ids[1]);
      place.clock.advance(60_000);
      store = await place.reopen();
      expect(await store.recover(place.clock.now())).toBe(2);
      expect(await order()).toEqual(ids);
    });

    it('has as many retries left as before when it was a resend that a crash cut off', async () => {
      const [id = ''] = await threeWaiting();
      const retry = { state: 'pending', dueAt: START + 90_000, reason: 'retry 1 of 3' } as const;
      await store.settle(settlement(await claimOne(), retry));
      await store.resend(id, START);
      expect(await store.claimOne(id, START)).toMatchObject({ trigger: 'resend', cycleTries: 1 });
      store = await place.reopen();
      await store.recover(place.clock.now());
      expect(await store.claimOne(id, place.clock.now())).toMatchObject({ trigger: 'resend', cycleTries: 1 });
      expect((await store.listAttempts(id)).map(({ outcome }) => outcome)).toEqual(['retry', 'unknown']);
    });

    it('keeps its place when it was taken by its id or for a request of several', async () => {
      const ids = await threeWaiting();
      const batch = await store.claimBatch(CRM, place.clock.now(), {
        maxEvents: 2,
        lingerMs: 0,
        maxBytes: 1e6,
      });
      await store.release(batch.parcel?.deliveries.map(({ id }) => id) as string[]);
      await store.claimOne(ids[1]!, place.clock.now());
      await store.release([ids[1]!]);
      expect(await order()).toEqual(ids);
    });

    it('is due now where the clock was set back meanwhile', async () => {
      const [first = ''] = await threeWaiting();
      await claimOne();
      place.clock.advance(-3_600_000);
      await store.release([first]);
      expect((await store.getDelivery(first)).dueAt).toBe(place.clock.now());
    });
  });

  describe('settling', () => {
    it('records the attempt as it was and the delivery as delivered', async () => {
      const { events } = await open('a');
      const claimed = await claimOne();
      const requestBody = `{"type":"x","data":${events[0]!.data}}`;
      const done = settlement(claimed, { state: 'delivered' }, { requestBody });
      expect(await store.settle(done)).toEqual({ state: 'delivered', freedNext: false });
      const [attempt] = await store.listAttempts(claimed.id);
      expect(attempt).toEqual({
        ...done.attempt,
        id: expect.stringMatching(/^att_/),
        delivery: claimed.id,
        batch: null,
      });
      expect(await store.getDelivery(claimed.id)).toMatchObject({
        state: 'delivered',
        tries: 1,
        result: '200',
        sentAt: START,
        dueAt: null,
      });
      expect(await store.claimDue(CRM, START + 1e9, 10)).toEqual([]);
    });

    it('keeps bodies exactly: unusual bytes, changed between attempts, and the last one for the next try', async () => {
      await open('a');
      const bodies = ['plain', '\0odd\0', '', '', 'zürich \u{1F600}'];
      for (const requestBody of bodies) {
        const claimed = await claimOne();
        const before =
          bodies
            .slice(0, claimed.cycleTries)
            .filter((body) => body !== '')
            .at(-1) ?? null;
        if (requestBody !== '') expect(claimed.sentBody).toBe(before);
        await store.settle(
          settlement(claimed, { state: 'pending', dueAt: START, reason: 'again' }, { requestBody }),
        );
      }
      const { items } = await store.listDeliveries({});
      const attempts = await store.listAttempts(items[0]!.id);
      expect(attempts.map((one) => one.requestBody)).toEqual(bodies);
      expect(attempts.map((one) => one.trigger)).toEqual(['automatic', 'retry', 'retry', 'retry', 'retry']);
    });

    it('keeps timings exactly: of a connection made or reused, with stages that did not come to an end, or none', async () => {
      const made = { connectionReused: false, dnsMs: 3, connectMs: 20, tlsMs: 45, firstByteMs: 130 };
      const reused = {
        connectionReused: true,
        dnsMs: null,
        connectMs: null,
        tlsMs: null,
        firstByteMs: 0,
      };
      const kept: (AttemptTimings | null)[] = [
        made,
        reused,
        { ...made, dnsMs: null, tlsMs: null },
        { ...made, tlsMs: null, firstByteMs: null },
        { ...reused, connectionReused: false, firstByteMs: null },
        { ...reused, firstByteMs: null },
        null,
      ];
      await open('a');
      for (const timings of kept)
        await store.settle(
          settlement(await claimOne(), { state: 'pending', dueAt: START, reason: 'again' }, { timings }),
        );
      const { items } = await store.listDeliveries({});
      const attempts = await store.listAttempts(items[0]!.id);
      expect(attempts.map(({ timings }) => timings)).toEqual(kept);
    });

    it('keeps headers exactly, also those that hold line breaks or are none', async () => {
      const sets: Record<string, string>[] = [{}, { a: '1', b: '' }, { a: 'x\ny' }, { 'x-empty': '' }];
      await open('a');
      for (const requestHeaders of sets)
        await store.settle(
          settlement(
            await claimOne(),
            { state: 'pending', dueAt: START, reason: '' },
            {
              requestHeaders,
              responseHeaders: requestHeaders,
            },
          ),
        );
      const { items } = await store.listDeliveries({});
      const attempts = await store.listAttempts(items[0]!.id);
      expect(attempts.map((one) => one.requestHeaders)).toEqual(sets);
      expect(attempts.map((one) => one.responseHeaders)).toEqual(sets);
    });

    it('waits until the next try is due, and fails for good when told', async () => {
      await open('a');
      const claimed = await claimOne();
      const later = { state: 'pending', dueAt: START + 5_000, reason: 'retry 1 of 3 after 503' } as const;
      expect(await store.settle(settlement(claimed, later))).toMatchObject({ state: 'pending' });
      expect(await store.getDelivery(claimed.id)).toMatchObject({
        reason: later.reason,
        dueAt: later.dueAt,
        result: '503',
      });
      expect(await store.claimDue(CRM, START + 4_999, 1)).toEqual([]);
      const again = await claimOne(START + 5_000);
      expect(again).toMatchObject({ cycleTries: 1, trigger: 'retry', sentBody: '{"a":1}' });
      expect((await store.settle(settlement(again, FAILS))).state).toBe('failed');
      expect(await store.getDelivery(claimed.id)).toMatchObject({
        tries: 2,
        reason: FAILS.reason,
        dueAt: null,
      });
    });

    it('keeps the event text exactly, whatever it holds', async () => {
      for (const data of [
        '{"incident":{"id":"x","source":"s","status":"a","labels":{}}}',
        '"\u0001\u0007"',
        '{"a" :\t1}\n',
      ]) {
        const { event } = await store.publish(
          { type: 'a.b', channels: [], data, deliveries: [] },
          { at: START, actor: 'x:y' },
        );
        expect((await store.getEvent(event.id)).data).toBe(data);
      }
    });
  });

  describe('order per incident and destination', () => {
    it('lets a later event go only after the earlier is done; a failed one holds nothing back', async () => {
      await open('a');
      await open('a');
      await open('b');
      const [a1, b1] = await store.claimDue(CRM, START, 10);
      expect(await store.claimDue(CRM, START, 10)).toEqual([]);
      expect((await store.settle(settlement(b1!))).freedNext).toBe(false);
      const retry = { state: 'pending', dueAt: START + 100, reason: '' } as const;
      expect((await store.settle(settlement(a1!, retry))).freedNext).toBe(false);
      expect(await store.nextDueAt(CRM)).toBe(START + 100);
      const again = await claimOne(START + 100);
      expect(again.id).toBe(a1!.id);
      expect((await store.settle(settlement(again, FAILS))).freedNext).toBe(true);
      const a2 = await claimOne(START + 100);
      expect(a2.event.incident).toBe(a1!.event.incident);
      expect(a2.event.id > a1!.event.id).toBe(true);
    });

    it('frees the next when the one before is cancelled', async () => {
      await open('a');
      await open('a');
      const { items } = await store.listDeliveries({ desc: false, sort: 'created_at' });
      await store.cancel(items[0]!.id, START);
      expect((await claimOne()).id).toBe(items[1]!.id);
    });

    it('holds later ones back again while an earlier one is redelivered', async () => {
      await open('a');
      await store.settle(settlement(await claimOne(), FAILS));
      await open('a');
      await store.redeliver({ status: ['failed'] }, 'redelivery', START, 10);
      const claimed = await store.claimDue(CRM, START, 10);
      expect(claimed).toEqual([expect.objectContaining({ trigger: 'redelivery', cycleTries: 0 })]);
      await store.settle(settlement(claimed[0]!));
      expect(await claimOne()).toMatchObject({ trigger: 'automatic' });
    });
  });

  describe('recovering', () => {
    it('makes what was being sent due again, with an attempt of unknown outcome', async () => {
      const to = [planned(CRM, { claim: true })];
      const { claimed } = await open('a', to);
      await open('a');
      store = await place.reopen();
      const at = place.clock.advance(1_000);
      expect(await store.recover(at)).toBe(1);
      const attempts = await store.listAttempts(claimed[0]!.id);
      expect(attempts).toEqual([
        expect.objectContaining({
          outcome: 'unknown',
          trigger: 'automatic',
          durationMs: null,
          timings: null,
          status: null,
          requestBody: '',
        }),
      ]);
      expect(await store.claimDue(CRM, at, 10)).toEqual([
        expect.objectContaining({ id: claimed[0]!.id, trigger: 'retry', sentBody: null }),
      ]);
      expect(await store.getDelivery(claimed[0]!.id)).toMatchObject({ tries: 1, result: 'unknown' });
    });

    it('does nothing on a store that was left in order', async () => {
      await open('a');
      store = await place.reopen();
      expect(await store.recover(START)).toBe(0);
      expect(await claimOne()).toMatchObject({ trigger: 'automatic' });
    });
  });
}
