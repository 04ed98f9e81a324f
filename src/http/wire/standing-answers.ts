// JSON Schemas of what `standing-types.ts` names, for the OpenAPI document.

import {
  flag,
  instant,
  type JsonSchema,
  list,
  maybeInstant,
  maybeText,
  oneOf,
  record,
  text,
  whole,
} from './schema.js';

export const STANDING_ANSWERS: Readonly<Record<string, JsonSchema>> = {
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
  Database: record({
    path: text,
    schema_version: whole,
    size_bytes: whole,
    wal_bytes: whole,
    counts: { type: 'object', additionalProperties: whole },
    oldest_event_at: maybeInstant,
    instance_id: text,
  }),
};
