// Sort, search and pages over lists that live in memory (sources, webhooks …). Those in the database are the store's.
// A cursor names the last row shown, not a position: rows added or removed meanwhile neither repeat nor hide others.

import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import { parseSpan } from '../../core/units.js';
import { isResult, RESULT_WORDS } from '../../model/lists.js';
import type { ListQuery } from '../../store/store.js';
import type { ListAnswer } from '../wire/api-types.js';

/** A list's query as it comes over the wire, after validation. */
export interface ListParameters {
  readonly sort?: string;
  readonly desc?: boolean;
  readonly search?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly after?: string;
}

/** `2h` → that long ago; ISO 8601 → that instant. @throws RelayError usage.invalid_time */
export function parseInstant(parameter: string, text: string, now: number): number {
  const span = parseSpan(text);
  if (span !== undefined) return now - span;
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new RelayError('usage.invalid_time', `"${parameter}" is not an instant: ${text}`, {
    fix: 'write ISO 8601 (2026-01-31T10:00:00Z) or a span ago (2h)',
  });
}

/** @throws RelayError usage.invalid_time, also when nothing can lie between them */
export function parseRange(
  { since, until }: Pick<ListParameters, 'since' | 'until'>,
  now: number,
): { readonly since?: number; readonly until?: number } {
  const from = since === undefined ? undefined : parseInstant('since', since, now);
  const to = until === undefined ? undefined : parseInstant('until', until, now);
  if (from !== undefined && to !== undefined && from > to) {
    throw new RelayError('usage.invalid_time', `"until" (${until}) is before "since" (${since})`, {
      why: 'nothing lies between them; a span such as 2h counts back from now',
      fix: 'exchange the two',
    });
  }
  return { ...(from === undefined ? {} : { since: from }), ...(to === undefined ? {} : { until: to }) };
}

/** What every list of the store takes. @throws RelayError usage.invalid_time */
export function storeQuery(query: ListParameters, now: number): ListQuery {
  const { since, until, ...rest } = query;
  return { ...rest, ...parseRange({ since, until }, now) };
}

/** `?status=a,b` and `?status=a&status=b` alike. @throws RelayError usage.invalid for a word that is not one of `known` */
export function wordsOf<Word extends string>(
  parameter: string,
  given: readonly string[] | undefined,
  known: readonly Word[],
): Word[] | undefined {
  if (given === undefined) return undefined;
  const words = given.flatMap((text) => text.split(',')).filter((word) => word !== '');
  for (const word of words) {
    if ((known as readonly string[]).includes(word)) continue;
    throw new RelayError('usage.invalid', `"${parameter}" cannot be "${word}"`, {
      fix: suggestion(word, known) ?? `one of: ${known.join(', ')}`,
    });
  }
  return words as Word[];
}

/** `5xx`, `503`, `timeout`, `error`; lower case. @throws RelayError usage.invalid */
export function resultsOf(given: readonly string[] | undefined): string[] | undefined {
  const words = given?.flatMap((text) => text.toLowerCase().split(',')).filter((word) => word !== '');
  wordsOf(
    'result',
    words?.filter((one) => !isResult(one)),
    RESULT_WORDS,
  );
  return words;
}

type Cell = string | number;
type Row = Record<string, unknown>;

interface Cursor {
  readonly sort: string;
  readonly desc: boolean;
  readonly cell: Cell;
  readonly name: string;
}

function cellOf(row: Row, column: string): Cell {
  const value = row[column];
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (Array.isArray(value)) return value.length;
  return typeof value === 'string' ? value.toLowerCase() : '';
}

const compareCells = (a: Cell, b: Cell): number =>
  typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === 'number' ? -1 : 1;

function readCursor(text: string, sort: string, desc: boolean): Cursor {
  try {
    const [cursorSort, cursorDesc, cell, name] = JSON.parse(
      Buffer.from(text, 'base64url').toString(),
    ) as unknown[];
    const isCell = typeof cell === 'string' || typeof cell === 'number';
    if (cursorSort === sort && cursorDesc === desc && isCell && typeof name === 'string') {
      return { sort, desc, cell, name };
    }
  } catch {
    // Not ours: said below.
  }
  throw new RelayError('usage.invalid_cursor', '"after" is not a cursor of this list', {
    fix: 'take it from `next` of the page before, with the same sort and desc',
  });
}

const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify([cursor.sort, cursor.desc, cursor.cell, cursor.name])).toString('base64url');

function matches(row: Row, search: string): boolean {
  return Object.values(row).some((value) => {
    const texts = Array.isArray(value) ? value : [value];
    return texts.some((text) => typeof text === 'string' && text.toLowerCase().includes(search));
  });
}

/**
 * One page of rows that have a unique `name`.
 * @param columns what may be sorted by, the default first
 * @throws RelayError usage.invalid (no such column), usage.invalid_cursor
 */
export function pageOfRows<Item extends { name: string }>(
  rows: readonly Item[],
  query: ListParameters,
  columns: readonly (keyof Item & string)[],
): ListAnswer<Item> {
  const sort = query.sort ?? (columns[0] as string);
  const desc = query.desc ?? false;
  if (!(columns as readonly string[]).includes(sort)) {
    throw new RelayError('usage.invalid', `this list has no column "${sort}" to sort by`, {
      fix: suggestion(sort, columns) ?? `one of: ${columns.join(', ')}`,
    });
  }
  const search = query.search?.toLowerCase() ?? '';
  const sign = desc ? -1 : 1;
  const keyed = rows
    .filter((row) => search === '' || matches(row as unknown as Row, search))
    .map((row) => ({ row, cell: cellOf(row as unknown as Row, sort) }));
  const order = (a: { cell: Cell; name: string }, b: { cell: Cell; name: string }): number =>
    sign * (compareCells(a.cell, b.cell) || compareCells(a.name, b.name));
  const key = (one: (typeof keyed)[number]) => ({ cell: one.cell, name: one.row.name });
  keyed.sort((a, b) => order(key(a), key(b)));
  const cursor = query.after === undefined ? null : readCursor(query.after, sort, desc);
  const rest = cursor === null ? keyed : keyed.filter((one) => order(key(one), cursor) > 0);
  const limit = query.limit ?? 50;
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const hasMore = rest.length > limit && last !== undefined;
  return {
    items: page.map((one) => one.row),
    next: hasMore ? writeCursor({ sort, desc, ...key(last) }) : null,
  };
}
