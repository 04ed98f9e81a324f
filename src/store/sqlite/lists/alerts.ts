// Alerts and rejected payloads, as lists.

import { formatId } from '../../../core/ids.js';
import type { Alert } from '../../../model/alert.js';
import type { ListQuery, Page, Reject } from '../../store.js';
import type { Kernel } from '../kernel.js';
import type { ResolveId } from '../public-ids.js';
import { ALERT_COLUMNS, ALERT_FROM, type AlertRow, toAlert } from '../rows.js';
import { anyOf, type Condition, inList, type ListPlan, likePattern, readPage } from './page.js';
import { holds, idSearch } from './search.js';

type AlertQuery = ListQuery & { incident?: string; source?: string };
type RejectQuery = ListQuery & { source?: string };
interface RejectRow {
  id: number;
  source: number;
  at: number;
  code: string;
  reason: string;
  content_type: string;
  body: string;
  body_bytes: number;
}

export function prepareAlertLists(kernel: Kernel, resolveId: ResolveId) {
  const { db, interned } = kernel;
  const find = db.prepare(`SELECT ${ALERT_COLUMNS} FROM ${ALERT_FROM} WHERE a.id = ?`);

  function planOf(query: AlertQuery): ListPlan<AlertRow> {
    const source = query.source === undefined ? undefined : (interned.findWord(query.source) ?? -1);
    const filters: Condition[] = [];
    let path: Condition = { sql: '1', values: [] };
    if (query.incident !== undefined)
      path = { sql: 'incident = ?', values: [resolveId('inc', query.incident)] };
    else if (source !== undefined) path = { sql: 'source = ?', values: [source] };
    if (query.incident !== undefined && source !== undefined)
      filters.push({ sql: 't.source = ?', values: [source] });
    if (query.search) filters.push(searchOf(kernel, query.search));
    return {
      table: 'alert',
      paths: [path],
      filters,
      sorts: { received_at: null, title: 't.title', result: 't.result', severity: 'coalesce(t.severity, 9)' },
      defaultSort: 'received_at',
      rowsSql: `SELECT ${ALERT_COLUMNS} FROM json_each(?) j JOIN ${ALERT_FROM.replace('alert a', 'alert a ON a.id = j.value')}`,
      idOf: (row) => row.id,
    };
  }

  return {
    getAlert: async (id: string): Promise<Alert> =>
      toAlert(kernel, find.get(resolveId('alt', id)) as AlertRow),
    listAlerts: async (query: AlertQuery): Promise<Page<Alert>> =>
      readPage(kernel, planOf(query), query, (row) => toAlert(kernel, row)),
  };
}

function searchOf({ interned }: Kernel, text: string): Condition {
  const pattern = likePattern(text);
  return anyOf([
    holds('t.title', text),
    holds('t.message', text),
    inList('t.source', interned.wordsLike(pattern)),
    ...idSearch('alt', 't.id', text),
    ...idSearch('inc', 't.incident', text),
  ]);
}

export function prepareRejectLists(kernel: Kernel) {
  const { interned } = kernel;

  function planOf(query: RejectQuery): ListPlan<RejectRow> {
    const pattern = likePattern(query.search ?? '');
    return {
      table: 'reject',
      paths: [
        query.source === undefined
          ? { sql: '1', values: [] }
          : { sql: 'source = ?', values: [interned.findWord(query.source) ?? -1] },
      ],
      filters: query.search
        ? [
            anyOf([
              ...['t.code', 't.reason', 't.body'].map((column) => holds(column, query.search as string)),
              inList('t.source', interned.wordsLike(pattern)),
              ...idSearch('rej', 't.id', query.search),
            ]),
          ]
        : [],
      sorts: { at: null, code: 't.code' },
      defaultSort: 'at',
      rowsSql: 'SELECT r.* FROM json_each(?) j JOIN reject r ON r.id = j.value',
      idOf: (row) => row.id,
    };
  }

  return {
    listRejects: async (query: RejectQuery): Promise<Page<Reject>> =>
      readPage(kernel, planOf(query), query, (row) => ({
        id: formatId('rej', row.id),
        source: interned.text(row.source),
        at: row.at,
        code: row.code,
        reason: row.reason,
        contentType: row.content_type,
        body: row.body,
        bodyBytes: row.body_bytes,
      })),
  };
}
