// The one incident that a maintenance in mode `collect` gathers alerts in. It counts as the open incident of every group that fires in it:
// repeats are silent, a resolve makes the group quiet, and after the maintenance the last resolve closes it. Pure.

import { resolved } from './actions.js';
import type { PreparedAlert } from './alert.js';
import type { Decision, Folded } from './event.js';
import type { Incident } from './incident.js';
import { collectionGroup, type Maintenance, NOTHING, untilText } from './maintenance.js';
import { type OpeningContext, openIncident, raised } from './opening.js';
import { isWorse, priorityOf } from './severity.js';

/** Groups that still fire which a note names; the rest is counted. */
export const NAMED_GROUPS = 20;

function titleOf(alerts: number, source: string): string {
  return `${alerts} ${alerts === 1 ? 'alert' : 'alerts'} collected during maintenance of ${source}`;
}

/** The first alert of a maintenance opens the collection, and people are told this once. */
function openCollection(alert: PreparedAlert, maintenance: Maintenance, context: OpeningContext): Decision {
  const { source, newIncidentId } = context;
  return openIncident(
    {
      ...alert,
      groupingId: collectionGroup(maintenance),
      title: titleOf(1, source.name),
      message: [
        `${untilText(maintenance)}, by ${maintenance.by}: alerts that would open incidents are collected here, without further notices.`,
        `The first: ${alert.title}`,
        `See them: relay incident show ${newIncidentId}`,
        `End it: relay source maintenance ${source.name} --end`,
      ].join('\n'),
      link: null,
      imageUrl: null,
      texts: {},
      labels: {},
    },
    context,
  );
}

function counted(alert: PreparedAlert, collection: Incident, at: number): Incident {
  const worse = isWorse(alert.severity, collection.severity);
  const severity = worse ? alert.severity : collection.severity;
  const alertCount = collection.alertCount + 1;
  return {
    ...collection,
    title: titleOf(alertCount, collection.source),
    severity,
    priority: raised(collection.priority, alert.priority ?? (worse ? priorityOf(severity) : null)),
    alertCount,
    lastAlertAt: Math.max(collection.lastAlertAt, at),
  };
}

/** A trigger that would have opened an incident of its own. @param collection the one of this maintenance, when it is open */
export function collect(
  alert: PreparedAlert,
  maintenance: Maintenance,
  collection: Incident | null,
  context: OpeningContext,
): Folded {
  const decision =
    collection === null
      ? openCollection(alert, maintenance, context)
      : { ...NOTHING, incident: counted(alert, collection, context.at) };
  return { decision: { ...decision, collects: { firing: true, title: alert.title } }, result: 'collected' };
}

/** An alert whose group fires in an open collection. @param othersFire whether other groups do too */
export function foldIntoCollection(
  alert: PreparedAlert,
  collection: Incident,
  context: OpeningContext,
  othersFire: () => boolean,
): Folded {
  const { maintenance, at, by } = context;
  const incident = counted(alert, collection, at);
  if (alert.signal !== 'resolve') {
    return {
      decision: { ...NOTHING, incident, collects: { firing: true, title: alert.title } },
      result: 'collected',
    };
  }
  const isUnderWay = maintenance && collectionGroup(maintenance) === collection.groupingId;
  const decision = isUnderWay || othersFire() ? { ...NOTHING, incident } : resolved(incident, at, by);
  return {
    decision: { ...decision, collects: { firing: false, title: alert.title } },
    result: decision.incident?.status === 'resolved' ? 'resolved' : 'collected',
  };
}

/** What of a collection fires: some titles, and how many groups in all. */
export interface StillFiring {
  readonly titles: readonly string[];
  readonly total: number;
}

function endNote(source: string, { titles, total }: StillFiring): string {
  if (total === 0) return `maintenance of ${source} ended: nothing of what was collected still fires`;
  const rest = total - titles.length;
  const still = total === 1 ? 'one still fires' : `${total} still fire`;
  return [
    `maintenance of ${source} ended: ${still}:`,
    ...titles.map((title) => `- ${title}`),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
  ].join('\n');
}

/** The end of the maintenance: what still fires is noted and stays; else the collection is resolved. */
export function closeCollection(collection: Incident, firing: StillFiring, endedAt: number): Decision {
  if (collection.status === 'resolved') return NOTHING;
  const note = endNote(collection.source, firing);
  const entry = { at: endedAt, action: 'note_added', by: 'relay', detail: note } as const;
  if (firing.total > 0) {
    return {
      ...NOTHING,
      incident: collection,
      timeline: [entry],
      events: [{ type: 'incident.note_added', change: { note } }],
    };
  }
  const decision = resolved(collection, endedAt, 'relay', note);
  return { ...decision, timeline: [entry, ...decision.timeline] };
}
