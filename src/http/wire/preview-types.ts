// What the API answers about things that were only tried: payloads and requests before they are real, templates and where they come from.
// Clients get these types through `api-types.ts`.

import type { AlertResult } from '../../model/alert.js';

/** What one kind of destination would show. */
export interface KindViewItem {
  title: string;
  message: string;
  image_url: string | null;
  url: string | null;
}

export interface PreviewedAlert {
  signal: string;
  grouping_id: string;
  title: string;
  message: string;
  severity: string | null;
  priority: string | null;
  link: string | null;
  image_url: string | null;
  labels: Record<string, string>;
  members: number;
  render_errors: string[];
  /** The same, taken apart, with what stands in the place of each. */
  failed_templates: { template: string; error: string; instead: string }[];
  /** What it would do now; `incident` is the open one of its group, `inc_new` one that this payload opens; `silent` in a maintenance. */
  would: { result: AlertResult; incident: string | null; silent: boolean };
  /** By kind of destination; null when it is ignored and nobody is told. */
  kinds: Record<string, KindViewItem> | null;
}

/** What one payload becomes for a source: nothing is stored. */
export interface SourcePreview {
  sample: string | null;
  alerts: PreviewedAlert[];
}

/** Where a template of a source comes from; `none`: the pack of today has it, the source does not. */
export type TemplateFrom = 'snapshot' | 'file' | 'cli' | 'api' | 'pack' | 'none';

export interface SourceTemplateItem {
  /** `title`, `slack_title`, `variables.host`, `split` … */
  name: string;
  /** In force; null with `from: none`. */
  text: string | null;
  from: TemplateFrom;
  /** `relay.yaml:14` when it stands in the config file. */
  at: string | null;
  /** What the pack has today; null when it has none. */
  pack_text: string | null;
}

/** `GET /api/v1/sources/:name/templates`. */
export interface SourceTemplatesAnswer {
  source: string;
  pack: string;
  snapshot_taken_at: string | null;
  items: SourceTemplateItem[];
}

/** `POST /api/v1/sources/:name/templates/reset`. */
export interface TemplatesResetAnswer {
  source: string;
  taken: string[];
  gone: string[];
  dropped: string[];
  /** Overridden in the config file, which alone can change that. */
  kept: { name: string; at: string | null }[];
}

/** `POST /api/v1/integrations/:name/preview`, `POST /api/v1/webhooks/:name/preview`: a request that was not sent. */
export interface RequestPreview {
  destination: string;
  /** The stored event, or null for an example. */
  event: string | null;
  event_type: string;
  method: string;
  /** Secrets masked. */
  url: string;
  headers: Record<string, string>;
  body: string;
}
