// What a body format of a webhook is, and the table of them. Adding one: a file beside this one and a line here.

import type { RelayEvent } from '../../../model/event.js';
import { simpleFormat } from './simple.js';
import { standardFormat } from './standard.js';

export interface WebhookFormat {
  readonly contentType: string;
  /** @param publicUrl base of links, without a trailing slash. @throws Error when the event cannot be put into this form */
  body(event: RelayEvent, publicUrl: string): string;
}

export const WEBHOOK_FORMATS = {
  standard: standardFormat,
  simple: simpleFormat,
} as const satisfies Readonly<Record<string, WebhookFormat>>;

export type WebhookFormatName = keyof typeof WEBHOOK_FORMATS;
