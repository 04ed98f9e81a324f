// An event in the form that a webhook asks for: body, content type, and the headers that belong to the form. `content_type: form` puts
// a JSON body into the one field `payload`, as GitHub's webhooks do.

import type { RelayEvent } from '../../../model/event.js';
import { type BatchedEvent, type BuildContext, type Need, NO_SUPPLIES } from '../../driver.js';
import { CLOUDEVENTS_MODES, type FormatSettings, type WebhookFormat } from './format.js';
import { FORMAT_NAMES, WEBHOOK_FORMATS, type WebhookFormatName } from './table.js';

export interface FormattedSettings extends FormatSettings {
  readonly format?: WebhookFormatName;
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** JSON Schema of the settings; what goes with what is checked with the config. */
export const FORMAT_SETTINGS = {
  name: { type: 'string' },
  format: { enum: FORMAT_NAMES, default: 'standard' },
  content_type: { type: 'string', maxLength: 200, default: 'json' },
  body: { type: 'string' },
  cloudevents: {
    type: 'object',
    additionalProperties: false,
    properties: {
      mode: { enum: CLOUDEVENTS_MODES, default: 'structured' },
      source: { type: 'string', minLength: 1 },
      type_prefix: { type: 'string' },
    },
  },
};

/** Those that can put several events into one request. */
export const BATCH_FORMATS = FORMAT_NAMES.filter((name) => 'batch' in WEBHOOK_FORMATS[name]);

const formatOf = ({ format = 'standard' }: FormattedSettings): WebhookFormat => WEBHOOK_FORMATS[format];

export const formatNeeds = (settings: FormattedSettings): readonly Need[] =>
  formatOf(settings).needs?.(settings) ?? [];

/** @throws Error when the event cannot be put into this form */
export function formattedBody(event: RelayEvent, settings: FormattedSettings, context: BuildContext): string {
  if (context.sentBody !== null) return context.sentBody;
  const { publicUrl, supplied = NO_SUPPLIES } = context;
  return asContent(settings, formatOf(settings).body(event, settings, { publicUrl, supplied }));
}

/** @throws Error when the format has no form for several events */
export function formattedBatch(
  events: readonly BatchedEvent[],
  settings: FormattedSettings,
  { sentBody, publicUrl }: BuildContext,
): string {
  if (sentBody !== null) return sentBody;
  const { batch } = formatOf(settings);
  if (batch === undefined) throw new Error(`the format "${settings.format}" takes one event a request`);
  return asContent(settings, batch(events, settings, { publicUrl, supplied: NO_SUPPLIES }));
}

const asContent = ({ content_type: type }: FormattedSettings, body: string): string =>
  type === 'form' ? new URLSearchParams({ payload: body }).toString() : body;

export function addFormatHeaders(
  target: Record<string, string>,
  event: RelayEvent,
  settings: FormattedSettings,
  publicUrl: string,
): void {
  const format = formatOf(settings);
  target['content-type'] =
    settings.content_type === 'form' ? FORM : (format.contentType?.(settings) ?? JSON_TYPE);
  if (format.headers) Object.assign(target, format.headers(event, settings, publicUrl));
}
