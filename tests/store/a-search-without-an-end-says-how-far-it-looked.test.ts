// A search over more rows than one page may look at ends in part, says up to where it looked, and misses nothing when it is gone on with.

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { firstIdAt } from '../../src/core/ids.js';
import type { ListQuery, Page } from '../../src/store/store.js';
import { START } from './contract/fixtures.js';
import { makeSqliteStore, type SqlitePlace } from './kit/sqlite-place.js';

/** More than a page looks at, one a second. */
const EVENTS = 70_000;
const SECOND = 1_000;
let place: SqlitePlace;

beforeEach(async () => {
  place = await makeSqliteStore();
  const db = new Database(place.file);
  db.exec(`INSERT INTO word (id, text) VALUES (1, 'deploy.finished'), (2, 'cli:dana'), (3, '["ops"]');
    WITH RECURSIVE each (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM each WHERE n < ${EVENTS - 1})
    INSERT INTO event (id, type, at, actor, channels, unmatched, data)
      SELECT ${firstIdAt(START)} + n * ${SECOND * 4096}, 1, ${START} + n * ${SECOND}, 2, 3, 1,
        CASE n WHEN 5 THEN '{"version":"v42"}' ELSE '{}' END FROM each`);
  db.close();
});
afterEach(() => place.dispose());

async function pagesOf(query: ListQuery): Promise<Page<{ at: number }>[]> {
  const pages: Page<{ at: number }>[] = [];
  let after: string | undefined;
  do {
    const page = await place.store.listEvents({ ...query, ...(after && { after }) });
    pages.push(page);
    after = page.next ?? undefined;
  } while (after !== undefined && pages.length < 1_000);
  return pages;
}

it('back from the newest row', async () => {
  const pages = await pagesOf({ search: 'V42' });
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flatMap(({ items }) => items.map(({ at }) => at))).toEqual([START + 5 * SECOND]);
  const reached = pages.slice(0, -1).map(({ searchedUntil }) => searchedUntil as number);
  expect(reached).toEqual([...reached].sort((a, b) => b - a));
  expect(reached[0]).toBeGreaterThanOrEqual(START);
  expect(reached[0]).toBeLessThan(START + EVENTS * SECOND);
  expect(pages.at(-1)).toMatchObject({ next: null });
  expect(pages.at(-1)?.searchedUntil).toBeUndefined();
});

it('on from the oldest row, and sorted by something else', async () => {
  const forward = await pagesOf({ search: 'nowhere', sort: 'at', desc: false });
  expect(forward.length).toBeGreaterThan(1);
  expect(forward[0]?.searchedUntil).toBeGreaterThan(START);
  const sorted = await pagesOf({ search: 'v42', sort: 'type' });
  expect(sorted.length).toBeGreaterThan(1);
  expect(sorted.flatMap(({ items }) => items)).toHaveLength(1);
});

it('and says nothing of it where a page is full', async () => {
  const page = await place.store.listEvents({ search: 'deploy', limit: 10 });
  expect(page.items).toHaveLength(10);
  expect(page.next).not.toBeNull();
  expect(page.searchedUntil).toBeUndefined();
});
