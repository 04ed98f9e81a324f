// Watching over sources: the incident of one that is not heard of, its end, and the end of incidents nobody hears of any more. Pure.

import { formatSpanInWords } from '../core/units.js';
import { resolved } from './actions.js';
import type { Decision } from './event.js';
import type { Incident } from './incident.js';
import { HEARTBEAT_GROUP, NOTHING } from './maintenance.js';
import { type OpeningContext, openIncident } from './opening.js';

/** When a source that was heard at `heardAt` has been silent for too long; counted from `since` at the earliest: nothing could be heard before. */
export const missedFrom = (heardAt: number, since: number, periodMs: number): number =>
  Math.max(heardAt, since) + periodMs;

/** The label that tells with which setting a heartbeat was missed. */
const PERIOD_LABEL = 'heartbeat';

const secondText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** The incident of a source that was heard once and then not for its whole period. During maintenance it opens silenced. */
export function openMissed(heardAt: number, periodMs: number, context: OpeningContext): Decision {
  const { name, defaults } = context.source;
  const period = formatSpanInWords(periodMs);
  return openIncident(
    {
      groupingId: HEARTBEAT_GROUP,
      title: `${name} has not been heard of for ${period}`,
      message: [
        `Last heard ${secondText(heardAt)}; expected at least every ${period}.`,
        'Check that the monitoring tool runs, that it reaches this Relay, and that it still uses the right URL.',
        `Its URL, how it is connected, when it was heard: relay source show ${name}`,
        `What was refused: relay source rejects ${name}`,
        'This resolves by itself when the source is heard again.',
      ].join('\n'),
      link: null,
      imageUrl: null,
      texts: {},
      severity: defaults.severity ?? 'high',
      priority: null,
      labels: { [PERIOD_LABEL]: period },
    },
    context,
    { alertCount: 0, silenced: Boolean(context.maintenance) },
  );
}

/** Whether a missed heartbeat was judged by this period; null: the source has none any more. */
export const wasMissedBy = (incident: Incident, periodMs: number | null): boolean =>
  periodMs !== null && incident.labels[PERIOD_LABEL] === formatSpanInWords(periodMs);

export function heardAgain(missed: Incident | null, at: number, why: string): Decision {
  return missed === null ? NOTHING : resolved(missed, at, 'relay', why);
}

/** An open incident whose source has said nothing of it for `afterMs`; nothing when it has, or somebody resolved it meanwhile. */
export function resolveQuiet(incident: Incident, afterMs: number, at: number): Decision {
  if (incident.status === 'resolved' || at - incident.lastAlertAt < afterMs) return NOTHING;
  return resolved(
    incident,
    at,
    'relay',
    `no alert for ${formatSpanInWords(afterMs)} (auto_resolve_after of ${incident.source})`,
  );
}
