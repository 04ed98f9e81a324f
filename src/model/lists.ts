// The lists there are: what each is sorted by, and whether its rows have a time. Said once for the routes, the OpenAPI document and the
// flags of the command line. How a list is read is not said here.

import { NO_ANSWER } from './delivery.js';

export interface ListShape {
  /** Columns `sort` takes, the default first. */
  readonly sort: readonly string[];
  /** What `since` and `until` look at: `when the event happened`. A list without it has no time and takes neither. */
  readonly time?: string;
}

/** How a destination stands: of integrations and webhooks alike. */
const STANDING = ['last_triggered_at', 'last_result', 'state', 'health', 'waiting', 'failed'] as const;

export const LISTS = {
  packs: { sort: ['slug', 'title', 'built_in', 'used_by'] },
  sources: {
    sort: [
      'name',
      'pack',
      'service',
      'channel',
      'origin',
      'state',
      'last_heard_at',
      'alerts_24h',
      'rejects_24h',
    ],
  },
  rejects: { sort: ['at', 'code'], time: 'when it arrived' },
  channels: { sort: ['name', 'title', 'origin', 'integrations', 'sources'] },
  services: { sort: ['name', 'title', 'assignee', 'origin', 'open_incidents'] },
  integrations: {
    sort: ['name', 'channel', 'kind', 'url', ...STANDING, 'origin'],
  },
  webhooks: {
    sort: ['name', 'url', ...STANDING, 'events', 'format', 'origin'],
  },
  events: { sort: ['at', 'type'], time: 'when the event happened' },
  incidents: {
    sort: ['opened_at', 'last_alert_at', 'title', 'severity', 'priority', 'status', 'alerts'],
    time: 'when it was opened',
  },
  deliveries: {
    sort: ['created_at', 'sent_at', 'event', 'destination', 'url', 'result', 'tries', 'state'],
    time: 'when it was made',
  },
  tokens: {
    sort: ['name', 'scopes', 'state', 'created_at', 'created_by', 'expires_at', 'last_used_at'],
  },
} as const satisfies Record<string, ListShape>;

/** What `result` of a list of deliveries takes besides a status (`503`): a class, or why no answer came. */
export const RESULT_WORDS = ['1xx', '2xx', '3xx', '4xx', '5xx', 'error', ...NO_ANSWER] as const;

/** Whether a result is one of those wanted: `503`, `5xx`, `timeout`, `error` for any that was no answer. */
export function hasResult(wanted: readonly string[], result: string): boolean {
  return wanted.some(
    (one) =>
      one === result ||
      (one.endsWith('xx') && /^\d{3}$/.test(result) && result[0] === one[0]) ||
      (one === 'error' && (NO_ANSWER as readonly string[]).includes(result)),
  );
}

/** `503`, `5xx`, `timeout`, `error`; in lower case. */
export function isResult(word: string): boolean {
  return /^[1-5]\d\d$/.test(word) || (RESULT_WORDS as readonly string[]).includes(word);
}
