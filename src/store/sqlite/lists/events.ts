// Events, as a list and one by one.

import type { RelayEvent } from '../../../model/event.js';
import type { EventQuery, Page } from '../../store.js';
import type { Kernel } from '../kernel.js';
import type { ResolveId } from '../public-ids.js';
import { EVENT_COLUMNS, EVENT_FROM, EVENT_JOIN, type EventRow, toEvent } from '../rows.js';
import { anyOf, type Condition, inList, type ListPlan, likePattern, readPage } from './page.js';
import { holds, idSearch, jsonHolds } from './search.js';

/** The narrowest index first; what it does not cover becomes a filter. */
function splitQuery(
  { interned }: Kernel,
  query: EventQuery,
  incident: number | undefined,
): { path: Condition; filters: Condition[] } {
  const conditions: Condition[] = [];
  if (incident !== undefined) conditions.push({ sql: 'incident = ?', values: [incident] });
  if (query.unmatched === true) conditions.push({ sql: 'unmatched = 1', values: [] });
  if (query.type !== undefined)
    conditions.push({ sql: 'type = ?', values: [interned.findWord(query.type) ?? -1] });
  if (query.unmatched === false) conditions.push({ sql: 'unmatched = 0', values: [] });
  const indexed = query.unmatched === false && conditions.length === 1 ? undefined : conditions.shift();
  return {
    path: indexed ?? { sql: '1', values: [] },
    filters: conditions.map(({ sql, values }) => ({ sql: `t.${sql}`, values })),
  };
}

function channelFilter({ db }: Kernel, channel: string): Condition {
  const lists = db
    .prepare("SELECT id, text FROM word WHERE text LIKE ? ESCAPE '\\'")
    .all(`[${likePattern(JSON.stringify(channel))}`) as { id: number; text: string }[];
  const ids = lists
    .filter(({ text }) => (JSON.parse(text) as string[]).includes(channel))
    .map(({ id }) => id);
  return inList('t.channels', ids);
}

function searchOf({ interned }: Kernel, text: string): Condition {
  const pattern = likePattern(text);
  const words = interned.wordsLike(pattern);
  const inData = jsonHolds('t.data', text);
  return anyOf([
    ...['t.type', 't.actor', 't.source', 't.channels'].map((column) => inList(column, words)),
    holds('(SELECT title FROM incident i WHERE i.id = t.incident)', text),
    { sql: `(t.incident IS NULL AND ${inData.sql})`, values: inData.values },
    ...idSearch('evt', 't.id', text),
    ...idSearch('inc', 't.incident', text),
  ]);
}

export function prepareEventLists(kernel: Kernel, resolveId: ResolveId) {
  const find = kernel.db.prepare(`SELECT ${EVENT_COLUMNS} FROM ${EVENT_FROM} WHERE e.id = ?`);

  function planOf(query: EventQuery): ListPlan<EventRow> {
    const incident = query.incident === undefined ? undefined : resolveId('inc', query.incident);
    const { path, filters } = splitQuery(kernel, query, incident);
    if (query.channel !== undefined) filters.push(channelFilter(kernel, query.channel));
    if (query.search) filters.push(searchOf(kernel, query.search));
    return {
      table: 'event',
      paths: [path],
      filters,
      sorts: { at: null, type: '(SELECT text FROM word w WHERE w.id = t.type)' },
      defaultSort: 'at',
      rowsSql: `SELECT ${EVENT_COLUMNS} FROM json_each(?) j JOIN event e ON e.id = j.value ${EVENT_JOIN}`,
      idOf: (row) => row.event,
    };
  }

  return {
    getEvent: async (id: string): Promise<RelayEvent> =>
      toEvent(kernel, find.get(resolveId('evt', id)) as EventRow),
    listEvents: async (query: EventQuery): Promise<Page<RelayEvent>> =>
      readPage(kernel, planOf(query), query, (row) => toEvent(kernel, row)),
  };
}
