// JSON Schemas of what the API answers about integrations and webhooks: the shapes of `destination-types.ts` for the OpenAPI document.

import { ROTATION_ANSWER, SIGNING_KEY_ANSWER, TRUST_ANSWER } from '../view/webhook-trust.js';
import {
  flag,
  freeMap,
  type JsonSchema,
  list,
  maybeInstant,
  maybeText,
  nullable,
  oneOf,
  origin,
  record,
  text,
  textMap,
  whole,
} from './schema.js';

const number: JsonSchema = { type: 'number' };

const standing = {
  state: oneOf('active', 'paused', 'disabled'),
  state_reason: maybeText,
  health: oneOf('healthy', 'degraded'),
  last_triggered_at: maybeInstant,
  last_result: text,
  waiting: whole,
  held: whole,
  failed: whole,
};

const treatment = {
  timeout_ms: whole,
  retry: record({
    preset: maybeText,
    max: whole,
    base_ms: whole,
    factor: number,
    jitter: number,
    on: oneOf('all', 'transient'),
    delays_ms: list(whole),
  }),
  give_up_after_ms: nullable(whole),
  redelivery: nullable(record({ schedule: text, max_age_ms: whole })),
  rate: maybeText,
  concurrency: whole,
  circuit: nullable(record({ failures: whole, probe_ms: whole, max_probe_ms: whole })),
  disable_after: nullable(record({ failures: nullable(whole), span_ms: nullable(whole) })),
};

const integration = {
  name: text,
  ref: text,
  kind: text,
  channel: maybeText,
  origin,
  url: text,
  events: list(text),
  ...standing,
};

const url = { url: text, method: oneOf('POST', 'PUT', 'PATCH'), ref: text };

const webhook = {
  name: text,
  description: text,
  url: text,
  urls: list(record(url)),
  origin,
  format: text,
  verify_ssl: flag,
  events: list(text),
  ...standing,
};

const wanted = { filter: nullable(freeMap), when: maybeText };

export const DESTINATION_ANSWERS: Readonly<Record<string, JsonSchema>> = {
  Integration: record(integration),
  IntegrationDetail: record({ ...integration, dead: whole, ...wanted, ...treatment, settings: freeMap }),
  IntegrationKind: record({
    kind: text,
    title: text,
    settings: list(record({ name: text, description: text, required: flag, secret: flag })),
  }),
  Webhook: record(webhook),
  WebhookDetail: record({
    ...webhook,
    dead: whole,
    urls: list(record({ ...url, ...standing, dead: whole })),
    ...wanted,
    headers: textMap,
    content_type: text,
    body: maybeText,
    cloudevents: nullable(record({ mode: text, source: maybeText, type_prefix: maybeText })),
    max_events_per_request: whole,
    linger_ms: whole,
    failure_email: list(text),
    ...treatment,
    ...TRUST_ANSWER,
    signing_keys: list(SIGNING_KEY_ANSWER),
  }),
  Rotation: ROTATION_ANSWER,
  Resume: record({ name: text, sent: whole, dropped: whole }),
};
