// Format `cloudevents`: CloudEvents 1.0.2 over HTTP in all three modes of the HTTP binding. `data` is the event's own text, unparsed.

import type { RelayEvent } from '../../../model/event.js';
import type { CloudEventsSettings, FormatSettings, WebhookFormat } from './format.js';

const SPEC_VERSION = '1.0';
const DATA_TYPE = 'application/json';
const CONTENT_TYPES = {
  structured: 'application/cloudevents+json; charset=utf-8',
  binary: DATA_TYPE,
  batched: 'application/cloudevents-batch+json; charset=utf-8',
} as const;

const modeOf = ({ cloudevents }: FormatSettings) => cloudevents?.mode ?? 'structured';

/** The context attributes but `datacontenttype`, in the order in which they are written. `id` is unique for a `source` (§3.1.1). */
function attributesOf(
  event: RelayEvent,
  { source, type_prefix = '' }: CloudEventsSettings,
  publicUrl: string,
): Record<string, string> {
  const ownSource = event.source === null ? publicUrl : `${publicUrl}/sources/${event.source}`;
  return {
    specversion: SPEC_VERSION,
    id: event.id,
    source: source ?? ownSource,
    type: `${type_prefix}${event.type}`,
    ...(event.incident === null ? {} : { subject: event.incident }),
    time: new Date(event.at).toISOString(),
  };
}

function structured(event: RelayEvent, settings: FormatSettings, publicUrl: string): string {
  const attributes = {
    ...attributesOf(event, settings.cloudevents ?? {}, publicUrl),
    datacontenttype: DATA_TYPE,
  };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${event.data}}`;
}

/**
 * HTTP binding §3.1.3.2: space, double quote, percent and all outside printable ASCII as percent-encoded UTF-8, upper-case hex.
 * Halves of surrogate pairs, which have no UTF-8, become U+FFFD.
 */
export function encodedHeaderValue(text: string): string {
  return text.replace(/[^\x21\x23\x24\x26-\x7e]+/gu, (part) =>
    [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

export const cloudEventsFormat: WebhookFormat = {
  contentType: (settings) => CONTENT_TYPES[modeOf(settings)],
  headers(event, settings, publicUrl) {
    if (modeOf(settings) !== 'binary') return {};
    const attributes = attributesOf(event, settings.cloudevents ?? {}, publicUrl);
    return Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodedHeaderValue(value)]),
    );
  },
  body(event, settings, { publicUrl }) {
    switch (modeOf(settings)) {
      case 'binary':
        return event.data;
      case 'batched':
        return `[${structured(event, settings, publicUrl)}]`;
      default:
        return structured(event, settings, publicUrl);
    }
  },
  batch: (events, settings, { publicUrl }) =>
    `[${events.map(({ event }) => structured(event, settings, publicUrl)).join(',')}]`,
};
