// Answers of the API as the daemon gives them, for screens.

import type {
  DeliveryDetail,
  DeliveryItem,
  IncidentDetail,
  IncidentItem,
  SigningKeyItem,
  Treatment,
  WebhookDetail,
} from '../../../src/http/wire/api-types.js';
import { ago } from './run.js';

export const MINUTE = 60_000;

export const INCIDENT: IncidentItem = {
  id: 'inc_0b4k2m00001',
  source: 'prometheus',
  pack: 'alertmanager',
  service: 'payments-api',
  channel: 'ops',
  grouping_id: '{}:{alertname="HighErrorRate"}',
  status: 'triggered',
  title: 'HighErrorRate on payments',
  message: '5.2 % of requests failed\nin the last 5 minutes',
  link: 'https://grafana.example.org/d/1',
  image_url: null,
  texts: {},
  severity: 'critical',
  priority: 'P1',
  assignee: 'user:dana',
  labels: { env: 'prod', team: 'payments' },
  alert_count: 3,
  opened_at: ago(12 * MINUTE),
  last_alert_at: ago(2 * MINUTE),
  acknowledged_at: null,
  acknowledged_by: null,
  first_acknowledged_at: null,
  resolved_at: null,
  resolved_by: null,
  silenced: false,
};

const alert = (
  id: string,
  minutes: number,
  result: 'opened' | 'repeated',
): IncidentDetail['alerts'][number] => ({
  id,
  source: 'prometheus',
  received_at: ago(minutes * MINUTE),
  incident: INCIDENT.id,
  result,
  signal: 'trigger',
  grouping_id: INCIDENT.grouping_id,
  title: INCIDENT.title,
  message: '',
  link: null,
  image_url: null,
  severity: 'critical',
  priority: null,
  labels: {},
  members: [
    { title: 'HighErrorRate web-1', state: 'resolved', labels: {}, starts_at: ago(12 * MINUTE), link: null },
    { title: 'HighErrorRate web-2', state: 'firing', labels: {}, starts_at: ago(11 * MINUTE), link: null },
  ],
  payload: '{}',
  render_errors: [],
});

export const INCIDENT_DETAIL: IncidentDetail = {
  ...INCIDENT,
  url: 'http://127.0.0.1:8480/incidents/inc_0b4k2m00001',
  analytics: { tta: null, ttr: null },
  timeline: [
    { at: ago(12 * MINUTE), action: 'triggered', by: 'source:prometheus', detail: '' },
    { at: ago(5 * MINUTE), action: 'priority_changed', by: 'cli:sam', detail: 'P2 → P1' },
  ],
  alerts: [
    alert('alt_0b4k2m00001', 12, 'opened'),
    alert('alt_0b4k2m00009', 2, 'repeated'),
    alert('alt_0b4k2m00005', 6, 'repeated'),
  ],
  events: [
    {
      id: 'evt_0b4k2m00009',
      type: 'incident.priority_changed',
      at: ago(5 * MINUTE),
      incident: INCIDENT.id,
      alert: null,
      source: 'prometheus',
      actor: 'cli:sam',
      channels: ['ops'],
      unmatched: true,
      title: INCIDENT.title,
    },
    {
      id: 'evt_0b4k2m00002',
      type: 'incident.triggered',
      at: ago(12 * MINUTE),
      incident: INCIDENT.id,
      alert: 'alt_0b4k2m00001',
      source: 'prometheus',
      actor: 'source:prometheus',
      channels: ['ops'],
      unmatched: false,
      title: INCIDENT.title,
    },
  ],
};

export const DELIVERY: DeliveryItem = {
  id: 'dlv_0b4k2m00003',
  event: 'evt_0b4k2m00002',
  event_type: 'incident.triggered',
  incident: INCIDENT.id,
  destination: 'webhook/crm',
  url: 'https://crm.example.org/hook',
  state: 'failed',
  created_at: ago(12 * MINUTE),
  sent_at: ago(10 * MINUTE),
  due_at: null,
  tries: 2,
  result: '503',
  reason: 'retries used up after 503',
  routed_because: 'subscription webhook crm',
};

export const DELIVERED: DeliveryItem = {
  ...DELIVERY,
  id: 'dlv_0b4k2m00004',
  destination: 'integration/terminal',
  url: 'daemon output',
  state: 'delivered',
  tries: 1,
  result: '200',
  reason: '',
  routed_because: 'channel ops',
};

const ATTEMPT: DeliveryDetail['attempts'][number] = {
  id: 'att_0b4k2m00007',
  delivery: DELIVERY.id,
  started_at: ago(10 * MINUTE),
  duration_ms: 34,
  timings: { connection_reused: true, dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: 31 },
  trigger: 'retry',
  outcome: 'retry',
  method: 'POST',
  url: DELIVERY.url,
  request_headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1', authorization: '***' },
  request_body: '{"type":"incident.triggered","data":{"count":12345678901234567890}}',
  status: 503,
  response_headers: { 'retry-after': '30' },
  response_body: 'busy \u001b[31mnow',
  response_truncated: false,
  error: null,
  reason: '503 Service Unavailable',
  batch: null,
};

export const DELIVERY_DETAIL: DeliveryDetail = {
  ...DELIVERY,
  message_id: 'msg_1',
  event_data: {},
  attempts: [
    {
      ...ATTEMPT,
      id: 'att_0b4k2m00006',
      started_at: ago(12 * MINUTE),
      duration_ms: 15_000,
      timings: { connection_reused: false, dns_ms: 3, connect_ms: 20, tls_ms: 45, first_byte_ms: null },
      trigger: 'automatic',
      status: null,
      error: 'timeout',
      reason: 'no answer within 15s',
      response_headers: {},
      response_body: '',
    },
    ATTEMPT,
  ],
};

/** What is in force where nothing is set. */
export const TREATMENT: Treatment = {
  timeout_ms: 15_000,
  retry: {
    ...{ preset: null, max: 3, base_ms: 5_000, factor: 4, jitter: 0.2, on: 'all' as const },
    delays_ms: [5_000, 20_000, 80_000],
  },
  give_up_after_ms: null,
  redelivery: { schedule: '*/15 * * * *', max_age_ms: 86_400_000 },
  rate: null,
  concurrency: 16,
  circuit: { failures: 5, probe_ms: 5_000, max_probe_ms: 60_000 },
  disable_after: null,
};

/** A secret that Relay made a day ago. */
export const keyItem = (more: Partial<SigningKeyItem>): SigningKeyItem => ({
  scheme: 'v1',
  public_key: null,
  origin: 'generated',
  reference: null,
  created_at: ago(86_400_000),
  expires_at: null,
  ...more,
});

export const WEBHOOK: WebhookDetail = {
  name: 'crm',
  description: 'Tickets',
  url: 'https://crm.example.org/hook',
  urls: [
    {
      ...{ url: 'https://crm.example.org/hook', method: 'POST', ref: 'webhook/crm' },
      ...{ state: 'active', state_reason: 'probing, next try in 12s', health: 'degraded' },
      ...{ last_triggered_at: ago(3 * MINUTE), last_result: '503' },
      ...{ waiting: 2, held: 0, failed: 1, dead: 1 },
    },
    {
      ...{ url: 'https://backup.example.org/hook', method: 'PUT', ref: 'webhook/crm#2' },
      ...{ state: 'active', state_reason: null, health: 'healthy' },
      ...{ last_triggered_at: null, last_result: '' },
      ...{ waiting: 0, held: 0, failed: 0, dead: 0 },
    },
  ],
  origin: 'cli',
  format: 'standard',
  events: ['incident.triggered', 'incident.resolved'],
  state: 'active',
  state_reason: 'probing, next try in 12s',
  health: 'degraded',
  last_triggered_at: ago(3 * MINUTE),
  last_result: '503',
  waiting: 2,
  held: 0,
  failed: 1,
  dead: 1,
  filter: null,
  when: null,
  headers: { 'X-Team': 'payments', Authorization: '***' },
  failure_email: [],
  content_type: 'json',
  body: null,
  cloudevents: null,
  max_events_per_request: 1,
  linger_ms: 0,
  verify_ssl: true,
  ...TREATMENT,
  signature: ['v1'],
  hmac: null,
  auth: null,
  client_certificate: false,
  own_ca: false,
  proxy: null,
  signing_keys: [keyItem({})],
};
