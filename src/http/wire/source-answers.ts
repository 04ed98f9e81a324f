// JSON Schemas of what `source-types.ts` names, for the OpenAPI document.

import {
  flag,
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

export const SOURCE_ANSWERS: Readonly<Record<string, JsonSchema>> = {
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
};
