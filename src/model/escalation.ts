// What an alert that is worse than what was known makes of an open incident. It never gets better: a source that calms down says resolved. Pure.

import type { PreparedAlert } from './alert.js';
import type { Decision } from './event.js';
import type { Actor, Incident } from './incident.js';
import { raised } from './opening.js';
import { isWorse, priorityOf } from './severity.js';

/** The worse of what was known and what the alert says. */
export function worseOf(
  alert: Pick<PreparedAlert, 'severity' | 'priority'>,
  known: Pick<Incident, 'severity' | 'priority'>,
): Pick<Incident, 'severity' | 'priority'> {
  const isWorseNow = isWorse(alert.severity, known.severity);
  const severity = isWorseNow ? alert.severity : known.severity;
  return {
    severity,
    priority: raised(known.priority, alert.priority ?? (isWorseNow ? priorityOf(severity) : null)),
  };
}

/** What is noted and told where `after` is worse than `before`; null where it is not. */
export function escalation(
  before: Incident,
  after: Incident,
  at: number,
  by: Actor,
): Pick<Decision, 'timeline' | 'events'> | null {
  const isSevere = after.severity !== before.severity;
  if (!isSevere && after.priority === before.priority) return null;
  const detail = isSevere
    ? `${before.severity ?? 'none'} → ${after.severity}`
    : `${before.priority ?? 'none'} → ${after.priority}`;
  const change = {
    from: before.priority,
    to: after.priority,
    reason: `the source reports it as worse: ${detail}`,
  };
  return {
    timeline: [{ at, action: 'escalated', by, detail }],
    events: after.priority === before.priority ? [] : [{ type: 'incident.priority_changed', change }],
  };
}
