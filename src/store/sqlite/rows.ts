// Rows as SQLite gives them, and the records of the model made from them. No statements here.

import { formatId, idTime } from '../../core/ids.js';
import type { Alert, KindTexts } from '../../model/alert.js';
import type { Delivery } from '../../model/delivery.js';
import type { RelayEvent } from '../../model/event.js';
import type { Incident } from '../../model/incident.js';
import { PENDING, PRIORITY, RESULT, SEVERITY, SIGNAL, STATE, STATUS, wordOrNull } from './codes.js';
import type { Kernel } from './kernel.js';
import { type EventSurroundings, type OpenerTexts, unpackData } from './packed-data.js';
import { unpackPayload } from './packed-payload.js';
import { idOrNull } from './public-ids.js';

export const jsonOrNull = (value: object): string | null => {
  for (const _ in value) return JSON.stringify(value);
  return null;
};
const parseMap = (text: string | null): Readonly<Record<string, string>> =>
  text === null ? {} : (JSON.parse(text) as Record<string, string>);
const parseList = <Item>(text: string | null): readonly Item[] =>
  text === null ? [] : (JSON.parse(text) as Item[]);

export interface IncidentRow {
  id: number;
  source: number;
  pack: number;
  service: number | null;
  channel: number | null;
  grouping: string;
  status: number;
  title: string;
  opener_title: string | null;
  is_shared: number;
  message: string | null;
  link: string | null;
  image: string | null;
  texts: string | null;
  labels: string | null;
  severity: number | null;
  priority: number | null;
  assignee: number | null;
  alert_count: number;
  opened_at: number;
  last_alert_at: number;
  acked_at: number | null;
  acked_by: number | null;
  first_acked_at: number | null;
  resolved_at: number | null;
  resolved_by: number | null;
  silenced: number | null;
}

/**
 * Message, link, image and labels are those of the alert that opened the incident while it has no message of its own: one copy on disk.
 * Needs `incident i LEFT JOIN alert o ON o.id = i.opener`.
 */
export const INCIDENT_COLUMNS = `i.id, i.source, i.pack, i.service, i.channel, i.grouping, i.status, i.title,
  o.title AS opener_title, i.message IS NULL AND o.id IS NOT NULL AS is_shared,
  CASE WHEN i.message IS NULL THEN o.message ELSE i.message END AS message,
  CASE WHEN i.message IS NULL THEN o.link ELSE i.link END AS link,
  CASE WHEN i.message IS NULL THEN o.image ELSE i.image END AS image,
  CASE WHEN i.message IS NULL THEN o.labels ELSE i.labels END AS labels,
  i.severity, i.priority, i.assignee, i.alert_count, i.opened_at, i.last_alert_at, i.acked_at, i.acked_by, i.first_acked_at,
  i.resolved_at, i.resolved_by, i.texts, i.silenced`;
export const INCIDENT_FROM = 'incident i LEFT JOIN alert o ON o.id = i.opener';

export function toIncident({ interned }: Kernel, row: IncidentRow): Incident {
  return {
    id: formatId('inc', row.id),
    source: interned.text(row.source),
    pack: interned.text(row.pack),
    service: interned.textOrNull(row.service),
    channel: interned.textOrNull(row.channel),
    groupingId: row.grouping,
    status: STATUS.word(row.status),
    title: row.title,
    message: row.message ?? '',
    link: row.link,
    imageUrl: row.image,
    texts: row.texts === null ? {} : (JSON.parse(row.texts) as KindTexts),
    severity: wordOrNull(SEVERITY, row.severity),
    priority: wordOrNull(PRIORITY, row.priority),
    assignee: interned.textOrNull(row.assignee),
    labels: parseMap(row.labels),
    alertCount: row.alert_count,
    openedAt: row.opened_at,
    lastAlertAt: row.last_alert_at,
    acknowledgedAt: row.acked_at,
    acknowledgedBy: interned.textOrNull(row.acked_by),
    firstAcknowledgedAt: row.first_acked_at,
    resolvedAt: row.resolved_at,
    resolvedBy: interned.textOrNull(row.resolved_by),
    silenced: row.silenced === 1,
  };
}

/** What the incident's events need not say themselves; null where its texts are its own. */
export function openerOf(row: IncidentRow): OpenerTexts | null {
  if (row.is_shared === 0) return null;
  const { opener_title: title, message, link, labels } = row;
  return { title: title as string, message: message as string, link, labels };
}

export interface AlertRow {
  id: number;
  source: number;
  incident: number | null;
  at: number;
  signal: number;
  result: number;
  grouping: string;
  title: string;
  message: string;
  link: string | null;
  image: string | null;
  severity: number | null;
  priority: number | null;
  labels: string | null;
  members: string | null;
  errors: string | null;
  payload: string;
  cuts: string | null;
}

/** The grouping id is the incident's when the alert has none of its own. Needs `alert a LEFT JOIN incident i ON i.id = a.incident`. */
export const ALERT_COLUMNS = `a.id, a.source, a.incident, a.at, a.signal, a.result, coalesce(a.grouping, i.grouping) AS grouping,
  a.title, a.message, a.link, a.image, a.severity, a.priority, a.labels, a.members, a.errors, a.payload, a.cuts`;
export const ALERT_FROM = 'alert a LEFT JOIN incident i ON i.id = a.incident';

export function toAlert({ interned }: Kernel, row: AlertRow): Alert {
  return {
    id: formatId('alt', row.id),
    source: interned.text(row.source),
    receivedAt: row.at,
    incident: idOrNull('inc', row.incident),
    result: RESULT.word(row.result),
    signal: SIGNAL.word(row.signal),
    groupingId: row.grouping,
    title: row.title,
    message: row.message,
    link: row.link,
    imageUrl: row.image,
    severity: wordOrNull(SEVERITY, row.severity),
    priority: wordOrNull(PRIORITY, row.priority),
    labels: parseMap(row.labels),
    members: parseList(row.members),
    payload: unpackPayload(row.payload, row.cuts, row),
    renderErrors: parseList(row.errors),
  };
}

export interface EventRow extends DataRow {
  event: number;
  type: number;
  alert: number | null;
  source: number | null;
  actor: number;
  channels: number;
  unmatched: number;
}

/** An event's data as it is stored, with what it refers to. */
export interface DataRow {
  at: number;
  incident: number | null;
  data: string;
  grouping: string | null;
  title: string | null;
  message: string | null;
  link: string | null;
  labels: string | null;
}

/** Needs `EVENT_FROM`, as all that follow. */
export const DATA_COLUMNS = 'e.at, e.incident, e.data, i.grouping, o.title, o.message, o.link, o.labels';
export const EVENT_COLUMNS = `e.id AS event, e.type, e.alert, e.source, e.actor, e.channels, e.unmatched, ${DATA_COLUMNS}`;
/** What `event e` is joined with: its data refers to the incident and to the alert that opened it. */
export const EVENT_JOIN = 'LEFT JOIN incident i ON i.id = e.incident LEFT JOIN alert o ON o.id = i.opener';
export const EVENT_FROM = `event e ${EVENT_JOIN}`;

export function dataOf(row: DataRow): string {
  const { at, incident, grouping, title, message, link, labels } = row;
  const opener = title === null || message === null ? null : { title, message, link, labels };
  const around: EventSurroundings | null =
    incident === null || grouping === null ? null : { at, incident, grouping, opener };
  return unpackData(row.data, around);
}

export function toEvent({ interned }: Kernel, row: EventRow): RelayEvent {
  return {
    id: formatId('evt', row.event),
    type: interned.text(row.type),
    at: row.at,
    incident: idOrNull('inc', row.incident),
    alert: idOrNull('alt', row.alert),
    source: interned.textOrNull(row.source),
    actor: interned.text(row.actor),
    channels: parseList<string>(interned.text(row.channels)),
    data: dataOf(row),
    unmatched: row.unmatched === 1,
  };
}

export interface DeliveryRow {
  id: number;
  event: number;
  incident: number | null;
  destination: number;
  route: number;
  state: number;
  blocked: number;
  due_at: number | null;
  sent_at: number | null;
  tries: number;
  result: number | null;
  reason: string | null;
  type: number;
}

/** Needs `delivery d JOIN event e ON e.id = d.event`. */
export const DELIVERY_COLUMNS = `d.id, d.event, d.incident, d.destination, d.route, d.state, d.blocked, d.due_at, d.sent_at, d.tries,
  d.result, d.reason, e.type`;

export function toDelivery({ interned, held }: Kernel, row: DeliveryRow): Delivery {
  const route = interned.routeOf(row.route);
  const isPending = row.state === PENDING;
  const waits = isPending && row.blocked === 1 ? 'waits for an earlier event of its incident' : '';
  return {
    id: formatId('dlv', row.id),
    event: formatId('evt', row.event),
    eventType: interned.text(row.type),
    incident: idOrNull('inc', row.incident),
    destination: route.ref,
    url: route.url,
    state: isPending && held.refs.has(route.ref) ? 'held' : STATE.word(row.state),
    createdAt: idTime(row.id),
    sentAt: row.sent_at,
    dueAt: isPending ? row.due_at : null,
    tries: row.tries,
    result: row.result === null ? '' : interned.text(row.result),
    reason: row.reason ?? waits,
    routedBecause: route.because,
  };
}
