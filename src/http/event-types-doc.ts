// Every event type in words, with an example of its `data`: what `GET /events/types` answers and the docs show.

import type { EventDraft } from '../model/event.js';
import { incidentEventData, sourceRateLimitedData } from '../model/event-data.js';
import { KNOWN_EVENT_TYPES, subscribes } from '../model/event-types.js';
import type { Incident } from '../model/incident.js';
import { type Maintenance, maintenanceEventData } from '../model/maintenance.js';
import type { EventTypeItem } from './api-types.js';

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

interface IncidentExample {
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

const INCIDENT_EXAMPLES: Record<string, IncidentExample> = {
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

const DESCRIPTIONS: Record<string, string> = {
  'organization.updated': 'An organization was created or renamed.',
  'user.updated': 'A user was added, or their name, e-mail or telephone changed.',
  'delivery.failed': 'A delivery used up its retries, or was given up.',
  'destination.degraded': 'A destination failed several times in a row.',
  'destination.disabled': 'A destination answered 410 Gone: nothing is sent to it until it is resumed.',
  'destination.recovered': 'A degraded destination answered well again.',
  'source.rate_limited':
    'A source got more requests than its rate_limit: they are answered 429. Once for a limited period, at most once an hour.',
  'source.maintenance_started': 'Maintenance of a source began: silence, or collection in one incident.',
  'source.maintenance_ended': 'Maintenance of a source ended, by its time or by hand.',
};

const MAINTENANCE: Maintenance = {
  source: 'datadog-prod',
  mode: 'silence',
  startedAt: OPENED_AT,
  until: OPENED_AT + 2 * HOUR_MS,
  by: 'cli:dana',
};

/** Of operational events whose `data` is not that of a destination. */
const OPERATIONAL_EXAMPLES: Record<string, unknown> = {
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

const PUBLIC_URL = 'https://relay.example.org';

/** The `data` of the type's example; null for one that has no fixed form. */
export function exampleOf(type: string): unknown {
  const given = INCIDENT_EXAMPLES[type];
  if (given === undefined) return OPERATIONAL_EXAMPLES[type] ?? null;
  const incident = { ...TRIGGERED, ...given.incident };
  const draft = { type, ...(given.change ? { change: given.change } : {}) };
  return JSON.parse(incidentEventData(incident, draft, given.actor ?? 'source:datadog-prod', PUBLIC_URL));
}

export function documentedEventTypes(): EventTypeItem[] {
  return KNOWN_EVENT_TYPES.map((type) => ({
    type,
    description: INCIDENT_EXAMPLES[type]?.description ?? DESCRIPTIONS[type] ?? '',
    in_star: subscribes(['*'], type),
    example: exampleOf(type),
  }));
}
