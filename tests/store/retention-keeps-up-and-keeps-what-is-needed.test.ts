import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RetentionPolicy } from '../../src/store/store.js';
import { accept, alert, FAILS, planned, settlement } from './contract/fixtures.js';
import { makeSqliteStore, type SqlitePlace } from './kit/sqlite-place.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const POLICY: RetentionPolicy = { eventsMs: 30 * DAY, attemptsMs: 10 * DAY, maxSizeBytes: 1e12 };

let place: SqlitePlace;
beforeEach(async () => {
  place = await makeSqliteStore();
});
afterEach(() => place.dispose());

async function pruneAll(policy: RetentionPolicy, limit: number): Promise<void> {
  for (let steps = 0; steps < 500; steps++)
    if (!(await place.store.prune(policy, place.clock.now(), limit)).more) return;
  throw new Error('pruning has no end');
}

describe('retention', () => {
  it('forgets every idempotency key older than a day in one run, however many there are', async () => {
    const send = (key: number) => accept(place, [alert({ groupingId: `g${key}` })], { key: `k${key}` });
    const keys = Array.from({ length: 30 }, (_, key) => key);
    await Promise.all(keys.map(send));
    place.clock.advance(DAY - HOUR);
    await send(100);
    place.clock.advance(2 * HOUR);
    await pruneAll(POLICY, 5);
    expect((await Promise.all(keys.map(send))).filter(({ duplicate }) => duplicate)).toEqual([]);
    expect((await send(100)).duplicate).toBe(true);
  });

  it('beyond the allowed size takes no failed delivery that the sweep may still take up', async () => {
    const { events } = await accept(place, [alert()], { to: [planned('webhook/crm')] });
    const [claimed] = await place.store.claimDue('webhook/crm', place.clock.now(), 1);
    await place.store.settle(settlement(claimed!, FAILS, { startedAt: place.clock.now() }));
    const tight = { ...POLICY, maxSizeBytes: 1 };
    place.clock.advance(23 * HOUR);
    await pruneAll(tight, 100);
    const { items } = await place.store.listDeliveries({ event: events[0]!.id });
    expect(items).toEqual([expect.objectContaining({ state: 'failed' })]);
    expect(await place.store.listAttempts(items[0]!.id)).toHaveLength(1);
    place.clock.advance(2 * HOUR);
    await pruneAll(tight, 100);
    await expect(place.store.getEvent(events[0]!.id)).rejects.toMatchObject({ code: 'object.not_found' });
  });

  it('keeps the newest so many deliveries, and nothing finished that is older than they are', async () => {
    const sendOne = async (number: number) => {
      await accept(place, [alert({ groupingId: `g${number}` })], { to: [planned('webhook/crm')] });
      const [claimed] = await place.store.claimDue('webhook/crm', place.clock.now(), 1);
      await place.store.settle(settlement(claimed!));
      await accept(place, [alert({ groupingId: `g${number}`, signal: 'resolve' })]);
      place.clock.advance(HOUR);
      return claimed!.id;
    };
    const waiting = await accept(place, [alert({ groupingId: 'waits' })], { to: [planned('webhook/slow')] });
    const ids: string[] = [];
    for (let number = 0; number < 6; number++) ids.push(await sendOne(number));
    await pruneAll({ ...POLICY, maxDeliveries: 7 }, 2);
    expect((await place.store.info()).counts).toMatchObject({ delivery: 7 });
    await pruneAll({ ...POLICY, maxDeliveries: 2 }, 2);
    const left = (await place.store.listDeliveries({})).items;
    expect(left.map(({ id }) => id).slice(0, 2)).toEqual([ids[5], ids[4]]);
    expect(left.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'pending']);
    const { counts } = await place.store.info();
    expect(counts).toMatchObject({ delivery: 3, attempt: 2 });
    expect((await place.store.getIncident(waiting.alerts[0]!.incident!)).status).toBe('triggered');
    // The number is counted anew on every run.
    ids.push(await sendOne(6));
    await pruneAll({ ...POLICY, maxDeliveries: 2 }, 2);
    const newest = (await place.store.listDeliveries({ status: ['delivered'] })).items;
    expect(newest.map(({ id }) => id)).toEqual([ids[6], ids[5]]);
  });

  it('gives the room back to the disk, and touches nothing where nothing is old', async () => {
    for (let number = 0; number < 40; number++)
      await accept(
        place,
        [alert({ groupingId: `g${number}`, payload: randomBytes(30_000).toString('hex') })],
        {
          to: [planned('webhook/crm')],
        },
      );
    for (let number = 0; number < 40; number++)
      await accept(place, [alert({ groupingId: `g${number}`, signal: 'resolve' })]);
    for (const one of await place.store.claimDue('webhook/crm', place.clock.now(), 100))
      await place.store.settle(settlement(one));
    const fileBytes = async (): Promise<number> => {
      await place.reopen();
      return statSync(place.file).size;
    };
    const full = await fileBytes();
    expect(full).toBeGreaterThan(2_000_000);
    const { counts } = await place.store.info();
    await pruneAll({ ...POLICY, maxSizeBytes: full * 2, maxDeliveries: 1_000 }, 5);
    expect((await place.store.info()).counts).toEqual(counts);
    expect(await fileBytes()).toBe(full);
    place.clock.advance(31 * DAY);
    await pruneAll(POLICY, 5);
    expect(await fileBytes()).toBeLessThan(full / 4);
    expect(await place.store.check()).toEqual(['ok']);
  });
});
