// Folding: what an alert makes of the incident open for its group. Pure; the store calls it inside the accepting transaction.

import { acknowledged, resolved } from './actions.js';
import type { AlertResult, PreparedAlert } from './alert.js';
import type { Decision } from './event.js';
import type { Actor, Incident, TimelineEntry } from './incident.js';
import { isWorse, PRIORITIES, type Priority, priorityOf } from './severity.js';
import type { Source } from './topology.js';

export interface FoldContext {
  readonly at: number;
  readonly by: Actor;
  readonly source: Source;
  /** Who an incident of this source's service starts with. */
  readonly assignee: string | null;
  readonly newIncidentId: string;
}

export interface Folded {
  readonly decision: Decision;
  readonly result: AlertResult;
}

const NOTHING: Decision = { incident: null, opens: false, timeline: [], events: [] };

function openIncident(alert: PreparedAlert, context: FoldContext): Decision {
  const { at, by, source } = context;
  const severity = alert.severity ?? source.defaults.severity;
  const incident: Incident = {
    id: context.newIncidentId,
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
    alertCount: 1,
    openedAt: at,
    lastAlertAt: at,
    acknowledgedAt: null,
    acknowledgedBy: null,
    firstAcknowledgedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    silenced: false,
  };
  return {
    incident,
    opens: true,
    timeline: [{ at, action: 'triggered', by, detail: '' }],
    events: [{ type: 'incident.triggered' }],
  };
}

function raised(current: Priority | null, next: Priority | null): Priority | null {
  if (next === null) return current;
  return current === null || PRIORITIES.indexOf(next) < PRIORITIES.indexOf(current) ? next : current;
}

const hasTexts = ({ texts }: PreparedAlert): boolean => {
  for (const _ in texts) return true;
  return false;
};

/** An alert on an open incident: counted and silent, unless it is worse than what was known. */
function repeat(alert: PreparedAlert, open: Incident, context: FoldContext): Folded {
  const worse = isWorse(alert.severity, open.severity);
  const severity = worse ? alert.severity : open.severity;
  const priority = raised(open.priority, alert.priority ?? (worse ? priorityOf(severity) : null));
  const incident: Incident = {
    ...open,
    severity,
    priority,
    link: open.link ?? alert.link,
    imageUrl: alert.imageUrl ?? open.imageUrl,
    texts: hasTexts(alert) ? alert.texts : open.texts,
    alertCount: open.alertCount + 1,
    lastAlertAt: Math.max(open.lastAlertAt, context.at),
  };
  if (!worse && priority === open.priority) {
    return {
      decision: { incident, opens: false, timeline: [], events: [{ type: 'incident.repeated' }] },
      result: 'repeated',
    };
  }
  const detail = worse
    ? `${open.severity ?? 'none'} → ${severity}`
    : `${open.priority ?? 'none'} → ${priority}`;
  const entry: TimelineEntry = { at: context.at, action: 'escalated', by: context.by, detail };
  const change = { from: open.priority, to: priority, reason: `the source reports it as worse: ${detail}` };
  const events = priority === open.priority ? [] : [{ type: 'incident.priority_changed', change }];
  return { decision: { incident, opens: false, timeline: [entry], events }, result: 'escalated' };
}

function countAlert(decision: Decision, at: number): Decision {
  const incident = decision.incident as Incident;
  return { ...decision, incident: { ...incident, alertCount: incident.alertCount + 1, lastAlertAt: at } };
}

/** @param open the incident open for (source, alert.groupingId), or null */
export function foldAlert(alert: PreparedAlert, open: Incident | null, context: FoldContext): Folded {
  if (alert.signal === 'ignore') return { decision: NOTHING, result: 'ignored' };
  if (open === null) {
    return alert.signal === 'trigger'
      ? { decision: openIncident(alert, context), result: 'opened' }
      : { decision: NOTHING, result: 'nothing_open' };
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
