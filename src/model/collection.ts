// The one incident that a maintenance in mode `collect` gathers alerts in. It counts as the open incident of every group that fires in it:
// repeats are silent, a resolve makes the group quiet, and after the maintenance the last resolve closes it. Pure.

import { resolved } from './actions.js';
import type { PreparedAlert } from './alert.js';
import { escalation, worseOf } from './escalation.js';
import type { Decision, Folded } from './event.js';
import type { Incident } from './incident.js';
import { collectionGroup, type Maintenance, NOTHING, untilText } from './maintenance.js';
import { type OpeningContext, openIncident } from './opening.js';

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
  const alertCount = collection.alertCount + 1;
  return {
    ...collection,
    ...worseOf(alert, collection),
    title: titleOf(alertCount, collection.source),
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
  const isUnderWay = maintenance && collectionGroup(maintenance) === collection.groupingId;
  if (alert.signal !== 'resolve') {
    // After the maintenance it is an incident like others: what gets worse is told.
    const worse = isUnderWay ? null : escalation(collection, incident, at, by);
    return {
      decision: { ...NOTHING, ...worse, incident, collects: { firing: true, title: alert.title } },
      result: 'collected',
    };
  }
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

/**
 * The end of the maintenance: what still fires stays, is noted, and told of like something new, for nobody heard of it since the first
 * alert; else the collection is resolved.
 */
export function closeCollection(collection: Incident, firing: StillFiring, endedAt: number): Decision {
  if (collection.status === 'resolved') return NOTHING;
  const note = endNote(collection.source, firing);
  const entry = { at: endedAt, action: 'note_added', by: 'relay', detail: note } as const;
  if (firing.total > 0) {
    const message = `${note}\nSee them: relay incident show ${collection.id}`;
    return {
      ...NOTHING,
      incident: { ...collection, message },
      timeline: [entry],
      events: [{ type: 'incident.note_added', change: { note } }, { type: 'incident.triggered' }],
    };
  }
  const decision = resolved(collection, endedAt, 'relay', note);
  return { ...decision, timeline: [entry, ...decision.timeline] };
}
