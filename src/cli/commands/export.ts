// Writing a whole list as JSON lines, page after page, in constant memory: what the exports of deliveries, events and incidents share.
// Oldest first, so that rows written meanwhile come at the end. Data on stdout; the count, and how to go on, on stderr.

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ListAnswer } from '../../http/wire/api-types.js';
import type { Query } from '../client.js';
import type { CliContext, TextSink } from '../context.js';

const PAGE = 1_000;
/** Rows asked for one by one may be large each: their bodies, their alerts. */
const WHOLE_PAGE = 20;

/** What an export goes through, and how each row becomes a line. */
export interface Export<Item> {
  /** `/deliveries` */
  readonly path: string;
  readonly query: Query;
  /** `delivery`, `deliveries` */
  readonly nouns: readonly [one: string, many: string];
  /** Asks for more of a row; the row itself when left out. */
  readonly whole?: (item: Item) => Promise<unknown>;
  /** `--after`: where an earlier export ended. */
  readonly after?: string;
}

/** Writes no faster than the reader takes it, so that nothing piles up. */
async function write(out: TextSink, text: string, signal: AbortSignal): Promise<void> {
  const stream = out as Partial<Writable>;
  if (out.write(text) !== false || stream.once === undefined) return;
  await once(out as Writable, 'drain', { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** Ends when the list does or the signal aborts. An error on the way still says how far it came. Returns how many were written. */
export async function runExport<Item>(
  { path, query, nouns, whole, after }: Export<Item>,
  context: CliContext,
  signal: AbortSignal,
): Promise<number> {
  let cursor = after;
  let count = 0;
  let isWhole = false;
  try {
    while (!isWhole && !signal.aborted) {
      const page: ListAnswer<Item> = await context.api.get(path, {
        ...query,
        desc: 'false',
        limit: whole ? WHOLE_PAGE : PAGE,
        after: cursor,
      });
      const lines: string[] = [];
      for (const item of page.items) lines.push(JSON.stringify(whole ? await whole(item) : item));
      if (lines.length > 0) await write(context.out, `${lines.join('\n')}\n`, signal);
      count += lines.length;
      isWhole = page.next === null;
      cursor = page.next ?? cursor;
    }
  } finally {
    context.hint(`${count} ${count === 1 ? nouns[0] : nouns[1]} exported${isWhole ? '' : ', not all'}`);
    if (!isWhole && cursor !== undefined)
      context.hint(`to go on, run the same command with --after ${cursor}`);
  }
  return count;
}
