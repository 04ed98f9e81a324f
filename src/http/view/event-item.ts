// An event as lists and the live feed show it.

import type { RelayEvent } from '../../model/event.js';
import type { EventItem } from '../wire/api-types.js';

/** The line that says what an event is about: the incident's title, the `title` of a custom event's data, who was changed in the
 * directory, or which destination or source has what trouble. */
export function eventTitle(event: RelayEvent): string {
  const data: unknown = JSON.parse(event.data);
  if (data === null || typeof data !== 'object') return '';
  const { incident, title, reason, destination, source, organization, user } = data as {
    incident?: { title?: unknown };
    title?: unknown;
    reason?: unknown;
    destination?: unknown;
    source?: unknown;
    organization?: { title?: unknown };
    user?: { full_name?: unknown };
  };
  const found = incident?.title ?? title ?? user?.full_name ?? organization?.title;
  if (typeof found === 'string') return found;
  if (typeof reason !== 'string') return '';
  const about = [destination, source].find((name) => typeof name === 'string');
  // Of maintenance the reason names the source itself.
  return about === undefined || reason.includes(about) ? reason : `${about}: ${reason}`;
}

export function eventItem(event: RelayEvent): EventItem {
  const { data: _, at, channels, ...rest } = event;
  return { ...rest, at: new Date(at).toISOString(), channels: [...channels], title: eventTitle(event) };
}
