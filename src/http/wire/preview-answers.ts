// JSON Schemas of what `preview-types.ts` names, for the OpenAPI document.

import {
  flag,
  instant,
  type JsonSchema,
  list,
  nullable,
  oneOf,
  record,
  text,
  textMap,
  whole,
} from './schema.js';

const maybe = nullable(text);
const moment = nullable(instant);

const previewedAlert = record({
  signal: oneOf('trigger', 'acknowledge', 'resolve', 'ignore'),
  grouping_id: text,
  title: text,
  message: text,
  severity: maybe,
  priority: maybe,
  link: maybe,
  image_url: maybe,
  labels: textMap,
  members: whole,
  render_errors: list(text),
  failed_templates: list(record({ template: text, error: text, instead: text })),
  would: record({ result: text, incident: maybe, silent: flag }),
  kinds: nullable({
    type: 'object',
    description: 'What each kind of destination would show; null when nobody is told.',
    additionalProperties: record({ title: text, message: text, image_url: maybe, url: maybe }),
  }),
});

export const PREVIEW_ANSWERS: Readonly<Record<string, JsonSchema>> = {
  SourcePreview: record({ sample: maybe, alerts: list(previewedAlert) }),
  SourceTemplates: record({
    source: text,
    pack: text,
    snapshot_taken_at: moment,
    items: list(
      record({
        name: text,
        text: maybe,
        from: oneOf('snapshot', 'file', 'cli', 'api', 'pack', 'none'),
        at: maybe,
        pack_text: maybe,
      }),
    ),
  }),
  TemplatesReset: record({
    source: text,
    taken: list(text),
    gone: list(text),
    dropped: list(text),
    kept: list(record({ name: text, at: maybe })),
  }),
  RequestPreview: record({
    destination: text,
    event: maybe,
    event_type: text,
    method: text,
    url: text,
    headers: textMap,
    body: text,
  }),
};
