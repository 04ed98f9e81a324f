// JSON Schemas of what the API answers: the shapes of `api-types.ts` for the OpenAPI document. Tests hold real answers against them.

import { DELIVERY_STATES, TRIGGERS } from '../../model/delivery.js';
import { TIMELINE_ACTIONS } from '../../model/incident.js';
import { PRIORITIES, SEVERITIES } from '../../model/severity.js';
import { DESTINATION_ANSWERS } from './destination-answers.js';
import { EXPLAIN_ANSWERS } from './explain-types.js';
import { PREVIEW_ANSWERS } from './preview-answers.js';
import { REPLAY_ANSWERS } from './replay-types.js';
import {
  anything,
  flag,
  freeMap,
  instant,
  type JsonSchema,
  list,
  maybeInstant,
  maybeText,
  nullable,
  oneOf,
  origin,
  record,
  ref,
  text,
  textMap,
  whole,
} from './schema.js';
import { SOURCE_ANSWERS } from './source-answers.js';
import { STANDING_ANSWERS } from './standing-answers.js';
import { TOKEN_ANSWERS } from './token-types.js';

const severity = oneOf(...SEVERITIES, null);
const priority = oneOf(...PRIORITIES, null);

const changed = {
  name: text,
  warnings: list(record({ path: text, code: text, message: text, fix: maybeText })),
};

/** Shown in the answer to what made it, and never again. */
const made = { secret: maybeText, public_key: text };

const event = {
  id: text,
  type: text,
  at: instant,
  incident: maybeText,
  alert: maybeText,
  source: maybeText,
  actor: text,
  channels: list(text),
  unmatched: flag,
  title: text,
};

const incident = {
  id: text,
  source: text,
  pack: text,
  service: maybeText,
  channel: maybeText,
  grouping_id: text,
  status: oneOf('triggered', 'acknowledged', 'resolved'),
  title: text,
  message: text,
  link: maybeText,
  image_url: maybeText,
  texts: freeMap,
  severity,
  priority,
  assignee: maybeText,
  labels: textMap,
  alert_count: whole,
  opened_at: instant,
  last_alert_at: instant,
  acknowledged_at: maybeInstant,
  acknowledged_by: maybeText,
  first_acknowledged_at: maybeInstant,
  resolved_at: maybeInstant,
  resolved_by: maybeText,
  silenced: flag,
};

const delivery = {
  id: text,
  event: text,
  event_type: text,
  incident: maybeText,
  destination: text,
  url: text,
  state: oneOf(...DELIVERY_STATES),
  created_at: instant,
  sent_at: maybeInstant,
  due_at: maybeInstant,
  tries: whole,
  result: text,
  reason: text,
  routed_because: text,
};

const diagnostic = record({
  severity: oneOf('error', 'warning'),
  code: text,
  message: text,
  fix: maybeText,
  line: whole,
  column: whole,
  length: whole,
});

const attemptLine = record({
  kind: oneOf('attempt'),
  delivery: text,
  destination: text,
  url: text,
  event: text,
  event_type: text,
  incident: maybeText,
  outcome: text,
  state: oneOf(...DELIVERY_STATES),
  result: text,
  duration_ms: nullable(whole),
  at: instant,
});

/** Alerts and attempts are shown with all they hold; the keys named are those to rely on. */
const open = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

/** `components.schemas`. */
export const ANSWERS: Readonly<Record<string, JsonSchema>> = {
  Error: record({
    error: record({ code: text, message: text, why: text, fix: text, diagnostics: list(ref('Diagnostic')) }, [
      'why',
      'fix',
      'diagnostics',
    ]),
  }),
  Diagnostic: diagnostic,
  IngestAnswer: record({
    alerts: list(record({ id: text, incident: maybeText, duplicate: flag, result: text })),
  }),
  ...STANDING_ANSWERS,
  Reload: record({
    applied: flag,
    path: maybeText,
    added: list(text),
    changed: list(text),
    removed: list(text),
    secrets_made: list(text),
    warnings: list(ref('Diagnostic')),
  }),
  Change: record({ ...changed, ...made }, ['warnings', 'secret', 'public_key']),
  Secret: record({ ...changed, ...made }, ['public_key', 'warnings']),
  ...SOURCE_ANSWERS,
  ...DESTINATION_ANSWERS,
  ...EXPLAIN_ANSWERS,
  ...PREVIEW_ANSWERS,
  ...REPLAY_ANSWERS,
  ...TOKEN_ANSWERS,
  Channel: record({ name: text, title: text, origin, integrations: list(text), sources: list(text) }),
  Service: record({ name: text, title: text, assignee: maybeText, origin, open_incidents: whole }),
  Verify: record({ verified: list(text), reason: text }),
  Event: record(event),
  EventDetail: record({ ...event, data: anything, deliveries: list(ref('Delivery')) }),
  EventType: record({ type: text, description: text, in_star: flag, example: anything }),
  Send: record({ event: text, deliveries: whole }),
  Replay: record({ dry_run: flag, event: text, destinations: list(text), deliveries: list(text) }),
  IncidentSend: record({
    incident: text,
    event: text,
    event_type: text,
    deliveries: list(record({ id: text, destination: text })),
  }),
  Incident: record(incident),
  IncidentDetail: record({
    ...incident,
    url: maybeText,
    analytics: record({ tta: nullable(whole), ttr: nullable(whole) }),
    timeline: list(record({ at: instant, action: oneOf(...TIMELINE_ACTIONS), by: text, detail: text })),
    alerts: list(ref('Alert')),
    events: list(ref('Event')),
  }),
  Alert: open({
    id: text,
    source: text,
    received_at: instant,
    incident: maybeText,
    result: text,
    title: text,
  }),
  Delivery: record(delivery),
  ResentDelivery: record({ ...delivery, sends: oneOf('same', 'alone', 'first') }),
  DeliveryDetail: record({
    ...delivery,
    message_id: text,
    event_data: anything,
    attempts: list(ref('Attempt')),
  }),
  Attempt: record({
    id: text,
    delivery: text,
    started_at: instant,
    duration_ms: nullable(whole),
    timings: nullable(
      record({
        connection_reused: flag,
        dns_ms: nullable(whole),
        connect_ms: nullable(whole),
        tls_ms: nullable(whole),
        first_byte_ms: nullable(whole),
      }),
    ),
    trigger: oneOf(...TRIGGERS),
    outcome: oneOf('delivered', 'retry', 'rejected', 'gone', 'unknown'),
    method: text,
    url: text,
    request_headers: textMap,
    request_body: text,
    status: nullable(whole),
    response_headers: textMap,
    response_body: text,
    response_truncated: flag,
    error: maybeText,
    reason: text,
    batch: nullable(
      record({ id: text, deliveries: list(record({ delivery: text, event: text, event_type: text })) }),
    ),
  }),
  Bulk: record(
    {
      dry_run: flag,
      total: nullable(whole),
      gone: whole,
      changed: whole,
      waits_for: nullable(record({ destination: text, waiting: whole })),
      next: maybeText,
    },
    ['waits_for', 'gone'],
  ),
  Test: record({ destination: text, outcome: text, attempt: ref('Attempt') }),
  TailLine: {
    oneOf: [
      record({ kind: oneOf('event'), event: ref('Event') }),
      attemptLine,
      record({ kind: oneOf('end'), text }),
    ],
  },
};
