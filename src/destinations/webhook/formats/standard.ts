// Format `standard`: the payload of Standard Webhooks 1.0.0, `{"type","timestamp","data"}`. Several events are one payload of the type
// `events.batch`, with the events in its data and with each the id under which it would be sent alone.
// `data` is the event's own text, unparsed: key order and number text arrive as they were, and the store keeps the body only once.

import type { RelayEvent } from '../../../model/event.js';
import type { BatchedEvent } from '../../driver.js';
import type { WebhookFormat } from './format.js';

const payload = (type: string, at: number, data: string): string =>
  `{"type":${JSON.stringify(type)},"timestamp":"${new Date(at).toISOString()}","data":${data}}`;

const plain = (event: RelayEvent): string => payload(event.type, event.at, event.data);

const withId = ({ event, messageId }: BatchedEvent): string =>
  `{"id":${JSON.stringify(messageId)},${plain(event).slice(1)}`;

/** The time is that of the latest event, not of the request: the same events are the same body. */
function batch(events: readonly BatchedEvent[]): string {
  const latest = events.reduce((at, { event }) => Math.max(at, event.at), 0);
  return payload('events.batch', latest, `{"events":[${events.map(withId).join(',')}]}`);
}

export const standardFormat: WebhookFormat = { body: plain, batch: (events) => batch(events) };
