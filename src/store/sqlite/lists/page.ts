// One page of any list, with bounded work. Ids sort by creation time, so every list is walked by id along an index ("paths").
// Any other order, and any filter without an index, is applied to blocks of that walk: the newest block first, sorted within.
// Up to BLOCK rows the order is therefore exact; beyond, it is exact within each block. A page that finds too little within its
// budget of rows and time is short, says how far it looked, and still names the next one, so nothing is left out.

import { performance } from 'node:perf_hooks';
import { RelayError } from '../../../core/errors.js';
import { firstIdAt, idTime } from '../../../core/ids.js';
import type { ListQuery, Page } from '../../store.js';
import type { Kernel } from '../kernel.js';

const BLOCK = 20_000;
/** Rows looked at for one page at most. */
const PAGE_BUDGET = 60_000;
/** No block is begun that would end after this, if it takes as long as the slowest so far: a page holds the event loop. */
const PAGE_MS = 90;
/** Blocks of a walk in the order of ids, where their size decides nothing but how soon it can stop. */
const SEARCH_BLOCK = 2_000;
/** The same where each row costs several microseconds to look at. */
const COSTLY_BLOCK = 500;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

export type SqlValue = number | string | null;

/** Part of a WHERE clause with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** An index slice whose rows are walked by id: one range of an index that ends in id. Slices may overlap. */
export interface Path extends Condition {
  /** The index to take, where SQLite would not see that it is the narrower one. */
  readonly index?: string;
}

export interface ListPlan<Row> {
  readonly table: string;
  /** Together their rows are the list. */
  readonly paths: readonly Path[];
  /** What no index answers: applied to each block. Columns of `table` only (alias `t`). */
  readonly filters: readonly Condition[];
  /** Looking at a row costs several microseconds: blocks are smaller, and a sort other than by id is exact within 4,000 rows. */
  readonly isCostly?: boolean;
  /** Sort columns: an expression over `t` that is never NULL, or null for the order of ids. */
  readonly sorts: Readonly<Record<string, string | null>>;
  readonly defaultSort: string;
  readonly rowsSql: string;
  readonly idOf: (row: Row) => number;
}

interface Cursor {
  readonly sort: string;
  readonly desc: boolean;
  /** The block under way, both ends included. `last` is 0 when it is not yet known. */
  readonly from: number;
  readonly to: number | null;
  /** The last row given out within that block. */
  readonly key?: SqlValue;
  readonly id?: number;
}

const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function decode(text: string, sort: string, desc: boolean): Cursor {
  const refuse = (why: string): RelayError =>
    new RelayError('usage.invalid_cursor', 'this cursor cannot be used here', {
      why,
      fix: 'take the cursor from `next` of the page before, with the same sort order and filters',
    });
  let cursor: Cursor;
  try {
    cursor = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
  } catch {
    throw refuse('it was not made by Relay');
  }
  if (typeof cursor !== 'object' || cursor === null || !Number.isSafeInteger(cursor.from))
    throw refuse('it was not made by Relay');
  if (cursor.sort !== sort || cursor.desc !== desc) throw refuse('it belongs to another sort order');
  return cursor;
}

/** `%text%` with LIKE's own signs escaped by a backslash. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

export const inList = (column: string, values: readonly number[]): Condition => ({
  sql: `${column} IN (SELECT value FROM json_each(?))`,
  values: [JSON.stringify(values)],
});

export const anyOf = (conditions: readonly Condition[]): Condition => ({
  sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`,
  values: conditions.flatMap(({ values }) => values),
});

interface Walk {
  readonly kernel: Kernel;
  readonly plan: ListPlan<never>;
  /** True when the walk goes from the newest id down. */
  readonly newestFirst: boolean;
  readonly lowest: number;
  readonly highest: number;
}

/** The ids of the next block: at most `size` from `from` on, along all paths. */
function blockIds(
  { kernel, plan, newestFirst, lowest, highest }: Walk,
  from: number,
  size: number,
): number[] {
  const low = newestFirst ? lowest : Math.max(lowest, from);
  const high = newestFirst ? Math.min(highest, from) : highest;
  if (low > high) return [];
  const order = newestFirst ? 'DESC' : 'ASC';
  const slices = plan.paths.map((path) =>
    kernel.db
      .prepare(
        `SELECT id FROM ${plan.table}${path.index === undefined ? '' : ` INDEXED BY ${path.index}`} WHERE ${path.sql} AND id BETWEEN ? AND ? ORDER BY id ${order} LIMIT ?`,
      )
      .pluck()
      .all(...path.values, low, high, size),
  ) as number[][];
  if (slices.length === 1) return slices[0] as number[];
  const sign = newestFirst ? -1 : 1;
  return [...new Set(slices.flat())].sort((one, other) => sign * (one - other)).slice(0, size);
}

interface Hit {
  readonly id: number;
  readonly key: SqlValue;
}

/** The rows of a block that pass the filters, in the asked order, after the one given out last. */
function hitsOf(
  { kernel, plan }: Walk,
  block: readonly number[],
  key: string | null,
  desc: boolean,
  cursor: Pick<Cursor, 'key' | 'id'>,
  limit: number,
): Hit[] {
  if (plan.filters.length === 0 && key === null)
    return block.map((id) => ({ id, key: null })).slice(0, limit);
  const order = desc ? 'DESC' : 'ASC';
  const conditions = plan.filters.map(({ sql }) => ` AND ${sql}`).join('');
  const values: SqlValue[] = [JSON.stringify(block), ...plan.filters.flatMap((filter) => filter.values)];
  let after = '';
  if (key !== null && cursor.id !== undefined) {
    after = `WHERE (key, id) ${desc ? '<' : '>'} (?, ?)`;
    values.push(cursor.key ?? null, cursor.id);
  }
  const sql = `SELECT id, key FROM (SELECT t.id, ${key ?? 'NULL'} AS key FROM json_each(?) j JOIN ${plan.table} t ON t.id = j.value
    WHERE 1${conditions}) ${after} ORDER BY ${key === null ? '' : `key ${order}, `}id ${order} LIMIT ?`;
  return kernel.db.prepare(sql).all(...values, limit) as Hit[];
}

function fetchRows<Row>(kernel: Kernel, plan: ListPlan<Row>, hits: readonly Hit[]): Row[] {
  if (hits.length === 0) return [];
  const rows = kernel.db.prepare(plan.rowsSql).all(JSON.stringify(hits.map(({ id }) => id))) as Row[];
  const rowOf = new Map(rows.map((row) => [plan.idOf(row), row]));
  return hits.flatMap(({ id }) => rowOf.get(id) ?? []);
}

function sortOf<Row>(
  plan: ListPlan<Row>,
  query: ListQuery,
): { name: string; key: string | null; desc: boolean } {
  const name = query.sort ?? plan.defaultSort;
  const key = plan.sorts[name];
  if (key === undefined)
    throw new RelayError('usage.invalid', `this list cannot be sorted by ${name}`, {
      fix: `sort by one of: ${Object.keys(plan.sorts).join(', ')}`,
    });
  return { name, key, desc: query.desc ?? (query.sort === undefined || key === null) };
}

/**
 * @throws RelayError usage.invalid (unknown sort column, limit out of range), usage.invalid_cursor
 */
export function readPage<Row, Item>(
  kernel: Kernel,
  plan: ListPlan<Row>,
  query: ListQuery,
  toItem: (row: Row) => Item,
): Page<Item> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new RelayError('usage.invalid', `the limit must be 1 to ${MAX_LIMIT}, not ${limit}`);
  const { name, key, desc } = sortOf(plan, query);
  const newestFirst = key !== null || desc;
  const walk: Walk = {
    kernel,
    plan: plan as unknown as ListPlan<never>,
    newestFirst,
    lowest: query.since === undefined ? 0 : firstIdAt(query.since),
    highest: query.until === undefined ? Number.MAX_SAFE_INTEGER : firstIdAt(query.until + 1) - 1,
  };
  const start: Cursor =
    query.after === undefined
      ? { sort: name, desc, from: newestFirst ? Number.MAX_SAFE_INTEGER : 0, to: null }
      : decode(query.after, name, desc);
  const { hits, next } = collect(walk, start, key, limit);
  const isShort = next !== null && hits.length < limit;
  return {
    items: fetchRows(kernel, plan, hits).map(toItem),
    next: next === null ? null : encode(next),
    ...(isShort ? { searchedUntil: idTime(next.from) } : {}),
  };
}

function blockSize(plan: ListPlan<never>, key: string | null, limit: number): number {
  if (key === null && plan.filters.length === 0) return limit + 1;
  const rows =
    key === null ? (plan.isCostly ? COSTLY_BLOCK : SEARCH_BLOCK) : plan.isCostly ? BLOCK / 5 : BLOCK;
  return Math.max(key === null ? 1 : limit + 1, Math.floor(rows / Math.max(1, plan.paths.length)));
}

/** Asked before each block after the first. What is read may come from a slow disk, so rows alone do not bound a page. */
function startWatch(): { hasTimeForOneMore(): boolean } {
  const began = performance.now();
  let last = began;
  let slowest = 0;
  return {
    hasTimeForOneMore() {
      const now = performance.now();
      slowest = Math.max(slowest, now - last);
      last = now;
      return now + slowest <= began + PAGE_MS;
    },
  };
}

/** Walks blocks until the page is full, the list has ended, or the budget is used up. */
function collect(
  walk: Walk,
  start: Cursor,
  key: string | null,
  limit: number,
): { hits: Hit[]; next: Cursor | null } {
  const { sort, desc } = start;
  const size = blockSize(walk.plan, key, limit);
  const watch = startWatch();
  const beyond = (id: number): number => (walk.newestFirst ? id - 1 : id + 1);
  const hits: Hit[] = [];
  let cursor = start;
  for (let scanned = 0; scanned === 0 || (scanned + size <= PAGE_BUDGET && watch.hasTimeForOneMore()); ) {
    const all = walk.plan.paths.length === 0 ? [] : blockIds(walk, cursor.from, size);
    const to = cursor.to;
    const block = to === null ? all : all.filter((id) => (walk.newestFirst ? id >= to : id <= to));
    if (block.length === 0) {
      if (to === null || all.length === 0) return { hits, next: null };
      cursor = { sort, desc, from: beyond(to), to: null };
      continue;
    }
    scanned += block.length;
    const wanted = limit - hits.length;
    const found = hitsOf(walk, block, key, desc, cursor, wanted + 1);
    hits.push(...found.slice(0, wanted));
    const end = block.at(-1) as number;
    if (found.length > wanted) {
      const last = hits.at(-1) as Hit;
      const next =
        key === null
          ? { sort, desc, from: beyond(last.id), to: null }
          : { sort, desc, from: cursor.from, to: end, key: last.key, id: last.id };
      return { hits, next: pinned(next, block, walk.newestFirst, key) };
    }
    if (to === null && all.length < size) return { hits, next: null };
    cursor = { sort, desc, from: beyond(to ?? end), to: null };
    if (hits.length === limit) return { hits, next: cursor };
  }
  return { hits, next: cursor };
}

/** A sorted block keeps both its ends in the cursor, so that rows written meanwhile do not shift it. */
function pinned(cursor: Cursor, block: readonly number[], newestFirst: boolean, key: string | null): Cursor {
  return key === null || !newestFirst ? cursor : { ...cursor, from: block[0] as number };
}
