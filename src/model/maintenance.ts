// Maintenance of a source. Silence: what opens meanwhile is kept and told to nobody until it is announced. Collection: what would open
// meanwhile is gathered in one incident, told of once. Records and words; what alerts do to a collection is in `collection`. Pure.

import type { Decision } from './event.js';
import type { Actor, Incident } from './incident.js';

export const MAINTENANCE_MODES = ['silence', 'collect'] as const;
export type MaintenanceMode = (typeof MAINTENANCE_MODES)[number];

export interface Maintenance {
  readonly source: string;
  readonly mode: MaintenanceMode;
  readonly startedAt: number;
  /** Null: until somebody ends it. */
  readonly until: number | null;
  readonly by: Actor;
}

/** Grouping ids that begin so are Relay's own: no alert gets one. */
const RESERVED_GROUPS = 'relay:';
export const HEARTBEAT_GROUP = 'relay:heartbeat';
const COLLECTION_GROUPS = 'relay:maintenance:';

/** The grouping id an alert is folded under: its own, kept out of Relay's. */
export const unreserved = (groupingId: string): string =>
  groupingId.startsWith(RESERVED_GROUPS) ? `alert:${groupingId}` : groupingId;

/** The alert in a group of its source's own, whatever its template says. */
export function outOfReservedGroups<Grouped extends { readonly groupingId: string }>(
  alert: Grouped,
): Grouped {
  const groupingId = unreserved(alert.groupingId);
  return groupingId === alert.groupingId ? alert : { ...alert, groupingId };
}

/** One collection for one maintenance: the next maintenance begins another. */
export const collectionGroup = ({ startedAt }: Maintenance): string => `${COLLECTION_GROUPS}${startedAt}`;

export const isCollection = ({ groupingId }: Incident): boolean => groupingId.startsWith(COLLECTION_GROUPS);

export const minuteText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `maintenance of zabbix-prod until 2026-11-21 14:00 UTC` */
export function untilText({ source, until }: Maintenance): string {
  return `maintenance of ${source} ${until === null ? 'until it is ended' : `until ${minuteText(until)}`}`;
}

/** `2 incidents that stayed silent are announced, 3 groups still fire` */
export interface EndCounts {
  readonly announced: number;
  readonly stillFiring: number;
}

const startReason = (maintenance: Maintenance): string =>
  maintenance.mode === 'silence'
    ? `${untilText(maintenance)}: incidents that open meanwhile are kept and told to nobody`
    : `${untilText(maintenance)}: alerts that would open incidents are collected in one`;

function firingText(groups: number): string {
  if (groups === 0) return 'nothing still fires';
  return groups === 1 ? 'one group still fires' : `${groups} groups still fire`;
}

function endReason({ source, mode }: Maintenance, { announced, stillFiring }: EndCounts): string {
  const silent =
    announced === 0
      ? ''
      : `; ${announced} silenced ${announced === 1 ? 'incident is' : 'incidents are'} announced`;
  const collected = mode === 'silence' ? '' : `; of what was collected ${firingText(stillFiring)}`;
  return `maintenance of ${source} ended${silent}${collected}`;
}

/** The `data` of `source.maintenance_started` and `_ended` (with `counts`). */
export function maintenanceEventData(
  maintenance: Maintenance,
  at: number,
  counts?: EndCounts,
): Readonly<Record<string, unknown>> {
  const { source, mode, startedAt, until, by } = maintenance;
  return {
    source,
    mode,
    by,
    started_at: new Date(startedAt).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
    ...(counts ? { announced: counts.announced, still_firing: counts.stillFiring } : {}),
    reason: counts ? endReason(maintenance, counts) : startReason(maintenance),
    at: new Date(at).toISOString(),
    see: `relay source show ${source}`,
  };
}

/** What is decided where nothing is to change. */
export const NOTHING: Decision = { incident: null, opens: false, timeline: [], events: [] };

/** A silenced incident told to those who would have heard of it; nothing for one that is not silenced or already over. */
export function announced(incident: Incident, at: number, by: Actor, why: string): Decision {
  if (!incident.silenced || incident.status === 'resolved') return NOTHING;
  return {
    incident: { ...incident, silenced: false },
    opens: false,
    timeline: [{ at, action: 'announced', by, detail: why }],
    events: [{ type: 'incident.triggered' }],
  };
}
