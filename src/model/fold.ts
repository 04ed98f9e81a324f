// Folding: what an alert makes of the incident open for its group. Pure; the store calls it inside the accepting transaction.

import { acknowledged, resolved } from './actions.js';
import type { PreparedAlert } from './alert.js';
import { collect, foldIntoCollection } from './collection.js';
import { escalation, worseOf } from './escalation.js';
import type { Decision, Folded } from './event.js';
import type { Incident } from './incident.js';
import { collectionGroup, isCollection, NOTHING } from './maintenance.js';
import { type OpeningContext, openIncident } from './opening.js';

/** What else of the source is open: asked for only where a maintenance needs it. */
export interface Surroundings {
  /** The open incident of another grouping id of this source. */
  open(groupingId: string): Incident | null;
  /** Whether other groups than this alert's fire in a collection. */
  othersFire(collection: Incident): boolean;
}

export interface FoldContext extends OpeningContext {
  readonly around?: Surroundings;
}

const ALONE: Surroundings = { open: () => null, othersFire: () => false };

const hasTexts = ({ texts }: PreparedAlert): boolean => {
  for (const _ in texts) return true;
  return false;
};

/** An alert on an open incident: counted and silent, unless it is worse than what was known. */
function repeat(alert: PreparedAlert, open: Incident, context: FoldContext): Folded {
  const incident: Incident = {
    ...open,
    ...worseOf(alert, open),
    link: open.link ?? alert.link,
    imageUrl: alert.imageUrl ?? open.imageUrl,
    texts: hasTexts(alert) ? alert.texts : open.texts,
    alertCount: open.alertCount + 1,
    lastAlertAt: Math.max(open.lastAlertAt, context.at),
  };
  const worse = escalation(open, incident, context.at, context.by);
  if (worse === null) {
    return {
      decision: { incident, opens: false, timeline: [], events: [{ type: 'incident.repeated' }] },
      result: 'repeated',
    };
  }
  return { decision: { incident, opens: false, ...worse }, result: 'escalated' };
}

function countAlert(decision: Decision, at: number): Decision {
  const incident = decision.incident as Incident;
  return { ...decision, incident: { ...incident, alertCount: incident.alertCount + 1, lastAlertAt: at } };
}

/** The open incident an alert of a group belongs to: its own, or the collection of a maintenance under way; null when it would open one. */
export function incidentFor(
  open: Incident | null,
  { maintenance, around = ALONE }: Pick<FoldContext, 'maintenance' | 'around'>,
): Incident | null {
  if (open !== null || maintenance?.mode !== 'collect') return open;
  return around.open(collectionGroup(maintenance));
}

function foldWithNothingOpen(alert: PreparedAlert, context: FoldContext): Folded {
  if (alert.signal !== 'trigger') return { decision: NOTHING, result: 'nothing_open' };
  const { maintenance } = context;
  if (maintenance?.mode === 'collect')
    return collect(alert, maintenance, incidentFor(null, context), context);
  return { decision: openIncident(alert, context), result: 'opened' };
}

/** @param open the incident open for (source, alert.groupingId), or the collection in which that group fires, or null */
export function foldAlert(alert: PreparedAlert, open: Incident | null, context: FoldContext): Folded {
  if (alert.signal === 'ignore') return { decision: NOTHING, result: 'ignored' };
  if (open === null) return foldWithNothingOpen(alert, context);
  if (isCollection(open)) {
    const { around = ALONE } = context;
    return foldIntoCollection(alert, open, context, () => around.othersFire(open));
  }
  if (alert.signal === 'resolve') {
    return { decision: countAlert(resolved(open, context.at, context.by), context.at), result: 'resolved' };
  }
  if (alert.signal === 'acknowledge' && open.status === 'triggered') {
    return {
      decision: countAlert(acknowledged(open, context.at, context.by), context.at),
      result: 'acknowledged',
    };
  }
  return repeat(alert, open, context);
}
