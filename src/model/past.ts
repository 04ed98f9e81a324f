// What was true of an incident when one of its events happened, read off the timeline as it stands today. So a body made late, for a
// retry or a replay, says what one made at once would have said. Pure.

import type { RelayEvent } from './event.js';
import type { TimelineAction, TimelineEntry } from './incident.js';

const ACTION_OF: Readonly<Record<string, TimelineAction>> = {
  'incident.triggered': 'triggered',
  'incident.reassigned': 'reassigned',
  'incident.acknowledged': 'acknowledged',
  'incident.unacknowledged': 'unacknowledged',
  'incident.resolved': 'resolved',
  'incident.priority_changed': 'priority_changed',
  'incident.note_added': 'note_added',
};

/**
 * The entries up to the event, its own included. Entries of the same millisecond that follow the event's own are left out.
 * @param timeline in the order in which it was written
 */
export function timelineUpTo(
  event: Pick<RelayEvent, 'type' | 'at' | 'actor'>,
  timeline: readonly TimelineEntry[],
): readonly TimelineEntry[] {
  const past = timeline.filter(({ at }) => at <= event.at);
  const own = past.findIndex(
    ({ at, action, by }) => at === event.at && action === ACTION_OF[event.type] && by === event.actor,
  );
  return own === -1 ? past : past.slice(0, own + 1);
}

/** A timeline entry with who the incident was assigned to once it was written. */
export interface AssignedEntry extends TimelineEntry {
  /** `user:<name>` or null. */
  readonly assignee: string | null;
}

const ARROW = ' → ';
const assigneeOf = (word: string | undefined): string | null =>
  word === undefined || word === '' || word === 'nobody' ? null : word;

/** @param assignee who it was assigned to after the last of these entries */
export function withAssignees(
  timeline: readonly TimelineEntry[],
  assignee: string | null,
): readonly AssignedEntry[] {
  const first = timeline.find(({ action }) => action === 'reassigned');
  let current = first === undefined ? assignee : assigneeOf(first.detail.split(ARROW)[0]);
  return timeline.map((entry) => {
    if (entry.action === 'reassigned') current = assigneeOf(entry.detail.split(ARROW)[1]);
    return { ...entry, assignee: current };
  });
}
