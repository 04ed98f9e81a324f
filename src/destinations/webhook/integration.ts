// Kind `webhook` of a channel's integrations: POSTs exactly {"title","text","url"}, unsigned. `webhooks:` can do more (outgoing.ts).

import { maskUrl } from '../../core/redaction.js';
import type { Driver } from '../driver.js';
import { addUrlAuthorization } from './auth.js';
import { classifyWebhookAnswer } from './classify.js';
import { addFormatHeaders, formattedBody } from './formats/formatted.js';
import { addCustomHeaders, HEADERS_SCHEMA } from './headers.js';

export interface WebhookIntegrationSettings {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const URL_SCHEMA = {
  type: 'string',
  pattern: '^[hH][tT][tT][pP][sS]?://[^\\s/?#]+[^\\s]*$',
  description: 'An http or https URL.',
};

const SIMPLE = { format: 'simple' } as const;

export const webhookIntegrationDriver: Driver<WebhookIntegrationSettings> = {
  kind: 'webhook',
  title: 'Webhook with title, text and url',
  settings: {
    type: 'object',
    additionalProperties: false,
    required: ['url'],
    properties: { url: URL_SCHEMA, headers: HEADERS_SCHEMA },
  },
  secretSettings: ['headers'],
  limits: { maxBodyBytes: 1_048_576 },
  build(event, settings, context) {
    const headers: Record<string, string> = { 'user-agent': `Relay/${context.version}` };
    addUrlAuthorization(headers, settings.url);
    addCustomHeaders(headers, settings.headers);
    addFormatHeaders(headers, event, SIMPLE, context.publicUrl);
    headers['webhook-id'] = context.messageId;
    headers['webhook-timestamp'] = String(Math.floor(context.now / 1_000));
    return {
      via: 'http',
      method: 'POST',
      url: settings.url,
      headers,
      body: formattedBody(event, SIMPLE, context),
    };
  },
  classify: (response, _settings, now) => classifyWebhookAnswer(response, now),
  displayUrl: (settings) => maskUrl(settings.url),
};
