// Incidents and their timelines, as lists.

import type { Incident, TimelineEntry } from '../../../model/incident.js';
import type { IncidentQuery, Page } from '../../store.js';
import { ACTION, STATUS } from '../codes.js';
import type { Kernel } from '../kernel.js';
import { notFound, type ResolveId } from '../public-ids.js';
import { INCIDENT_COLUMNS, INCIDENT_FROM, type IncidentRow, toIncident } from '../rows.js';
import { anyOf, type Condition, inList, type ListPlan, likePattern, readPage } from './page.js';
import { holds, idSearch, wordFilter } from './search.js';

const SORTS = {
  opened_at: null,
  title: 't.title',
  severity: 'coalesce(t.severity, 9)',
  priority: 'coalesce(t.priority, 9)',
  status: 't.status',
  alerts: 't.alert_count',
  last_alert_at: 't.last_alert_at',
};

function pathsOf({ open, status }: IncidentQuery): Condition[] {
  const codes = STATUS.words.filter(
    (word) =>
      (status === undefined || status.includes(word)) &&
      (open === undefined || (word !== 'resolved') === open),
  );
  if (codes.length === STATUS.words.length) return [{ sql: '1', values: [] }];
  const paths: Condition[] = codes
    .filter((word) => word !== 'resolved')
    .map((word) => ({ sql: 'status < 2 AND status = ?', values: [STATUS.code(word)] }));
  if (codes.includes('resolved')) paths.push({ sql: 'status = 2', values: [] });
  return paths;
}

function searchOf(kernel: Kernel, text: string): Condition {
  const pattern = likePattern(text);
  const words = kernel.interned.wordsLike(pattern);
  return anyOf([
    holds('t.title', text),
    holds('t.grouping', text),
    ...['t.source', 't.service', 't.assignee', 't.channel'].map((column) => inList(column, words)),
    ...idSearch('inc', 't.id', text),
  ]);
}

export function prepareIncidentLists(kernel: Kernel, resolveId: ResolveId) {
  const { db, interned } = kernel;
  const find = db.prepare(`SELECT ${INCIDENT_COLUMNS} FROM ${INCIDENT_FROM} WHERE i.id = ?`);
  const entries = db.prepare('SELECT at, action, by, detail FROM timeline WHERE incident = ? ORDER BY id');

  function planOf(query: IncidentQuery): ListPlan<IncidentRow> {
    return {
      table: 'incident',
      paths: pathsOf(query),
      filters: [
        ...wordFilter(interned, 't.source', query.source),
        ...wordFilter(interned, 't.service', query.service),
        ...(query.search ? [searchOf(kernel, query.search)] : []),
      ],
      sorts: SORTS,
      defaultSort: 'opened_at',
      rowsSql: `SELECT ${INCIDENT_COLUMNS} FROM json_each(?) j JOIN ${INCIDENT_FROM.replace('incident i', 'incident i ON i.id = j.value')}`,
      idOf: (row) => row.id,
    };
  }

  return {
    getIncident: async (id: string): Promise<Incident> => {
      const row = find.get(resolveId('inc', id)) as IncidentRow | undefined;
      if (row === undefined) throw notFound('inc', id);
      return toIncident(kernel, row);
    },
    listIncidents: async (query: IncidentQuery): Promise<Page<Incident>> =>
      readPage(kernel, planOf(query), query, (row) => toIncident(kernel, row)),
    timeline: async (id: string): Promise<readonly TimelineEntry[]> => {
      type Row = { at: number; action: number; by: number; detail: string | null };
      return (entries.all(resolveId('inc', id)) as Row[]).map((row) => ({
        at: row.at,
        action: ACTION.word(row.action),
        by: interned.text(row.by),
        detail: row.detail ?? '',
      }));
    },
  };
}
