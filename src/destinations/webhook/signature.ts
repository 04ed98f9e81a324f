// The headers that prove where a webhook call comes from and that nobody changed it: Standard Webhooks, and one plain HMAC header for
// receivers that know nothing else.

import { createHmac } from 'node:crypto';
import { signMessage } from '../../core/signing.js';

/** One header with the HMAC-SHA256 of the body, as GitHub and many others send it. */
export interface PlainHmac {
  readonly header: string;
  /** Its bytes are the key, as they are written. */
  readonly secret: string;
  /** Stands before the signature, such as `sha256=`. */
  readonly prefix?: string;
  readonly encoding?: 'hex' | 'base64';
}

export interface Signing {
  /** Every key in force, newest first; empty: no `webhook-signature`. */
  readonly keys: readonly string[];
  readonly hmac?: PlainHmac | undefined;
}

/**
 * Adds to `headers` what proves the message; nothing that was there before stays under these names.
 * @param timestamp seconds, of this attempt
 */
export function addSignatures(
  headers: Record<string, string>,
  { keys, hmac }: Signing,
  messageId: string,
  timestamp: number,
  body: string,
): void {
  headers['webhook-id'] = messageId;
  headers['webhook-timestamp'] = String(timestamp);
  if (keys.length > 0) headers['webhook-signature'] = signMessage(keys, messageId, timestamp, body);
  if (hmac === undefined) return;
  const digest = createHmac('sha256', hmac.secret)
    .update(body)
    .digest(hmac.encoding ?? 'hex');
  headers[hmac.header.toLowerCase()] = `${hmac.prefix ?? ''}${digest}`;
}

/** JSON Schema of the settings' `hmac`. */
export const HMAC_SETTINGS = {
  type: 'object',
  additionalProperties: false,
  required: ['header', 'secret'],
  properties: {
    header: { type: 'string', pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
    secret: { type: 'string', minLength: 1, maxLength: 8_192 },
    prefix: { type: 'string', maxLength: 64, pattern: '^[\\x20-\\x7e]*$' },
    encoding: { enum: ['hex', 'base64'] },
  },
};
