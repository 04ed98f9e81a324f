// What an incident is: the alerts of one source that share a grouping id, with a life.

import type { KindTexts } from './alert.js';
import type { Priority, Severity } from './severity.js';

export const INCIDENT_STATUSES = ['triggered', 'acknowledged', 'resolved'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/** Who did something: `source:datadog-prod`, `cli:dana`, `api:token-name`, `user:dana`, `relay`. */
export type Actor = string;

export interface Incident {
  readonly id: string;
  readonly source: string;
  readonly pack: string;
  readonly service: string | null;
  readonly channel: string | null;
  /** What alerts of the source are grouped by. At most one open incident per (source, groupingId). */
  readonly groupingId: string;
  readonly status: IncidentStatus;
  readonly title: string;
  readonly message: string;
  readonly link: string | null;
  readonly imageUrl: string | null;
  /** What single kinds of destinations show in place of title, message and image; `{}` when none has its own. */
  readonly texts: KindTexts;
  readonly severity: Severity | null;
  readonly priority: Priority | null;
  /** `user:<name>` or null. */
  readonly assignee: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Alerts folded in so far, the first one included. */
  readonly alertCount: number;
  readonly openedAt: number;
  readonly lastAlertAt: number;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: Actor | null;
  /** The first acknowledgement ever; `tta` is counted to it and survives an unacknowledge. */
  readonly firstAcknowledgedAt: number | null;
  readonly resolvedAt: number | null;
  readonly resolvedBy: Actor | null;
  /** Opened while its source was silenced: its events are kept and go to nobody until it is announced. */
  readonly silenced: boolean;
}

export const TIMELINE_ACTIONS = [
  'triggered',
  'escalated',
  'reassigned',
  'acknowledged',
  'unacknowledged',
  'resolved',
  'priority_changed',
  'note_added',
  'silenced',
  'announced',
] as const;
export type TimelineAction = (typeof TIMELINE_ACTIONS)[number];

export interface TimelineEntry {
  readonly at: number;
  readonly action: TimelineAction;
  readonly by: Actor;
  /** What changed, in words or as from → to: `P3 → P1`, `user:dana`, the note's text. Empty when the action says it all. */
  readonly detail: string;
}

export interface Analytics {
  /** Time to acknowledge: opened → first acknowledged, ms; null while it was never acknowledged. */
  readonly tta: number | null;
  /** Time to resolve: opened → resolved, ms; null while open. */
  readonly ttr: number | null;
}

export function analyticsOf(incident: Incident): Analytics {
  return {
    tta: incident.firstAcknowledgedAt === null ? null : incident.firstAcknowledgedAt - incident.openedAt,
    ttr: incident.resolvedAt === null ? null : incident.resolvedAt - incident.openedAt,
  };
}
