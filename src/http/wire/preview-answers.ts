// JSON Schemas of what `preview-types.ts` names, for the OpenAPI document.

import {
  flag,
  type JsonSchema,
  list,
  maybeInstant,
  maybeText,
  nullable,
  oneOf,
  record,
  text,
  textMap,
  whole,
} from './schema.js';

const previewedAlert = record({
  signal: oneOf('trigger', 'acknowledge', 'resolve', 'ignore'),
  grouping_id: text,
  title: text,
  message: text,
  severity: maybeText,
  priority: maybeText,
  link: maybeText,
  image_url: maybeText,
  labels: textMap,
  members: whole,
  render_errors: list(text),
  failed_templates: list(record({ template: text, error: text, instead: text })),
  would: record({ result: text, incident: maybeText, silent: flag }),
  kinds: nullable({
    type: 'object',
    description: 'What each kind of destination would show; null when nobody is told.',
    additionalProperties: record({ title: text, message: text, image_url: maybeText, url: maybeText }),
  }),
});

export const PREVIEW_ANSWERS: Readonly<Record<string, JsonSchema>> = {
  SourcePreview: record({ sample: maybeText, alerts: list(previewedAlert) }),
  SourceTemplates: record({
    source: text,
    pack: text,
    snapshot_taken_at: maybeInstant,
    items: list(
      record({
        name: text,
        text: maybeText,
        from: oneOf('snapshot', 'file', 'cli', 'api', 'pack', 'none'),
        at: maybeText,
        pack_text: maybeText,
      }),
    ),
  }),
  TemplatesReset: record({
    source: text,
    taken: list(text),
    gone: list(text),
    dropped: list(text),
    kept: list(record({ name: text, at: maybeText })),
  }),
  RequestPreview: record({
    destination: text,
    event: maybeText,
    event_type: text,
    method: text,
    url: text,
    headers: textMap,
    body: text,
  }),
};
