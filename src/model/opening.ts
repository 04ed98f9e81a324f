// How an incident begins: what its first alert says, filled up with the defaults of the source. Pure.

import type { PreparedAlert } from './alert.js';
import type { Decision } from './event.js';
import type { Actor, Incident, TimelineEntry } from './incident.js';
import { type Maintenance, untilText } from './maintenance.js';
import { PRIORITIES, type Priority, priorityOf } from './severity.js';
import type { Source } from './topology.js';

export interface OpeningContext {
  readonly at: number;
  readonly by: Actor;
  readonly source: Source;
  /** Who an incident of this source's service starts with. */
  readonly assignee: string | null;
  readonly newIncidentId: string;
  /** What the source is in at this moment; in a silence, incidents open silenced. */
  readonly maintenance?: Maintenance | null;
}

/** What of an alert an incident begins with. */
export type Opening = Pick<
  PreparedAlert,
  'groupingId' | 'title' | 'message' | 'link' | 'imageUrl' | 'texts' | 'severity' | 'priority' | 'labels'
>;

function openingTimeline(context: OpeningContext, silenced: boolean): readonly TimelineEntry[] {
  const { at, by, maintenance } = context;
  const triggered: TimelineEntry = { at, action: 'triggered', by, detail: '' };
  if (!silenced || !maintenance) return [triggered];
  return [triggered, { at, action: 'silenced', by: maintenance.by, detail: untilText(maintenance) }];
}

/** @param alertCount how many alerts opened it: none when Relay itself did */
export function openIncident(
  alert: Opening,
  context: OpeningContext,
  { alertCount = 1, silenced = context.maintenance?.mode === 'silence' } = {},
): Decision & { readonly incident: Incident } {
  const { at, source, newIncidentId } = context;
  const severity = alert.severity ?? source.defaults.severity;
  const incident: Incident = {
    id: newIncidentId,
    source: source.name,
    pack: source.pack,
    service: source.service,
    channel: source.channel,
    groupingId: alert.groupingId,
    status: 'triggered',
    title: alert.title,
    message: alert.message,
    link: alert.link,
    imageUrl: alert.imageUrl,
    texts: alert.texts,
    severity,
    priority: alert.priority ?? source.defaults.priority ?? priorityOf(severity),
    assignee: context.assignee,
    labels: alert.labels,
    alertCount,
    openedAt: at,
    lastAlertAt: at,
    acknowledgedAt: null,
    acknowledgedBy: null,
    firstAcknowledgedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    silenced,
  };
  return {
    incident,
    opens: true,
    timeline: openingTimeline(context, silenced),
    events: [{ type: 'incident.triggered' }],
  };
}

/** The more urgent of the two. */
export function raised(current: Priority | null, next: Priority | null): Priority | null {
  if (next === null) return current;
  return current === null || PRIORITIES.indexOf(next) < PRIORITIES.indexOf(current) ? next : current;
}
