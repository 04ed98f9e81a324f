// Contract: objects, secrets and snapshots; retention; copies and checks.

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RetentionPolicy, Store } from '../../../src/store/store.js';
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

const DAY = 24 * 3_600_000;
const POLICY: RetentionPolicy = { eventsMs: 30 * DAY, attemptsMs: 10 * DAY, maxSizeBytes: 1e12 };

export function keeping(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
    store = empty.store;
  });

  describe('notes of failure mails', () => {
    it('keeps one a destination, replaces it, and forgets the ones that are named', async () => {
      await store.putMailNotes([
        { destination: 'webhook/crm', note: '{"a":1}' },
        { destination: 'webhook/crm#2', note: '{"b":1}' },
        { destination: 'webhook/erp', note: '{"c":1}' },
      ]);
      await store.putMailNotes([{ destination: 'webhook/crm', note: '{"a":2}' }]);
      store = await place.reopen();
      expect(await store.mailNotes()).toEqual([
        { destination: 'webhook/crm', note: '{"a":2}' },
        { destination: 'webhook/crm#2', note: '{"b":1}' },
        { destination: 'webhook/erp', note: '{"c":1}' },
      ]);
      await store.forgetMailNotes(['webhook/crm', 'webhook/erp', 'webhook/never-noted']);
      expect(await store.mailNotes()).toEqual([{ destination: 'webhook/crm#2', note: '{"b":1}' }]);
    });
  });

  describe('objects', () => {
    it('keeps objects with their spec, replaces them, and removes them with all that belongs to them', async () => {
      const object = {
        noun: 'webhook',
        name: 'crm',
        origin: 'cli',
        spec: { name: 'crm', urls: [{ url: 'x' }] },
      } as const;
      await store.putObject(object, START);
      await store.putObject({ ...object, spec: { name: 'crm', description: 'new' } }, START + 5);
      await store.setPaused('webhook', 'crm', true, START);
      await store.setPaused('source', 'prod', true, START);
      await store.putSecret(
        { noun: 'webhook', name: 'crm', purpose: 'signing', value: 's', createdAt: START },
        START,
      );
      await store.putSnapshot({ source: 'prod', pack: 'generic', templates: { title: 'x' }, takenAt: START });
      store = await place.reopen();
      expect(await store.listObjects()).toEqual([
        { ...object, spec: { name: 'crm', description: 'new' }, createdAt: START, updatedAt: START + 5 },
      ]);
      expect([...(await store.pausedObjects())].sort()).toEqual(['source/prod', 'webhook/crm']);
      expect(await store.snapshots()).toEqual([
        { source: 'prod', pack: 'generic', templates: { title: 'x' }, takenAt: START },
      ]);
      await store.removeObject('webhook', 'crm');
      expect(await store.listObjects()).toEqual([]);
      expect(await store.secrets()).toEqual([]);
      await store.setPaused('source', 'prod', false, START);
      expect((await store.pausedObjects()).size).toBe(0);
      await store.removeObject('source', 'prod');
      expect(await store.snapshots()).toEqual([]);
    });

    it('ends a secret when the overlap it was promised ends, neither sooner nor later, unless all are ended', async () => {
      const put = (value: string, createdAt: number, overlapUntil: number) =>
        store.putSecret({ noun: 'webhook', name: 'crm', purpose: 'signing', value, createdAt }, overlapUntil);
      await put('one', START, START);
      await put('two', START + 10, START + 100);
      const ends = async () => (await store.secrets()).map((one) => [one.value, one.expiresAt]);
      await put('three', START + 20, START + 1_000);
      await put('four', START + 30, START + 50);
      expect(await ends()).toEqual([
        ['one', START + 100],
        ['two', START + 1_000],
        ['three', START + 50],
        ['four', null],
      ]);
      await put('five', START + 40, START + 40);
      expect(await ends()).toEqual([['five', null]]);
    });
  });

  describe('retention', () => {
    const pruneAll = async (policy: RetentionPolicy, now: number): Promise<number> => {
      let deleted = 0;
      for (let steps = 0; steps < 200; steps++) {
        const step = await store.prune(policy, now, 5);
        deleted += step.deleted;
        if (!step.more) return deleted;
      }
      throw new Error('pruning has no end');
    };
    const deliver = async (fails = false) => {
      for (const one of await store.claimDue('webhook/crm', place.clock.now(), 100))
        await store.settle(
          settlement(one, fails ? FAILS : { state: 'delivered' }, { startedAt: place.clock.now() }),
        );
    };

    it('removes what is finished and old, in small batches, and leaves everything else', async () => {
      const to = [planned('webhook/crm')];
      const done = await accept(place, [alert({ groupingId: 'done' })], { to });
      await accept(place, [alert({ groupingId: 'done', signal: 'resolve' })], { to: [] });
      const stillOpen = await accept(place, [alert({ groupingId: 'open' })], { to });
      await deliver();
      const waiting = await accept(place, [alert({ groupingId: 'waiting' })], { to });
      await accept(place, [alert({ groupingId: 'waiting', signal: 'resolve' })], { to: [] });
      expect(await pruneAll(POLICY, place.clock.now())).toBe(0);

      place.clock.set(START + 11 * DAY);
      await pruneAll(POLICY, place.clock.now());
      const { items } = await store.listDeliveries({ event: done.events[0]!.id });
      expect(items).toEqual([expect.objectContaining({ state: 'delivered', tries: 1 })]);
      expect(await store.listAttempts(items[0]!.id)).toEqual([]);

      place.clock.set(START + 31 * DAY);
      const fresh = await accept(place, [alert({ groupingId: 'fresh' })], { to });
      await pruneAll(POLICY, place.clock.now());
      const gone = { code: 'object.not_found' };
      await expect(store.getIncident(done.alerts[0]!.incident!)).rejects.toMatchObject(gone);
      await expect(store.getEvent(done.events[0]!.id)).rejects.toMatchObject(gone);
      await expect(store.getAlert(done.alerts[0]!.id)).rejects.toMatchObject(gone);
      await expect(store.getEvent(stillOpen.events[0]!.id)).rejects.toMatchObject(gone);
      expect(await store.getIncident(stillOpen.alerts[0]!.incident!)).toMatchObject({
        status: 'triggered',
        message: 'only 2 % left on /var',
      });
      expect(await store.getEvent(waiting.events[0]!.id)).toMatchObject({ type: 'incident.triggered' });
      expect(await store.getIncident(waiting.alerts[0]!.incident!)).toMatchObject({ status: 'resolved' });
      expect(await store.getIncident(fresh.alerts[0]!.incident!)).toMatchObject({ status: 'triggered' });
      expect((await store.claimDue('webhook/crm', place.clock.now(), 10)).length).toBe(2);
      expect(await store.check()).toEqual(['ok']);
      expect(await pruneAll(POLICY, place.clock.now())).toBe(0);
    });

    it('keeps attempts of a delivery that was sent again lately', async () => {
      await accept(place, [alert()], { to: [planned('webhook/crm')] });
      await deliver();
      const [one] = (await store.listDeliveries({})).items;
      place.clock.set(START + 11 * DAY);
      await store.resend(one!.id, place.clock.now());
      await deliver(true);
      await pruneAll(POLICY, place.clock.now());
      expect((await store.listAttempts(one!.id)).map((attempt) => attempt.requestBody)).toEqual([
        '{"a":1}',
        '{"a":1}',
      ]);
    });

    it('goes below the allowed size by removing finished rows however young', async () => {
      for (let i = 0; i < 20; i++)
        await accept(place, [alert({ groupingId: `g${i}`, payload: 'x'.repeat(50_000) })], {
          to: [planned('webhook/crm')],
        });
      for (let i = 0; i < 20; i++) await accept(place, [alert({ groupingId: `g${i}`, signal: 'resolve' })]);
      await deliver();
      place.clock.advance(60_000);
      await pruneAll({ ...POLICY, maxSizeBytes: 500_000 }, place.clock.now());
      const { alert: alerts, delivery: deliveries } = (await store.info()).counts;
      expect(deliveries).toBe(0);
      expect(alerts).toBeLessThan(10);
    });

    it('forgets idempotency keys after a day, not before', async () => {
      await accept(place, [alert()], { key: 'k' });
      place.clock.set(START + DAY - 1);
      await pruneAll(POLICY, place.clock.now());
      expect((await accept(place, [alert()], { key: 'k' })).duplicate).toBe(true);
      place.clock.set(START + DAY + 1);
      await pruneAll(POLICY, place.clock.now());
      expect((await accept(place, [alert()], { key: 'k' })).duplicate).toBe(false);
    });
  });

  describe('upkeep', () => {
    it('copies itself while running, tells progress, and passes its own check', async () => {
      for (let i = 0; i < 30; i++) await accept(place, [alert({ groupingId: `g${i}` })]);
      const copy = join(tmpdir(), `relay-copy-${process.pid}-${Date.now()}.db`);
      const progress: number[] = [];
      await store.backup(copy, (done, total) => progress.push(done / total));
      expect(existsSync(copy)).toBe(true);
      expect(progress.length).toBeGreaterThan(0);
      expect(await store.check()).toEqual(['ok']);
      await store.probe();
    });

    it('keeps its instance id and hands out ids above those it has after it is opened again', async () => {
      const { instanceId } = await store.info();
      const first = await accept(place, [alert()]);
      store = await place.reopen();
      place.clock.set(START - DAY);
      const second = await accept(place, [alert({ groupingId: 'b' })]);
      expect((await store.info()).instanceId).toBe(instanceId);
      expect(second.alerts[0]!.id > first.alerts[0]!.id).toBe(true);
    });

    it('refuses writes after it is closed', async () => {
      const closed = store;
      await place.reopen();
      await expect(closed.probe()).rejects.toMatchObject({ code: 'store.unavailable' });
    });
  });
}
