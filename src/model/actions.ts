// What people do to an incident by hand, and what comes of it. Pure.

import { RelayError } from '../core/errors.js';
import type { Decision, EventDraft } from './event.js';
import type { Actor, Incident, TimelineEntry } from './incident.js';
import type { Priority } from './severity.js';

export type IncidentAction =
  | { readonly do: 'acknowledge' }
  | { readonly do: 'unacknowledge' }
  | { readonly do: 'resolve' }
  | { readonly do: 'reassign'; readonly to: string | null }
  | { readonly do: 'set_priority'; readonly priority: Priority }
  | { readonly do: 'add_note'; readonly note: string };

const refuse = (incident: Incident, what: string, fix?: string): never => {
  throw new RelayError('incident.invalid_transition', `incident ${incident.id} ${what}`, fix ? { fix } : {});
};

function decided(incident: Incident, entry: TimelineEntry, event: EventDraft): Decision {
  return { incident, opens: false, timeline: [entry], events: [event] };
}

/** The incident acknowledged; its first acknowledgement counts for `tta`. */
export function acknowledged(incident: Incident, at: number, by: Actor): Decision {
  return decided(
    {
      ...incident,
      status: 'acknowledged',
      acknowledgedAt: at,
      acknowledgedBy: by,
      firstAcknowledgedAt: incident.firstAcknowledgedAt ?? at,
    },
    { at, action: 'acknowledged', by, detail: '' },
    { type: 'incident.acknowledged' },
  );
}

/** @param why where the end needs a reason: of what Relay itself resolves */
export function resolved(incident: Incident, at: number, by: Actor, why = ''): Decision {
  return decided(
    { ...incident, status: 'resolved', resolvedAt: at, resolvedBy: by },
    { at, action: 'resolved', by, detail: why },
    { type: 'incident.resolved', ...(why === '' ? {} : { change: { reason: why } }) },
  );
}

/**
 * What an action makes of an incident.
 * @throws RelayError incident.invalid_transition when it does not apply: the incident is resolved, or already so.
 */
export function decideAction(incident: Incident, action: IncidentAction, at: number, by: Actor): Decision {
  if (incident.status === 'resolved' && action.do !== 'add_note') {
    refuse(
      incident,
      'is already resolved',
      'a resolved incident stays so; the next alert of its group opens a new one',
    );
  }
  switch (action.do) {
    case 'acknowledge':
      if (incident.status === 'acknowledged')
        refuse(incident, `is already acknowledged by ${incident.acknowledgedBy}`);
      return acknowledged(incident, at, by);
    case 'unacknowledge':
      if (incident.status !== 'acknowledged') refuse(incident, 'is not acknowledged');
      return decided(
        { ...incident, status: 'triggered', acknowledgedAt: null, acknowledgedBy: null },
        { at, action: 'unacknowledged', by, detail: '' },
        { type: 'incident.unacknowledged' },
      );
    case 'resolve':
      return resolved(incident, at, by);
    case 'reassign':
      if (incident.assignee === action.to)
        refuse(incident, `is already assigned to ${action.to ?? 'nobody'}`);
      return decided(
        { ...incident, assignee: action.to },
        {
          at,
          action: 'reassigned',
          by,
          detail: `${incident.assignee ?? 'nobody'} → ${action.to ?? 'nobody'}`,
        },
        { type: 'incident.reassigned', change: { from: incident.assignee, to: action.to } },
      );
    case 'set_priority':
      if (incident.priority === action.priority) refuse(incident, `already has priority ${action.priority}`);
      return decided(
        { ...incident, priority: action.priority },
        { at, action: 'priority_changed', by, detail: `${incident.priority ?? 'none'} → ${action.priority}` },
        { type: 'incident.priority_changed', change: { from: incident.priority, to: action.priority } },
      );
    case 'add_note':
      return decided(
        incident,
        { at, action: 'note_added', by, detail: action.note },
        { type: 'incident.note_added', change: { note: action.note } },
      );
  }
}
