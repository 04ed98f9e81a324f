// Deliveries and their attempts, as lists and one by one.

import type { Attempt, Delivery } from '../../../model/delivery.js';
import type { DeliveryQuery, Page } from '../../store.js';
import type { Attempts } from '../attempts.js';
import { coversRef, slicesOf } from '../bulk.js';
import { DELIVERED } from '../codes.js';
import type { Kernel } from '../kernel.js';
import { unpackData } from '../packed-text.js';
import type { ResolveId } from '../public-ids.js';
import { DELIVERY_COLUMNS, type DeliveryRow, toDelivery } from '../rows.js';
import { anyOf, type Condition, inList, type ListPlan, likePattern, readPage } from './page.js';
import { idSearch } from './search.js';

const SORTS = {
  created_at: null,
  sent_at: 'coalesce(t.sent_at, 0)',
  event: '(SELECT w.text FROM event e JOIN word w ON w.id = e.type WHERE e.id = t.event)',
  destination: '(SELECT ref FROM destination d WHERE d.id = t.destination)',
  url: '(SELECT url FROM route r WHERE r.id = t.route)',
  result: "coalesce((SELECT text FROM word w WHERE w.id = t.result), '')",
  tries: 't.tries',
  state: 't.state',
};

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

function searchOf({ interned }: Kernel, text: string): Condition {
  const pattern = likePattern(text);
  const words = interned.wordsLike(pattern);
  return anyOf([
    inList('t.route', interned.routesLike(pattern)),
    inList('t.result', words),
    inList('(SELECT type FROM event e WHERE e.id = t.event)', words),
    { sql: "t.reason LIKE ? ESCAPE '\\'", values: [pattern] },
    ...idSearch('dlv', 't.id', text),
    ...idSearch('evt', 't.event', text),
    ...idSearch('inc', 't.incident', text),
  ]);
}

export function prepareDeliveryLists(kernel: Kernel, attempts: Attempts, resolveId: ResolveId) {
  const { db } = kernel;
  const from = 'delivery d JOIN event e ON e.id = d.event';
  const find = db.prepare(`SELECT ${DELIVERY_COLUMNS} FROM ${from} WHERE d.id = ?`);
  const dataOf = db.prepare(`SELECT e.data FROM ${from} WHERE d.id = ?`).pluck();

  function planOf(query: DeliveryQuery): ListPlan<DeliveryRow> {
    const filters = query.search ? [searchOf(kernel, query.search)] : [];
    let paths: Condition[];
    if (query.event !== undefined) {
      paths = [{ sql: 'event = ?', values: [resolveId('evt', query.event)] }];
      filters.push(...stateFilter(kernel, query));
    } else if (query.incident !== undefined) {
      const incident = resolveId('inc', query.incident);
      paths = [{ sql: 'event IN (SELECT e.id FROM event e WHERE e.incident = ?)', values: [incident] }];
      filters.push(...stateFilter(kernel, query));
    } else paths = pathsOf(kernel, query);
    return {
      table: 'delivery',
      paths,
      filters,
      sorts: SORTS,
      defaultSort: 'created_at',
      rowsSql: `SELECT ${DELIVERY_COLUMNS} FROM json_each(?) j JOIN delivery d ON d.id = j.value JOIN event e ON e.id = d.event`,
      idOf: (row) => row.id,
    };
  }

  return {
    getDelivery: async (id: string): Promise<Delivery> =>
      toDelivery(kernel, find.get(resolveId('dlv', id)) as DeliveryRow),
    listDeliveries: async (query: DeliveryQuery): Promise<Page<Delivery>> =>
      readPage(kernel, planOf(query), query, (row) => toDelivery(kernel, row)),
    listAttempts: async (delivery: string): Promise<readonly Attempt[]> => {
      const number = resolveId('dlv', delivery);
      return attempts.list(number, unpackData(dataOf.get(number) as string));
    },
  };
}
