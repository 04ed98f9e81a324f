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
});
