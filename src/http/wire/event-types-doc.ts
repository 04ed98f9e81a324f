// Every event type in words, with an example of its `data`: what `GET /events/types` answers and the docs show.

import { exampleOf, INCIDENT_EXAMPLES } from '../../model/event-examples.js';
import { KNOWN_EVENT_TYPES, subscribes } from '../../model/event-types.js';
import type { EventTypeItem } from './api-types.js';

const DESCRIPTIONS: Record<string, string> = {
  'organization.updated': 'An organization was created or renamed. Nothing publishes it in this version yet.',
  'user.updated':
    'A user was added, or their name, e-mail or telephone changed. Nothing publishes it in this version yet.',
  'delivery.failed': 'A delivery used up its retries, or was given up.',
  'destination.degraded': 'A destination failed several times in a row.',
  'destination.disabled':
    'A destination answered 410 Gone, or failed for longer than `disable_after`: nothing is sent until it is resumed.',
  'destination.recovered': 'A degraded destination answered well again.',
  'source.rate_limited':
    'A source got more requests than its rate_limit: they are answered 429. Once for a limited period, at most once an hour.',
  'source.maintenance_started': 'Maintenance of a source began: silence, or collection in one incident.',
  'source.maintenance_ended': 'Maintenance of a source ended, by its time or by hand.',
};

export function documentedEventTypes(): EventTypeItem[] {
  return KNOWN_EVENT_TYPES.map((type) => ({
    type,
    description: INCIDENT_EXAMPLES[type]?.description ?? DESCRIPTIONS[type] ?? '',
    in_star: subscribes(['*'], type),
    example: exampleOf(type),
  }));
}
