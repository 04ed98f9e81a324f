// `auto_resolve_after`: resolves open incidents that their source says nothing of any more. Walks the open incidents in small steps.

import { setTimeout as pause } from 'node:timers/promises';
import { collectionGroup, type Maintenance, NOTHING } from '../model/maintenance.js';
import type { Topology } from '../model/topology.js';
import { resolveQuiet } from '../model/watch.js';
import type { Relay } from '../relay.js';
import type { Store } from '../store/store.js';

/** Incidents looked at in one step, and the rest between steps: taking alerts in is never held up. */
const STEP_ROWS = 500;
const STEP_PAUSE_MS = 20;

export interface QuietParts {
  readonly store: Store;
  relay(): Relay;
  topology(): Topology;
  maintenanceOf(source: string): Maintenance | null;
}

/**
 * One walk over all open incidents. Returns how many were resolved.
 * @param goesOn asked before each step
 */
export async function resolveQuietIncidents(
  { store, relay, topology, maintenanceOf }: QuietParts,
  now: number,
  goesOn: () => boolean,
): Promise<number> {
  const after = new Map<string, number>();
  for (const { name, autoResolveMs } of topology().sources.values()) {
    if (autoResolveMs !== null) after.set(name, autoResolveMs);
  }
  if (after.size === 0) return 0;
  const before = new Map([...after].map(([name, spanMs]) => [name, now - spanMs]));
  let resolvedCount = 0;
  for (let from: string | null = null; goesOn(); ) {
    const step = await store.quietIncidents(before, from, STEP_ROWS);
    const deeds = step.incidents.map((id) =>
      relay().conclude(id, 'relay', (incident, at) => {
        const maintenance = maintenanceOf(incident.source);
        // What a maintenance collects stays open until its end, however quiet it is.
        if (maintenance && collectionGroup(maintenance) === incident.groupingId) return NOTHING;
        return resolveQuiet(incident, after.get(incident.source) as number, at);
      }),
    );
    const done = await Promise.all(deeds);
    resolvedCount += done.filter(({ events }) => events.length > 0).length;
    if (step.next === null) break;
    from = step.next;
    await pause(STEP_PAUSE_MS);
  }
  return resolvedCount;
}
