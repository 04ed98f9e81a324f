// Format `simple`: exactly `{"title","text","url"}` in this order, for receivers that show words to people.

import { announce } from '../../../model/announcement.js';
import type { WebhookFormat } from './format.js';

export const simpleFormat: WebhookFormat = {
  body(event) {
    const { title, text, url } = announce(event, 'webhook');
    return JSON.stringify({ title, text, url });
  },
};
