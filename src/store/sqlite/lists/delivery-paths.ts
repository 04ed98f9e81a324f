// Which way a list of deliveries goes through the table: the narrowest index ("path") that holds all it asks for, and what is left to
// filter. A path must be one range of an index that ends in the row's id.

import { firstIdAt, idPrefixRange, parseId } from '../../../core/ids.js';
import { NO_ANSWER } from '../../../model/delivery.js';
import type { DeliveryQuery } from '../../store.js';
import { coversRef, slicesOf } from '../bulk-slices.js';
import { DELIVERED } from '../codes.js';
import type { Kernel } from '../kernel.js';
import type { ResolveId } from '../public-ids.js';
import { holdsText } from './bodies.js';
import { anyOf, type Condition, inList, likePattern, type Path } from './page.js';
import { holds, idSearch } from './search.js';

/** A text that many words or destinations hold is soon found without an index. */
const MOST_WORDS = 200;
const MOST_PATHS = 40;
const DAY_MS = 24 * 3_600_000;

interface Walk {
  readonly paths: readonly Path[];
  readonly filters: readonly Condition[];
  /** Each row looked at costs more than a step along the table: a body is unpacked, or the rows lie far apart. */
  readonly isCostly: boolean;
}

/** Index slices of the query. Deliveries of an event or an incident are few; otherwise by state and destination. */
function pathsOf(kernel: Kernel, query: DeliveryQuery): Condition[] {
  const destinations = kernel.interned
    .destinations()
    .filter(({ ref }) => query.destination === undefined || coversRef(query.destination, ref));
  if (query.status !== undefined) {
    const slices = slicesOf(kernel, { ...query, status: query.status });
    const undelivered = slices.filter(({ state }) => state !== DELIVERED);
    const paths: Condition[] = undelivered.map(({ state, destination }) => ({
      sql: 'state = ? AND state <> 2 AND destination = ?',
      values: [state, destination],
    }));
    if (slices.length === undelivered.length) return paths;
    if (query.destination === undefined) return [...paths, { sql: 'state = 2', values: [] }];
    return [
      ...paths,
      ...destinations.map(({ id }) => ({ sql: 'destination = ? AND state = 2', values: [id] })),
    ];
  }
  if (query.destination === undefined) return [{ sql: '1', values: [] }];
  return destinations.map(({ id }) => ({ sql: 'destination = ?', values: [id] }));
}

/** The state filter for rows found by event or incident. */
function stateFilter(kernel: Kernel, query: DeliveryQuery): Condition[] {
  if (query.status === undefined && query.destination === undefined) return [];
  const status = query.status ?? ['pending', 'held', 'sending', 'delivered', 'failed', 'dead', 'cancelled'];
  const slices = slicesOf(kernel, { status, ...(query.destination && { destination: query.destination }) });
  if (slices.length === 0) return [{ sql: '0', values: [] }];
  return [
    {
      sql: '(t.state, t.destination) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))',
      values: [JSON.stringify(slices.map(({ state, destination }) => [state, destination]))],
    },
  ];
}

/** A whole id that is searched for is gone to: nothing else holds such a text. Undefined for any other text. */
function pathOfId(text: string): Condition | undefined {
  const [delivery, event, incident] = (['dlv', 'evt', 'inc'] as const).map((kind) => parseId(kind, text));
  if (delivery !== undefined) return { sql: 'id = ?', values: [delivery] };
  if (event !== undefined) return { sql: 'event = ?', values: [event] };
  if (incident !== undefined)
    return { sql: 'event IN (SELECT e.id FROM event e WHERE e.incident = ?)', values: [incident] };
  return undefined;
}

/** `5xx`, `503`, `timeout`, `error` (no answer at all) → the numbers of the results stored so far that are meant. */
function resultWords({ db, interned }: Kernel, wanted: readonly string[]): number[] {
  const found = new Set<number>();
  for (const one of wanted) {
    if (/^[1-5]xx$/.test(one)) {
      const pattern = `${one[0]}[0-9][0-9]`;
      for (const id of db.prepare('SELECT id FROM word WHERE text GLOB ?').pluck().all(pattern))
        found.add(id as number);
    } else {
      for (const text of one === 'error' ? NO_ANSWER : [one]) {
        const id = interned.findWord(text);
        if (id !== undefined) found.add(id);
      }
    }
  }
  return [...found];
}

/** Nearly all deliveries end well: a success is no narrower a path than a destination, everything else is. */
const isNarrow = (query: DeliveryQuery): boolean =>
  query.result !== undefined &&
  (query.destination === undefined || !query.result.some((one) => one.startsWith('2')));

/** What a text is looked for in: interned texts by their numbers, reasons, and ids. */
function searchOf(kernel: Kernel, text: string): Condition {
  const { interned } = kernel;
  const pattern = likePattern(text);
  const words = interned.wordsLike(pattern);
  return anyOf([
    inList('t.route', interned.routesLike(pattern)),
    inList('t.result', words),
    inList('(SELECT type FROM event e WHERE e.id = t.event)', words),
    holds('t.reason', text),
    ...idSearch('dlv', 't.id', text),
    ...idSearch('evt', 't.event', text),
    ...idSearch('inc', 't.incident', text),
  ]);
}

/** Whether an id that exists could begin with the text. */
function mayBeginId({ clock }: Kernel, text: string): boolean {
  if (
    idSearch('dlv', 'id', text).length +
      idSearch('evt', 'id', text).length +
      idSearch('inc', 'id', text).length ===
    0
  )
    return false;
  const range = idPrefixRange('dlv', text.replace(/^(dlv|evt|inc)_/i, ''));
  return range !== undefined && range.first <= firstIdAt(clock.now() + DAY_MS);
}

/**
 * The rows that can hold a text at all: those with a matching result, of a destination with a matching URL, and the few with a reason.
 * Null when event types or ids match, or too much does: then the whole list is walked.
 */
function searchPaths(kernel: Kernel, text: string): Path[] | null {
  const { db, interned } = kernel;
  const pattern = likePattern(text);
  const words = interned.wordsLike(pattern);
  if (words.length > MOST_WORDS || mayBeginId(kernel, text)) return null;
  const isType = db.prepare('SELECT 1 FROM event WHERE type = ? LIMIT 1');
  if (words.some((word) => isType.get(word) !== undefined)) return null;
  const isResult = db.prepare('SELECT 1 FROM delivery WHERE result = ? LIMIT 1');
  const results = words.filter((word) => isResult.get(word) !== undefined);
  const destinations = new Set(
    interned.routesLike(pattern).map((route) => interned.routeOf(route).destination),
  );
  if (results.length + destinations.size > MOST_PATHS) return null;
  return [
    { sql: 'reason IS NOT NULL', values: [], index: 'delivery_reason' },
    ...results.map((result) => ({ sql: 'result = ?', values: [result] })),
    ...[...destinations].map((destination) => ({ sql: 'destination = ?', values: [destination] })),
  ];
}

/** The path of rows that are few: of one event, one incident, one id. */
function fewOf(query: DeliveryQuery, resolveId: ResolveId): Condition | undefined {
  if (query.event !== undefined) return { sql: 'event = ?', values: [resolveId('evt', query.event)] };
  if (query.incident === undefined) return query.search ? pathOfId(query.search) : undefined;
  return {
    sql: 'event IN (SELECT e.id FROM event e WHERE e.incident = ?)',
    values: [resolveId('inc', query.incident)],
  };
}

/** @throws RelayError object.not_found, usage.ambiguous_id for the event or incident */
export function walkOf(kernel: Kernel, query: DeliveryQuery, resolveId: ResolveId): Walk {
  const { search, body, result, status, destination } = query;
  const filters: Condition[] = [];
  if (search) filters.push(searchOf(kernel, search));
  if (body) filters.push(holdsText(body));
  if (query.type !== undefined) {
    const type = kernel.interned.findWord(query.type);
    if (type === undefined) return { paths: [], filters: [], isCostly: false };
    filters.push({ sql: '(SELECT type FROM event e WHERE e.id = t.event) = ?', values: [type] });
  }
  const isCostly = Boolean(body);
  const results = result === undefined ? undefined : resultWords(kernel, result);
  if (results !== undefined && isNarrow(query) && fewOf(query, resolveId) === undefined) {
    const paths = results.map((word) => ({ sql: 'result = ?', values: [word] }));
    return { paths, filters: [...filters, ...stateFilter(kernel, query)], isCostly };
  }
  if (results !== undefined) filters.push(inList('t.result', results));
  const few = fewOf(query, resolveId);
  if (few !== undefined)
    return { paths: [few], filters: [...filters, ...stateFilter(kernel, query)], isCostly };
  const isFree = status === undefined && destination === undefined;
  const found = search && isFree ? searchPaths(kernel, search) : null;
  return { paths: found ?? pathsOf(kernel, query), filters, isCostly: isCostly || Boolean(found) };
}
