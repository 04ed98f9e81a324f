// Contract: what is done by hand to one delivery or to many, and the standing of destinations.

import { describe, expect, it } from '@jest/globals';
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

export function byHand(makeStore: MakeStore): void {
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
  const state = async (id: string) => (await store.getDelivery(id)).state;

  describe('resending', () => {
    it('sends a delivered one once for each time it was asked, and leaves it delivered when that fails', async () => {
      await open('a');
      const first = await claimOne();
      await store.settle(settlement(first));
      expect(await store.resend(first.id, START)).toMatchObject({ state: 'pending', dueAt: START });
      await store.resend(first.id, START);
      const once = await claimOne();
      expect(once).toMatchObject({
        trigger: 'resend',
        wasDelivered: true,
        sentBody: '{"a":1}',
        cycleTries: 1,
      });
      expect((await store.settle(settlement(once, FAILS))).state).toBe('pending');
      const twice = await claimOne(START + 60_000);
      expect(twice).toMatchObject({ trigger: 'resend', wasDelivered: true });
      expect((await store.settle(settlement(twice, FAILS))).state).toBe('delivered');
      expect(await store.claimDue(CRM, START + 1e9, 1)).toEqual([]);
      expect((await store.listAttempts(first.id)).map((one) => one.trigger)).toEqual([
        'automatic',
        'resend',
        'resend',
      ]);
    });

    it('counts a resend asked for while the delivery is being sent', async () => {
      await open('a');
      const first = await claimOne();
      expect((await store.resend(first.id, START)).state).toBe('sending');
      expect((await store.settle(settlement(first))).state).toBe('pending');
      const again = await claimOne(START + 60_000);
      expect(again).toMatchObject({ trigger: 'resend', wasDelivered: true });
      expect((await store.settle(settlement(again, FAILS))).state).toBe('delivered');
    });

    it.each(['given back', 'cut off by a crash'])(
      'asked for while sending, and then %s, does not end it when it fails',
      async (how) => {
        await open('a');
        const sending = await claimOne();
        await store.resend(sending.id, START);
        if (how === 'given back') await store.release([sending.id]);
        else await store.recover(START);
        const again = await claimOne();
        expect(again).toMatchObject({ id: sending.id, trigger: 'resend', wasDelivered: false });
        await store.settle(settlement(again, FAILS));
        expect(await state(sending.id)).toBe('pending');
        expect((await claimOne()).trigger).not.toBe('resend');
      },
    );

    it('keeps the time of the retry when a resend asked for while sending fails', async () => {
      await open('a');
      const first = await claimOne();
      await store.resend(first.id, START);
      const retry = { state: 'pending', dueAt: START + 90_000, reason: 'retry 1 of 3' } as const;
      expect((await store.settle(settlement(first, retry))).state).toBe('pending');
      const again = await claimOne(START + 1_000);
      expect(again).toMatchObject({ trigger: 'resend', wasDelivered: false });
      await store.settle(settlement(again, FAILS));
      expect(await store.nextDueAt(CRM)).toBe(START + 90_000);
      expect(await claimOne(START + 90_000)).toMatchObject({ trigger: 'retry', cycleTries: 1 });
    });

    it('ends the retries of a waiting one when it succeeds, and gives them back when it fails', async () => {
      await open('a');
      const retry = { state: 'pending', dueAt: START + 90_000, reason: 'retry 1 of 3' } as const;
      await store.settle(settlement(await claimOne(), retry));
      const { items } = await store.listDeliveries({});
      await store.resend(items[0]!.id, START);
      expect((await store.settle(settlement(await claimOne(), FAILS))).state).toBe('pending');
      expect(await store.nextDueAt(CRM)).toBe(START + 90_000);
      await store.resend(items[0]!.id, START);
      expect((await store.settle(settlement(await claimOne()))).state).toBe('delivered');
      expect(await store.nextDueAt(CRM)).toBeNull();
    });

    it('leaves a failed one failed when it fails, delivered when it succeeds', async () => {
      await open('a');
      await store.settle(settlement(await claimOne(), FAILS));
      const { items } = await store.listDeliveries({});
      await store.resend(items[0]!.id, START);
      expect((await store.settle(settlement(await claimOne(), FAILS))).state).toBe('failed');
      await store.resend(items[0]!.id, START);
      expect((await store.settle(settlement(await claimOne()))).state).toBe('delivered');
    });

    it('cancels what waits or has failed, and nothing else', async () => {
      await open('a');
      const claimed = await claimOne();
      await expect(store.cancel(claimed.id, START)).rejects.toMatchObject({ code: 'delivery.invalid_state' });
      await store.settle(settlement(claimed, FAILS));
      expect((await store.cancel(claimed.id, START)).state).toBe('cancelled');
      await store.resend(claimed.id, START);
      await store.settle(settlement(await claimOne()));
      await expect(store.cancel(claimed.id, START)).rejects.toMatchObject({ code: 'delivery.invalid_state' });
      await store.resend(claimed.id, START);
      expect((await store.cancel(claimed.id, START)).state).toBe('delivered');
      await expect(store.resend('dlv_00000000001', START)).rejects.toMatchObject({
        code: 'object.not_found',
      });
    });
  });

  describe('in bulk', () => {
    it('takes up failed ones in steps that can be resumed, each once, within the selection', async () => {
      for (let i = 0; i < 7; i++)
        await open(`g${i}`, [planned(CRM), planned(`${CRM}#2`), planned('webhook/crmx')]);
      for (const ref of [CRM, `${CRM}#2`, 'webhook/crmx'])
        for (const claimed of await store.claimDue(ref, START, 100))
          await store.settle(settlement(claimed, FAILS));
      const selection = { status: ['failed'], destination: CRM } as const;
      expect(await store.countDeliveries(selection)).toBe(14);
      let changed = 0;
      let after: string | undefined;
      for (let steps = 0; steps < 50; steps++) {
        const step = await store.redeliver(selection, 'sweep', START, 3, after);
        expect(step.changed).toBeLessThanOrEqual(3);
        changed += step.changed;
        if (step.next === null) break;
        after = step.next;
      }
      expect(changed).toBe(14);
      expect(await store.countDeliveries(selection)).toBe(0);
      expect(await store.claimDue(`${CRM}#2`, START, 100)).toHaveLength(7);
      expect((await claimOne()).trigger).toBe('sweep');
      expect(await store.countDeliveries({ status: ['failed'] })).toBe(7);
    });

    it('selects by creation time', async () => {
      await open('a');
      place.clock.advance(1_000);
      await open('b');
      expect(await store.countDeliveries({ status: ['pending'], since: START + 1 })).toBe(1);
      expect(await store.countDeliveries({ status: ['pending'], until: START })).toBe(1);
      expect(await store.countDeliveries({ status: ['pending'], since: START, until: START + 1_000 })).toBe(
        2,
      );
    });

    it('gives up old failed ones and cancels those of a destination that is gone', async () => {
      await open('a');
      await store.settle(settlement(await claimOne(), FAILS));
      place.clock.advance(1_000);
      await open('b');
      await store.settle(settlement(await claimOne(), FAILS));
      await open('c');
      await open('c');
      expect(await store.giveUp(CRM, START + 500, 'older than 24h', 10)).toMatchObject({ changed: 1 });
      expect(await store.giveUp(CRM, START + 500, 'older than 24h', 10)).toEqual({ changed: 0, next: null });
      const cancelled = await store.cancelAll(CRM, 'webhook crm was removed', START, 10);
      expect(cancelled.changed).toBe(2);
      const { items } = await store.listDeliveries({ sort: 'created_at', desc: false });
      expect(items.map((one) => one.state)).toEqual(['dead', 'failed', 'cancelled', 'cancelled']);
      expect(items[0]!.reason).toBe('older than 24h');
      expect(await store.destinationsWithPending()).toEqual([]);
    });

    it('drops what is held up to an instant, of every held URL, and keeps what was delivered', async () => {
      await open('a', [planned(CRM)]);
      await store.settle(settlement(await claimOne(), { state: 'delivered' }));
      const { items: done } = await store.listDeliveries({});
      await store.resend(done[0]!.id, START);
      await open('b', [planned(CRM), planned(`${CRM}#2`), planned('webhook/other')]);
      await open('b', [planned(CRM)]);
      place.clock.advance(1_000);
      await open('c', [planned(CRM)]);
      store.setHeld(new Set([CRM, 'webhook/other']));
      const changed: number[] = [];
      for (let step = 0; step < 4; step++)
        changed.push((await store.dropHeld(CRM, START + 500, 'dropped', 2)).changed);
      expect(changed).toEqual([2, 1, 0, 0]);
      const { items } = await store.listDeliveries({ sort: 'created_at', desc: false });
      expect(items.map((one) => [one.destination, one.state])).toEqual([
        [CRM, 'delivered'],
        [CRM, 'cancelled'],
        [`${CRM}#2`, 'pending'],
        ['webhook/other', 'held'],
        [CRM, 'cancelled'],
        [CRM, 'held'],
      ]);
      expect(items[1]!.reason).toBe('dropped');
      store.setHeld(new Set());
      expect(await store.claimDue(CRM, START + 2_000, 10)).toHaveLength(1);
      expect(await store.dropHeld(CRM, START + 9_000, 'dropped', 10)).toEqual({ changed: 0, next: null });
    });

    it('gives up what waits too long, step by step, but nothing that was asked for by hand', async () => {
      await open('a');
      await open('a');
      await open('b');
      const { items } = await store.listDeliveries({ sort: 'created_at', desc: false });
      await store.resend(items[2]!.id, START);
      place.clock.advance(1_000);
      await open('c');
      const giveUp = () => store.giveUpWaiting(CRM, START + 500, 'too old', 1);
      const [first, second, third] = [await giveUp(), await giveUp(), await giveUp()];
      expect([first.changed, second.changed, third.changed]).toEqual([1, 1, 0]);
      expect(first.next).not.toBeNull();
      expect(third.next).toBeNull();
      const after = await store.listDeliveries({ sort: 'created_at', desc: false });
      expect(after.items.map((one) => one.state)).toEqual(['dead', 'dead', 'pending', 'pending']);
      expect(after.items[0]!.reason).toBe('too old');
      expect(await store.claimDue(CRM, START + 2_000, 10)).toHaveLength(2);
      await expect(store.giveUpWaiting('webhook/unheard-of', START, '', 1)).resolves.toEqual({
        changed: 0,
        newsworthy: 0,
        next: null,
      });
    });
  });

  describe('standing of destinations', () => {
    it('keeps the numbers of URLs, whole, over a restart', async () => {
      expect(await store.urlNumbers()).toEqual({});
      const one = { number: 2, url: '0123456789abcdef', method: 'PUT' };
      await store.putUrlNumbers({ crm: [one], old: [one] });
      await store.putUrlNumbers({ crm: [one] });
      expect(await (await place.reopen()).urlNumbers()).toEqual({ crm: [one] });
    });

    it('reads pending ones of held destinations as held, in lists, counts and filters', async () => {
      const { events } = await open('a', [planned(CRM), planned('webhook/other')]);
      store.setHeld(new Set([CRM]));
      const held = await store.listDeliveries({ status: ['held'] });
      expect(held.items.map((one) => one.destination)).toEqual([CRM]);
      expect((await store.listDeliveries({ status: ['pending'] })).items).toHaveLength(1);
      expect((await store.listDeliveries({ event: events[0]!.id, status: ['held'] })).items).toHaveLength(1);
      expect((await store.counts(START)).deliveries).toMatchObject({ held: 1, pending: 1, delivered: 0 });
      expect(await store.countDeliveries({ status: ['held'] })).toBe(1);
      store.setHeld(new Set());
      expect(await state(held.items[0]!.id)).toBe('pending');
    });

    it('merges changes and keeps them', async () => {
      await store.setDestinationState(CRM, {
        consecutiveFailures: 2,
        failingSince: START - 5,
        probeAt: START + 9,
        probeWaitMs: 9,
        recentStarts: '[]',
        lastResult: '503',
        lastTriggeredAt: START,
      });
      await store.setDestinationState(CRM, { pausedUntil: START + 1, disabledReason: '410 Gone' });
      await store.setDestinationState(CRM, { disabledReason: null });
      store = await place.reopen();
      expect(await store.destinationStates()).toEqual([
        {
          ref: CRM,
          disabledReason: null,
          disabledAt: null,
          pausedUntil: START + 1,
          consecutiveFailures: 2,
          lastTriggeredAt: START,
          lastSuccessAt: null,
          lastResult: '503',
          failingSince: START - 5,
          probeAt: START + 9,
          probeWaitMs: 9,
          recentStarts: '[]',
        },
      ]);
    });

    it('tells the backlog of each destination', async () => {
      await open('a', [planned(CRM, { dueAt: START + 7 })]);
      await open('b', [planned('webhook/other')]);
      const [other] = await store.claimDue('webhook/other', START, 1);
      await store.settle(settlement(other!, FAILS));
      const backlog = [...(await store.backlog())].sort((a, b) => a.destination.localeCompare(b.destination));
      expect(backlog).toEqual([
        { destination: CRM, waiting: 1, failed: 0, oldestDueAt: START + 7 },
        { destination: 'webhook/other', waiting: 0, failed: 1, oldestDueAt: null },
      ]);
    });
  });
}
