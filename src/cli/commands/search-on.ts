// A list whose search ended in part is gone on with, page after page, until it has the rows asked for or has looked for some ten seconds.
// The daemon answers each page in bounded time; between two it is left alone as long as the last one took.

import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { ListAnswer } from '../../http/wire/api-types.js';
import type { Query } from '../client.js';
import type { CliContext } from '../context.js';
import { saying } from '../output/progress.js';

/** Some 90 ms each, and as long a pause. */
const MOST_PAGES = 60;
const DEFAULT_LIMIT = 50;

async function goOn<Item>(path: string, query: Query, context: CliContext): Promise<ListAnswer<Item>> {
  const limit = typeof query.limit === 'number' ? query.limit : DEFAULT_LIMIT;
  const items: Item[] = [];
  let after = query.after;
  for (let pages = 1; ; pages++) {
    const began = performance.now();
    const left = pages === 1 ? query.limit : limit - items.length;
    const page = await context.api.get<ListAnswer<Item>>(path, { ...query, after, limit: left });
    items.push(...page.items);
    if (page.searched_until === undefined || pages === MOST_PAGES) return { ...page, items };
    after = page.next;
    await pause(performance.now() - began);
  }
}

/** A page of `path`, as full as it gets. */
export function searchOn<Item>(path: string, query: Query, context: CliContext): Promise<ListAnswer<Item>> {
  return saying(context, 'searching', goOn<Item>(path, query, context));
}
