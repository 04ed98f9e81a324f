// An example of every event type with a fixed form: what the docs and previews show, and what templates of webhooks are tried on.

import { DIRECTORY_EXAMPLES } from './directory-events.js';
import type { EventDraft, RelayEvent } from './event.js';
import { destinationEventData, incidentEventData, sourceRateLimitedData } from './event-data.js';
import type { Incident, TimelineEntry } from './incident.js';
import { type Maintenance, maintenanceEventData } from './maintenance.js';

const OPENED_AT = Date.UTC(2026, 0, 15, 9, 30);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const TRIGGERED: Incident = {
  id: 'inc_01h8z6q4m2k',
  source: 'datadog-prod',
  pack: 'datadog',
  service: 'payments-api',
  channel: 'ops',
  groupingId: '4711',
  status: 'triggered',
  title: 'Error rate of payments-api is high',
  message: '5.2 % of requests failed in the last 5 minutes',
  link: 'https://app.datadoghq.com/monitors/4711',
  imageUrl: null,
  texts: {},
  severity: 'high',
  priority: 'P2',
  assignee: 'user:dana',
  labels: { env: 'prod', team: 'payments' },
  alertCount: 1,
  openedAt: OPENED_AT,
  lastAlertAt: OPENED_AT,
  acknowledgedAt: null,
  acknowledgedBy: null,
  firstAcknowledgedAt: null,
  resolvedAt: null,
  resolvedBy: null,
  silenced: false,
};

export interface IncidentExample {
  readonly description: string;
  readonly incident?: Partial<Incident>;
  readonly change?: EventDraft['change'];
  readonly actor?: string;
}

const ACKNOWLEDGED = {
  status: 'acknowledged',
  acknowledgedAt: OPENED_AT + 4 * MINUTE_MS,
  acknowledgedBy: 'user:dana',
  firstAcknowledgedAt: OPENED_AT + 4 * MINUTE_MS,
} as const;

export const INCIDENT_EXAMPLES: Record<string, IncidentExample> = {
  'incident.triggered': { description: 'An alert opened an incident.' },
  'incident.reassigned': {
    description: 'Somebody else is to take care of it.',
    incident: { assignee: 'user:kim' },
    change: { from: 'user:dana', to: 'user:kim' },
    actor: 'cli:dana',
  },
  'incident.acknowledged': {
    description: 'Somebody takes care of it.',
    incident: ACKNOWLEDGED,
    actor: 'user:dana',
  },
  'incident.unacknowledged': { description: 'Nobody takes care of it any more.', actor: 'user:dana' },
  'incident.resolved': {
    description: 'The condition is gone, or somebody closed it.',
    incident: {
      ...ACKNOWLEDGED,
      status: 'resolved',
      resolvedAt: OPENED_AT + 21 * MINUTE_MS,
      resolvedBy: 'source:datadog-prod',
    },
  },
  'incident.priority_changed': {
    description: 'It became more, or less, urgent.',
    incident: { priority: 'P1' },
    change: { from: 'P2', to: 'P1' },
    actor: 'cli:dana',
  },
  'incident.note_added': {
    description: 'Somebody wrote a note on it.',
    change: { note: 'rolled back to 4.2.1, watching' },
    actor: 'cli:dana',
  },
  'incident.repeated': {
    description: 'The same alert came again while it is open. Off unless it is named in a subscription.',
    incident: { alertCount: 2, lastAlertAt: OPENED_AT + MINUTE_MS },
  },
};

const MAINTENANCE: Maintenance = {
  source: 'datadog-prod',
  mode: 'silence',
  startedAt: OPENED_AT,
  until: OPENED_AT + 2 * HOUR_MS,
  by: 'cli:dana',
};

const troubleWith = (delivery: string | null, reason: string): object =>
  destinationEventData({
    destination: {
      ref: 'webhook/crm',
      noun: 'webhook',
      name: 'crm',
      kind: 'webhook',
      displayUrl: 'https://crm.example.org/hook',
    },
    delivery,
    at: OPENED_AT,
    reason,
  });

const OPERATIONAL_EXAMPLES: Record<string, unknown> = {
  'delivery.failed': troubleWith('dlv_01h8z6q4m2p', 'answered 503'),
  'destination.degraded': troubleWith(null, 'answered 503'),
  'destination.disabled': troubleWith(null, 'answered 410 Gone: the receiver wants no more'),
  'destination.recovered': troubleWith(null, 'answered 200'),
  'source.rate_limited': sourceRateLimitedData(
    'datadog-prod',
    { text: '300/5m', since: OPENED_AT, refused: 1 },
    OPENED_AT,
  ),
  'source.maintenance_started': maintenanceEventData(MAINTENANCE, OPENED_AT),
  'source.maintenance_ended': maintenanceEventData(MAINTENANCE, OPENED_AT + 2 * HOUR_MS, {
    announced: 2,
    stillFiring: 0,
  }),
};

/** The `data` of the type's example; null for one that Relay does not know. */
export function exampleOf(type: string): unknown {
  const given = INCIDENT_EXAMPLES[type];
  if (given === undefined) return OPERATIONAL_EXAMPLES[type] ?? DIRECTORY_EXAMPLES[type] ?? null;
  const incident = { ...TRIGGERED, ...given.incident };
  const draft = { type, ...(given.change ? { change: given.change } : {}) };
  return JSON.parse(incidentEventData(incident, draft, given.actor ?? 'source:datadog-prod'));
}

/** Stands where an event would have its id. */
const EXAMPLE_EVENT = 'evt_example';

/** The example as an event of its own, at the time of what happened last in it; null for a type that has none. */
export function exampleEvent(type: string): RelayEvent | null {
  const data = exampleOf(type);
  if (data === null) return null;
  const { incident, actor, source } = data as {
    incident?: { id: string; source: string };
    actor?: string;
    source?: string;
  };
  return {
    id: EXAMPLE_EVENT,
    type,
    at: incident ? (exampleTimeline(type).at(-1)?.at ?? OPENED_AT) : OPENED_AT,
    incident: incident?.id ?? null,
    alert: null,
    source: incident?.source ?? source ?? null,
    actor: actor ?? 'relay',
    channels: incident ? [TRIGGERED.channel as string] : [],
    data: JSON.stringify(data),
    unmatched: false,
  };
}

/** What has happened to the incident of the examples up to this one; nothing where it is of no incident. */
export function exampleTimeline(type: string): readonly TimelineEntry[] {
  const example = INCIDENT_EXAMPLES[type];
  if (example === undefined) return [];
  const { incident, change, actor = `source:${TRIGGERED.source}` } = example;
  const triggered: TimelineEntry = {
    at: OPENED_AT,
    action: 'triggered',
    by: `source:${TRIGGERED.source}`,
    detail: '',
  };
  const entries: TimelineEntry[] = [triggered];
  if (change?.to !== undefined && type === 'incident.reassigned') {
    const detail = `${change.from ?? 'nobody'} → ${change.to ?? 'nobody'}`;
    entries.push({ at: OPENED_AT + MINUTE_MS, action: 'reassigned', by: actor, detail });
  }
  if (incident?.acknowledgedAt)
    entries.push({
      at: incident.acknowledgedAt,
      action: 'acknowledged',
      by: incident.acknowledgedBy ?? '',
      detail: '',
    });
  if (incident?.resolvedAt)
    entries.push({ at: incident.resolvedAt, action: 'resolved', by: incident.resolvedBy ?? '', detail: '' });
  return entries;
}

/** What the source of the example sent. */
export const EXAMPLE_PAYLOAD = JSON.stringify({
  title: TRIGGERED.title,
  message: TRIGGERED.message,
  severity: TRIGGERED.severity,
  tags: TRIGGERED.labels,
});
