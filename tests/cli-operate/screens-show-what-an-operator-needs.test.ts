// The screens of the operating nouns, golden, through the real program and client.

import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { expectScreen } from './kit/golden.js';
import { ago, run } from './kit/run.js';
import {
  DELIVERED,
  DELIVERY,
  DELIVERY_DETAIL,
  INCIDENT,
  INCIDENT_DETAIL,
  keyItem,
  MINUTE,
  TREATMENT,
  WEBHOOK,
} from './kit/samples.js';

const INTEGRATION = {
  name: 'wallboard',
  ref: 'integration/wallboard',
  kind: 'webhook',
  channel: 'ops',
  origin: 'file',
  url: 'https://wallboard.example.org/hook',
  events: ['incident.*'],
  state: 'disabled',
  state_reason: 'the URL answered 410 Gone',
  health: 'degraded',
  last_triggered_at: null,
  last_result: '410',
  waiting: 0,
  held: 3,
  failed: 0,
  dead: 0,
  filter: null,
  when: null,
  ...TREATMENT,
  settings: { url: 'https://wallboard.example.org/hook' },
};
/** One attempt could not be built; of the other nothing was recorded. */
const NOTHING = { method: '', request_headers: {}, request_body: '', status: null, timings: null };
const UNMADE = {
  ...DELIVERY_DETAIL,
  attempts: DELIVERY_DETAIL.attempts.map((attempt, index) => ({
    ...attempt,
    ...NOTHING,
    ...(index === 0
      ? { error: 'build', reason: 'the request could not be built: no such filter', duration_ms: 0 }
      : { error: 'unknown', outcome: 'unknown', reason: 'Relay stopped', duration_ms: null }),
  })),
};
const EVERYTHING = {
  ...WEBHOOK,
  name: 'bank',
  description: 'Payments the bank has to know of',
  urls: WEBHOOK.urls.slice(0, 1),
  url: 'https://crm.example.org/hook',
  state: 'paused',
  state_reason: null,
  ...{ waiting: 0, held: 2 },
  health: 'healthy',
  filter: {
    any: [
      { field: 'service', op: 'is', value: 'payments-api' },
      { not: { field: 'labels.env', op: 'in', value: ['dev', 'test'] } },
    ],
  },
  when: '{{ payload.amount > 100 }}',
  format: 'template',
  content_type: 'text/plain',
  body: '{{ incident.title }}\n{{ incident.status }}\n',
  max_events_per_request: 50,
  linger_ms: 2_000,
  timeout_ms: 5_000,
  retry: {
    ...{ preset: 'standard-webhooks', max: 9, base_ms: 5_000, factor: 1, jitter: 0.1, on: 'transient' },
    delays_ms: [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map((each) => each * 1_000),
  },
  give_up_after_ms: 259_200_000,
  redelivery: null,
  rate: '10/s',
  concurrency: 1,
  circuit: null,
  disable_after: { failures: null, span_ms: 432_000_000 },
  signature: ['v1', 'v1a'],
  hmac: { header: 'X-Hub-Signature-256', prefix: 'sha256=', encoding: 'hex' },
  auth: 'Basic, as relay',
  client_certificate: true,
  own_ca: true,
  proxy: 'http://proxy.example.org:3128',
  failure_email: ['oncall@example.org', 'dana@example.org'],
  signing_keys: [
    keyItem({ scheme: 'v1', created_at: ago(MINUTE) }),
    keyItem({ scheme: 'v1', expires_at: ago(-86_400_000) }),
    keyItem({ scheme: 'v1a', public_key: 'whpk_1SiA4o9h', created_at: ago(MINUTE) }),
  ],
};
const EVENT = INCIDENT_DETAIL.events[1];

const RESOLVED = {
  ...INCIDENT_DETAIL,
  id: 'inc_resolved',
  status: 'resolved',
  severity: null,
  priority: null,
  assignee: null,
  service: null,
  acknowledged_at: ago(9 * MINUTE),
  acknowledged_by: 'cli:dana',
  resolved_at: ago(MINUTE),
  resolved_by: 'source:prometheus',
  analytics: { tta: 3 * MINUTE, ttr: 11 * MINUTE },
  title: 'evil \u001b]0;title\u0007\n second line',
  alerts: [],
  events: [],
  timeline: [],
};

const BATCHED = {
  ...DELIVERY_DETAIL,
  attempts: DELIVERY_DETAIL.attempts.slice(-1).map((attempt) => ({
    ...attempt,
    batch: {
      id: 'bat_0b4k2m00008',
      deliveries: Array.from({ length: 12 }, (_, index) => ({
        delivery: index === 1 ? attempt.delivery : `dlv_0b4k2m001${10 + index}`,
        event: `evt_0b4k2m001${10 + index}`,
        event_type: 'incident.triggered',
      })),
    },
  })),
};

let api: CannedApi;

beforeAll(async () => {
  api = await cannedApi({
    'GET /incidents': { items: [INCIDENT], next: 'cursor1' },
    'GET /incidents/inc_0b4k2m': INCIDENT_DETAIL,
    'GET /incidents/inc_resolved': RESOLVED,
    'GET /deliveries': (asked: { query: Record<string, string> }) => ({
      items: asked.query.incident === 'inc_resolved' ? [] : [DELIVERY, DELIVERED],
      next: null,
    }),
    'GET /deliveries/dlv_0b4k2m': DELIVERY_DETAIL,
    'GET /deliveries/dlv_batched': BATCHED,
    'GET /deliveries/dlv_unmade': UNMADE,
    'GET /webhooks': { items: [WEBHOOK], next: null },
    'GET /webhooks/crm': WEBHOOK,
    'GET /integrations': { items: [INTEGRATION], next: null },
    'GET /integrations/wallboard': INTEGRATION,
    'GET /webhooks/bank': EVERYTHING,
    'GET /channels': {
      items: [{ name: 'ops', title: 'Ops', origin: 'file', integrations: ['wallboard'], sources: [] }],
      next: null,
    },
    'GET /services': { items: [], next: null },
    'GET /events': { items: [EVENT], next: null },
    'GET /events/evt_0b4k2m': { ...EVENT, data: { incident: { id: INCIDENT.id } }, deliveries: [DELIVERY] },
  });
});
afterAll(() => api.close());

const piped: [name: string, command: string][] = [
  ['incident-show', 'incident show inc_0b4k2m'],
  ['incident-show-resolved', 'incident show inc_resolved'],
  ['incident-list', 'incident list --open'],
  ['delivery-list', 'delivery list'],
  ['delivery-show', 'delivery show dlv_0b4k2m'],
  ['delivery-show-batch', 'delivery show dlv_batched'],
  ['delivery-show-unmade', 'delivery show dlv_unmade'],
  ['webhook-list', 'webhook list'],
  ['webhook-show', 'webhook show crm'],
  ['webhook-show-everything', 'webhook show bank'],
  ['integration-list', 'integration list'],
  ['integration-show', 'integration show wallboard'],
  ['channel-list', 'channel list'],
  ['service-list-empty', 'service list'],
  ['event-list', 'event list'],
  ['event-show', 'event show evt_0b4k2m'],
];

describe('piped', () => {
  it.each(piped)('%s', async (name, command) => {
    expectScreen(name, command, await run(api.socket, command.split(' ')));
  });
});

describe('on a terminal of 100 columns', () => {
  const onTerminal = piped.filter(([name]) =>
    ['incident-show', 'incident-list', 'delivery-list', 'webhook-list'].includes(name),
  );
  it.each(onTerminal)('%s', async (name, command) => {
    const ran = await run(api.socket, command.split(' '), { isTTY: true, width: 100 });
    expectScreen(`${name}-terminal`, command, ran);
  });
});
