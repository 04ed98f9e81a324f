// Deeds of Relay itself on the incident open for a group, which may open it: no alert brought them.

import { formatId } from '../../core/ids.js';
import type { Actor, Incident } from '../../model/incident.js';
import type { GroupResult } from '../care-store.js';
import type { Plan } from '../store.js';
import { hashGrouping, type Incidents } from './incidents.js';
import type { Kernel } from './kernel.js';
import type { PlanWriter, WrittenEvents } from './plan.js';

interface Group {
  readonly source: string;
  readonly groupingId: string;
}
type Decide = (open: Incident | null, newIncidentId: string) => Plan;

export function prepareActOnGroup(
  { ids, interned, writer }: Kernel,
  incidents: Incidents,
  plans: PlanWriter,
) {
  function write(group: Group, at: number, actor: Actor, decide: Decide): GroupResult {
    const source = interned.word(group.source);
    const groupingHash = hashGrouping(group.groupingId);
    const found = incidents.open(source, groupingHash);
    const newIncident = ids.nextValue();
    const plan = decide(found?.incident ?? null, formatId('inc', newIncident));
    const into: WrittenEvents = { events: [], claimed: [] };
    if (plan.incident === null) return { incident: found?.incident ?? null, ...into };
    const number = found?.id ?? newIncident;
    if (found) incidents.update(number, found.incident, plan.incident);
    else incidents.insert(number, plan.incident, source, groupingHash, null, null, null);
    plans.timeline(number, plan.timeline);
    const { groupingId: grouping } = found?.incident ?? plan.incident;
    const about = { number, grouping, opener: found?.opener ?? null };
    const context = { at, actor, source: group.source, incident: about, alert: null };
    plans.events(plan.events, { ...context, isNewIncident: found === null }, into);
    return { incident: plan.incident, ...into };
  }

  return {
    actOnGroup: (group: Group, at: number, actor: Actor, decide: Decide) =>
      writer.submit(() => write(group, at, actor, decide)),
  };
}
