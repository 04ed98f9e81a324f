// The driver behind `webhooks:`: any URL, method and format, the user's headers, signed by Standard Webhooks 1.0.0.
// The body's form is a format's matter (formats/), the answer's meaning is in classify.ts.

import { maskUrl } from '../../core/redaction.js';
import { signMessage } from '../../core/signing.js';
import type { Driver } from '../driver.js';
import { classifyWebhookAnswer } from './classify.js';
import { WEBHOOK_FORMATS, type WebhookFormatName } from './formats/format.js';
import { addCustomHeaders, HEADERS_SCHEMA } from './headers.js';
import { URL_SCHEMA } from './integration.js';

export interface OutgoingWebhookSettings {
  readonly url: string;
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly format?: WebhookFormatName;
  /** Every key in force, `whsec_…`, newest first: during a rotation receivers may hold either. Empty: not signed. */
  readonly signing_keys?: readonly string[];
  readonly verify_ssl?: boolean;
}

export const outgoingWebhookDriver: Driver<OutgoingWebhookSettings> = {
  kind: 'webhook',
  title: 'Outgoing webhook',
  settings: {
    type: 'object',
    additionalProperties: false,
    required: ['url'],
    properties: {
      url: URL_SCHEMA,
      method: { enum: ['POST', 'PUT', 'PATCH'], default: 'POST' },
      headers: HEADERS_SCHEMA,
      format: { enum: Object.keys(WEBHOOK_FORMATS), default: 'standard' },
      signing_keys: {
        type: 'array',
        maxItems: 10,
        items: {
          type: 'string',
          pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$',
          description: 'whsec_ and base64 of 24 to 64 bytes',
        },
      },
      verify_ssl: { type: 'boolean', default: true },
    },
  },
  secretSettings: ['headers', 'signing_keys'],
  limits: { maxBodyBytes: 8_388_608 },
  build(event, settings, context) {
    const format = WEBHOOK_FORMATS[settings.format ?? 'standard'];
    const body = context.sentBody ?? format.body(event, context.publicUrl);
    const timestamp = Math.floor(context.now / 1_000);
    const headers: Record<string, string> = { 'user-agent': `Relay/${context.version}` };
    addCustomHeaders(headers, settings.headers);
    headers['content-type'] = format.contentType;
    headers['webhook-id'] = context.messageId;
    headers['webhook-timestamp'] = String(timestamp);
    const keys = settings.signing_keys ?? [];
    if (keys.length > 0) {
      headers['webhook-signature'] = signMessage(keys, context.messageId, timestamp, body);
    }
    return {
      via: 'http',
      method: settings.method ?? 'POST',
      url: settings.url,
      headers,
      body,
      verifyTls: settings.verify_ssl !== false,
    };
  },
  classify: (response, _settings, now) => classifyWebhookAnswer(response, now),
  displayUrl: (settings) => maskUrl(settings.url),
};
