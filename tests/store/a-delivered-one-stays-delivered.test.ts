import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { accept, alert, planned, settlement } from './contract/fixtures.js';
import { makeSqliteStore, type SqlitePlace } from './kit/sqlite-place.js';

let place: SqlitePlace;
beforeEach(async () => {
  place = await makeSqliteStore();
});
afterEach(() => place.dispose());

it('a resend of a delivered delivery that is held, redelivered and then fails leaves it delivered', async () => {
  const { store, clock } = place;
  await accept(place, [alert()], { to: [planned('webhook/crm')] });
  const claim = async () => (await store.claimDue('webhook/crm', clock.now(), 1))[0]!;
  const first = await claim();
  await store.settle(settlement(first, { state: 'delivered' }));
  store.setHeld(new Set(['webhook/crm']));
  await store.resend(first.id, clock.now());
  const step = await store.redeliver({ status: ['held'] }, 'redelivery', clock.now(), 10);
  expect(step.changed).toBe(1);
  const again = await claim();
  expect(again).toMatchObject({ trigger: 'resend', wasDelivered: true });
  await store.settle(settlement(again, { state: 'failed', reason: 'resend: 503' }));
  expect(await store.getDelivery(first.id)).toMatchObject({ state: 'delivered', tries: 2 });
});
