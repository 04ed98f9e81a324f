// Reads a whole database through the store, after the daemon has gone.

import { systemClock } from '../../src/core/clock.js';
import type { Attempt } from '../../src/model/delivery.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import type { ListQuery, Page, Store } from '../../src/store/store.js';
import type { StoreContent } from './crash-checks.js';

async function everyPage<Item extends { readonly id: string }>(
  list: (query: ListQuery) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const page: Page<Item> = await list({ limit: 1_000, ...(after === undefined ? {} : { after }) });
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  // Ids sort by the order of writing.
  return items.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function readAll(store: Store): Promise<StoreContent> {
  const deliveries = await everyPage((query) => store.listDeliveries(query));
  const attempts = new Map<string, readonly Attempt[]>();
  for (const { id } of deliveries) attempts.set(id, await store.listAttempts(id));
  return {
    alerts: await everyPage((query) => store.listAlerts(query)),
    events: (await everyPage((query) => store.listEvents(query))).filter(({ type }) =>
      type.startsWith('incident.'),
    ),
    deliveries,
    attempts,
  };
}

/** Everything in the database of the data directory `dir`, in the order it was written. No daemon may have it open. */
export async function readStore(dir: string): Promise<StoreContent> {
  const store = await openSqliteStore({ dir, clock: systemClock });
  try {
    return await readAll(store);
  } finally {
    await store.close();
  }
}
