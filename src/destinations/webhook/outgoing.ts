// The driver behind `webhooks:`: any URL, method and format, the user's headers, signed by Standard Webhooks 1.0.0.
// The body's form is a format's matter (formats/), signing is in signature.ts, who we say we are in auth.ts, the answer's meaning in
// classify.ts.

import { maskUrl } from '../../core/redaction.js';
import type { RelayEvent } from '../../model/event.js';
import type { BuildContext, Driver, HttpRequest, TlsIdentity } from '../driver.js';
import { AUTH_SETTINGS, addUrlAuthorization, authorizationOf, grantOf, type WebhookAuth } from './auth.js';
import { classifyWebhookAnswer } from './classify.js';
import {
  addFormatHeaders,
  FORMAT_SETTINGS,
  type FormattedSettings,
  formatNeeds,
  formattedBatch,
  formattedBody,
} from './formats/formatted.js';
import { addCustomHeaders, HEADERS_SCHEMA } from './headers.js';
import { URL_SCHEMA } from './integration.js';
import { addSignatures, HMAC_SETTINGS, type PlainHmac } from './signature.js';

export interface OutgoingWebhookSettings extends FormattedSettings {
  readonly url: string;
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  /** Every key in force, `whsec_…` and `whsk_…`, newest first: during a rotation receivers may hold either. Empty: not signed. */
  readonly signing_keys?: readonly string[];
  readonly hmac?: PlainHmac;
  readonly auth?: WebhookAuth;
  readonly verify_ssl?: boolean;
  readonly tls?: TlsIdentity;
  readonly proxy?: string | null;
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
      ...FORMAT_SETTINGS,
      signing_keys: {
        type: 'array',
        maxItems: 20,
        items: {
          type: 'string',
          pattern: '^(whsec_[A-Za-z0-9+/]{32,86}={0,2}|whsk_[A-Za-z0-9+/]{86}==)$',
          description: 'whsec_ and base64 of 24 to 64 bytes, or whsk_ and base64 of an ed25519 key',
        },
      },
      hmac: HMAC_SETTINGS,
      auth: AUTH_SETTINGS,
      verify_ssl: { type: 'boolean', default: true },
      tls: {
        type: 'object',
        additionalProperties: false,
        properties: {
          cert: { type: 'string' },
          key: { type: 'string' },
          passphrase: { type: 'string' },
          ca: { type: 'string' },
        },
      },
      proxy: { type: ['string', 'null'] },
    },
  },
  secretSettings: ['headers', 'signing_keys', 'hmac', 'auth', 'tls', 'proxy'],
  limits: { maxBodyBytes: 8_388_608 },
  needs: formatNeeds,
  build: (event, settings, context) =>
    requestOf(event, formattedBody(event, settings, context), settings, context),
  buildBatch(events, settings, context) {
    const [first] = events;
    if (first === undefined) throw new Error('a batch has at least one event');
    return requestOf(first.event, formattedBatch(events, settings, context), settings, context);
  },
  classify: (response, _settings, now) => classifyWebhookAnswer(response, now),
  displayUrl: (settings) => maskUrl(settings.url),
};

/** @param event for the headers that belong to the format; a format that takes batches has none of one event */
function requestOf(
  event: RelayEvent,
  body: string,
  settings: OutgoingWebhookSettings,
  context: BuildContext,
): HttpRequest {
  const timestamp = Math.floor(context.now / 1_000);
  const headers: Record<string, string> = { 'user-agent': `Relay/${context.version}` };
  addUrlAuthorization(headers, settings.url);
  addCustomHeaders(headers, settings.headers);
  addFormatHeaders(headers, event, settings, context.publicUrl);
  const { auth, tls, proxy, hmac, signing_keys: keys = [] } = settings;
  if (auth !== undefined) headers.authorization = authorizationOf(auth);
  addSignatures(headers, { keys, hmac }, context.messageId, timestamp, body);
  const grant = auth && grantOf(auth);
  return {
    via: 'http',
    method: settings.method ?? 'POST',
    url: settings.url,
    headers,
    body,
    verifyTls: settings.verify_ssl !== false,
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(grant === undefined ? {} : { grant }),
  };
}
