// How tests of the contract run: each over an empty place of its own; and reading a list to its end.

import { afterEach, beforeEach, expect } from '@jest/globals';
import type { ListQuery, Page } from '../../../src/store/store.js';
import type { MakeStore, StoreUnderTest } from './fixtures.js';

/** Gives every test a store over an empty place of its own. */
export function onEmptyPlace(makeStore: MakeStore, use: (place: StoreUnderTest) => void): void {
  let place: StoreUnderTest;
  beforeEach(async () => {
    place = await makeStore();
    use(place);
  });
  afterEach(() => place.dispose());
}

/** All items of a list, page by page. */
export async function everything<Item>(
  list: (query: ListQuery) => Promise<Page<Item>>,
  query: ListQuery = {},
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < 200; pages++) {
    const page: Page<Item> = await list({ ...query, ...(after === undefined ? {} : { after }) });
    expect(page.items.length).toBeLessThanOrEqual(query.limit ?? 50);
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
  throw new Error('the list has no end');
}
