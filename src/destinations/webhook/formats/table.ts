// The body formats of a webhook by name. Adding one: a file beside this one and a line here.

import { cloudEventsFormat } from './cloudevents.js';
import type { WebhookFormat } from './format.js';
import { simpleFormat } from './simple.js';
import { squadcastFormat } from './squadcast.js';
import { squadcastV2Format } from './squadcast-v2.js';
import { standardFormat } from './standard.js';
import { templateFormat } from './template.js';

export const WEBHOOK_FORMATS = {
  standard: standardFormat,
  simple: simpleFormat,
  squadcast: squadcastFormat,
  squadcast_v2: squadcastV2Format,
  cloudevents: cloudEventsFormat,
  template: templateFormat,
} as const satisfies Readonly<Record<string, WebhookFormat>>;

export type WebhookFormatName = keyof typeof WEBHOOK_FORMATS;
export const FORMAT_NAMES = Object.keys(WEBHOOK_FORMATS) as readonly WebhookFormatName[];
