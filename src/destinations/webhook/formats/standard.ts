// Format `standard`: the payload of Standard Webhooks 1.0.0, `{"type","timestamp","data"}`.
// `data` is the event's own text, unparsed: key order and number text arrive as they were, and the store keeps the body only once.

import type { WebhookFormat } from './format.js';

export const standardFormat: WebhookFormat = {
  body: (event) =>
    `{"type":${JSON.stringify(event.type)},"timestamp":"${new Date(event.at).toISOString()}","data":${event.data}}`,
};
