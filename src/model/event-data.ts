// The `data` of an incident event as JSON text: written once when the fact is made, on the hot path, so built by hand.

import type { KindTexts } from './alert.js';
import type { EventDraft } from './event.js';
import type { Actor, Incident } from './incident.js';
import type { Destination } from './topology.js';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The `data` of `source.rate_limited`. */
export function sourceRateLimitedData(
  source: string,
  limited: { readonly text: string; readonly since: number; readonly refused: number },
  at: number,
): Readonly<Record<string, unknown>> {
  return {
    source,
    limit: limited.text,
    since: iso(limited.since),
    refused: limited.refused,
    reason: `it sends more than ${limited.text}; what is over the limit is answered 429`,
    at: iso(at),
    see: `relay source show ${source}`,
  };
}

/** The `data` of `delivery.failed` and of `destination.*`. */
export function destinationEventData(told: {
  readonly destination: Pick<Destination, 'ref' | 'noun' | 'name' | 'kind' | 'displayUrl'>;
  readonly delivery: string | null;
  readonly at: number;
  readonly reason: string;
}): Readonly<Record<string, unknown>> {
  const { destination, delivery, reason, at } = told;
  return {
    destination: destination.ref,
    kind: destination.kind,
    url: destination.displayUrl,
    delivery,
    reason,
    at: iso(at),
    see:
      delivery === null
        ? `relay ${destination.noun} show ${destination.name}`
        : `relay delivery show ${delivery}`,
  };
}

/** `texts` of kinds with templates of their own; nothing when there are none, as with most. */
function textsOf(texts: KindTexts): { texts?: Readonly<Record<string, unknown>> } {
  const kinds = Object.entries(texts);
  if (kinds.length === 0) return {};
  const shown = kinds.map(([kind, { title, message, imageUrl }]) => [
    kind,
    { title, message, image_url: imageUrl },
  ]);
  return { texts: Object.fromEntries(shown) as Readonly<Record<string, unknown>> };
}

/** `{"incident":{…},"change":{…}?,"actor":"…"}` in wire form (snake_case, ISO 8601). */
export function incidentEventData(incident: Incident, draft: EventDraft, actor: Actor): string {
  return JSON.stringify({
    incident: {
      id: incident.id,
      status: incident.status,
      title: incident.title,
      message: incident.message,
      severity: incident.severity,
      priority: incident.priority,
      source: incident.source,
      pack: incident.pack,
      service: incident.service,
      channel: incident.channel,
      assignee: incident.assignee,
      // The page of the tool that sent it. Relay has none of its own: an address that answers 401 helps nobody at night.
      url: incident.link,
      image_url: incident.imageUrl,
      ...textsOf(incident.texts),
      grouping_id: incident.groupingId,
      labels: incident.labels,
      alert_count: incident.alertCount,
      opened_at: iso(incident.openedAt),
      last_alert_at: iso(incident.lastAlertAt),
      acknowledged_at: iso(incident.acknowledgedAt),
      acknowledged_by: incident.acknowledgedBy,
      resolved_at: iso(incident.resolvedAt),
      resolved_by: incident.resolvedBy,
    },
    ...(draft.change === undefined ? {} : { change: draft.change }),
    actor,
  });
}
