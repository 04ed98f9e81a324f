// `auto_resolve_after`: resolves open incidents that their source says nothing of any more. Walks the open incidents in small steps.

import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../core/clock.js';
import { collectionGroup, type Maintenance, NOTHING } from '../../model/maintenance.js';
import type { Topology } from '../../model/topology.js';
import { resolveQuiet } from '../../model/watch.js';
import type { Relay } from '../../relay.js';
import type { ActResult, Store } from '../../store/store.js';

/** Incidents looked at in one step, and the rest between steps: taking alerts in is never held up. */
const STEP_ROWS = 500;
const STEP_PAUSE_MS = 20;

/**
 * How long, at most, a source that could not be heard is given to speak again before its silence counts: tools repeat what still fires
 * within a day, and a longer grace would be renewed by every restart.
 */
const LONGEST_GRACE_MS = 86_400_000;

export interface QuietParts {
  readonly store: Store;
  readonly clock: Clock;
  relay(): Relay;
  topology(): Topology;
  maintenanceOf(source: string): Maintenance | null;
}

export class QuietKeeper {
  readonly #parts: QuietParts;
  readonly #startedAt: number;
  /** When a source was last seen paused: what it posted until then was refused. */
  readonly #pausedAt = new Map<string, number>();

  constructor(parts: QuietParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  /**
   * One walk over all open incidents. Returns how many were resolved.
   * @param goesOn asked before each step
   */
  async resolveQuiet(goesOn: () => boolean): Promise<number> {
    const now = this.#parts.clock.now();
    const after = this.#spans(now);
    if (after.size === 0) return 0;
    const before = new Map([...after].map(([name, spanMs]) => [name, now - spanMs]));
    let resolvedCount = 0;
    for (let from: string | null = null; goesOn(); ) {
      const step = await this.#parts.store.quietIncidents(before, from, STEP_ROWS);
      const done = await Promise.all(step.incidents.map((id) => this.#resolve(id, after)));
      resolvedCount += done.filter(({ events }) => events.length > 0).length;
      if (step.next === null) break;
      from = step.next;
      await pause(STEP_PAUSE_MS);
    }
    return resolvedCount;
  }

  /** Of the sources whose silence says something: after how long it does. */
  #spans(now: number): ReadonlyMap<string, number> {
    const after = new Map<string, number>();
    for (const { name, autoResolveMs, paused } of this.#parts.topology().sources.values()) {
      if (autoResolveMs === null) continue;
      if (paused) this.#pausedAt.set(name, now);
      const since = this.#pausedAt.get(name) ?? this.#startedAt;
      if (!paused && now - since >= Math.min(autoResolveMs, LONGEST_GRACE_MS)) after.set(name, autoResolveMs);
    }
    return after;
  }

  #resolve(id: string, after: ReadonlyMap<string, number>): Promise<ActResult> {
    return this.#parts.relay().conclude(id, 'relay', (incident, at) => {
      const maintenance = this.#parts.maintenanceOf(incident.source);
      // What a maintenance collects stays open until its end, however quiet it is.
      if (maintenance && collectionGroup(maintenance) === incident.groupingId) return NOTHING;
      return resolveQuiet(incident, after.get(incident.source) as number, at);
    });
  }
}
