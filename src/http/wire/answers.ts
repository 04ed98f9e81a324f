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
import { TOKEN_ANSWERS } from './token-types.js';

const severity = oneOf(...SEVERITIES, null);
const priority = oneOf(...PRIORITIES, null);

const changed = {
  name: text,
  warnings: list(record({ path: text, code: text, message: text, fix: maybeText })),
};

/** Shown in the answer to what made it, and never again. */
const made = { secret: maybeText, public_key: text };

const maintenance = {
  source: text,
  mode: oneOf('silence', 'collect'),
  started_at: instant,
  until: maybeInstant,
  by: text,
};

const source = {
  name: text,
  pack: text,
  service: maybeText,
  channel: maybeText,
  split: maybeText,
  origin,
  state: oneOf('active', 'paused'),
  last_heard_at: maybeInstant,
  alerts_24h: whole,
  rejects_24h: whole,
  wrong_keys: nullable(record({ count: whole, last_at: instant, last_from: text })),
  heartbeat: nullable(record({ every: text, state: oneOf('waiting', 'heard', 'missed') })),
  maintenance: nullable(ref('Maintenance')),
};

const pack = {
  slug: text,
  title: text,
  description: text,
  auto_resolve: flag,
  acknowledges: flag,
  built_in: flag,
  used_by: list(text),
};

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
  Status: record({
    version: text,
    pid: whole,
    started_at: instant,
    config_path: maybeText,
    config_loaded_at: instant,
    listening: text,
    public_url: text,
    socket: text,
    database: record({ path: text, size_bytes: whole, oldest_event_at: maybeInstant }),
    last_hour: record({
      events: whole,
      incidents_opened: whole,
      incidents_open: whole,
      deliveries: { type: 'object', additionalProperties: whole },
    }),
    healthy: flag,
    problems: list(record({ destination: maybeText, text, see: text })),
    paused: list(record({ object: text, text, see: text })),
    noticed: list(record({ object: text, text, see: text })),
    warnings: list(record({ object: text, text, see: text })),
    backlog: list(record({ destination: text, waiting: whole, failed: whole, oldest_due_at: maybeInstant })),
  }),
  MailTest: record({ server: text, answer: text }),
  DoctorCheck: record({
    name: text,
    ok: flag,
    level: oneOf('ok', 'warning', 'error'),
    text,
    fix: maybeText,
  }),
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
  Pack: record(pack),
  PackDetail: record({
    ...pack,
    connect: text,
    templates: textMap,
    variables: textMap,
    splits: list(text),
    split: maybeText,
    verify: list(text),
    samples: list(record({ name: text, text, content_type: text, headers: textMap })),
  }),
  Source: record(source),
  Maintenance: record(maintenance),
  MaintenanceEnd: record({ source: text, announced: whole, still_firing: whole }),
  SourceDetail: record({
    ...source,
    url: text,
    connect: text,
    templates: textMap,
    snapshot_taken_at: maybeInstant,
    signature: text,
    subscription: maybeText,
    rate_limit: maybeText,
    rate_limited_24h: whole,
    auto_resolve_after: maybeText,
    template_failures: list(record({ template: text, count: whole, last_at: instant, last_error: text })),
    template_failures_incident: maybeText,
  }),
  ...DESTINATION_ANSWERS,
  ...EXPLAIN_ANSWERS,
  ...PREVIEW_ANSWERS,
  ...REPLAY_ANSWERS,
  Reject: record({
    id: text,
    source: text,
    at: instant,
    code: text,
    reason: text,
    content_type: text,
    body: text,
    body_bytes: whole,
  }),
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
  Database: record({
    path: text,
    schema_version: whole,
    size_bytes: whole,
    wal_bytes: whole,
    counts: { type: 'object', additionalProperties: whole },
    oldest_event_at: maybeInstant,
    instance_id: text,
  }),
  TailLine: {
    oneOf: [
      record({ kind: oneOf('event'), event: ref('Event') }),
      attemptLine,
      record({ kind: oneOf('end'), text }),
    ],
  },
};
