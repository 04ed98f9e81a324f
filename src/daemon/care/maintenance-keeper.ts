// Maintenance of sources: starting, ending, and ending by time. Memory says what is in force (asked for every alert), the store what is
// owed after a crash. Ending is a row of steps, each of which may be tried again (docs/decisions/0008).

import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.js';
import { RelayError } from '../../core/errors.js';
import { closeCollection, NAMED_GROUPS } from '../../model/collection.js';
import type { Actor } from '../../model/incident.js';
import {
  announced,
  collectionGroup,
  type EndCounts,
  type Maintenance,
  type MaintenanceMode,
  maintenanceEventData,
  untilText,
} from '../../model/maintenance.js';
import type { Topology } from '../../model/topology.js';
import type { Relay } from '../../relay.js';
import type { Store, StoredMaintenance } from '../../store/store.js';

/** Incidents announced in one write. */
const BATCH = 100;

export interface MaintenanceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  relay(): Relay;
  topology(): Topology;
}

const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export class MaintenanceKeeper {
  readonly #parts: MaintenanceParts;
  readonly #rows = new Map<string, StoredMaintenance>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    for (const row of await this.#parts.store.maintenances()) this.#rows.set(row.source, row);
  }

  /** Null also once its time is over and the tick that ends it is still to come. */
  inForce(source: string): Maintenance | null {
    if (this.#rows.size === 0) return null;
    const row = this.#rows.get(source);
    if (row === undefined || row.endedAt !== null) return null;
    return row.until !== null && row.until <= this.#parts.clock.now() ? null : row;
  }

  /** All there are, those being ended too. */
  all(): readonly StoredMaintenance[] {
    return [...this.#rows.values()];
  }

  /**
   * Starts it, or sets another end for one of the same mode.
   * @param forMs null: until it is ended. @throws RelayError object.exists when the source is in the other mode
   */
  start(source: string, mode: MaintenanceMode, forMs: number | null, by: Actor): Promise<Maintenance> {
    return this.#inTurn(async () => {
      const now = this.#parts.clock.now();
      const until = forMs === null ? null : now + forMs;
      const current = this.inForce(source);
      if (current === null) return this.#begin({ source, mode, startedAt: now, until, by });
      if (current.mode !== mode) {
        throw new RelayError('object.exists', `source ${source} is already in maintenance: ${current.mode}`, {
          fix: `end that first: relay source maintenance ${source} --end`,
        });
      }
      const changed = { ...current, until, endedAt: null, endedBy: null };
      await this.#parts.store.putMaintenance(changed);
      this.#rows.set(source, changed);
      this.#parts.log.info(
        { source, mode, until: isoOrNull(until), by },
        'the end of a maintenance was changed',
      );
      return changed;
    });
  }

  /** @throws RelayError object.not_found when it is in none */
  end(source: string, by: Actor): Promise<EndCounts> {
    return this.#inTurn(async () => {
      const row = this.#rows.get(source);
      if (row === undefined) {
        throw new RelayError('object.not_found', `source ${source} is not in maintenance`, {
          fix: `start it: relay source maintenance ${source} --mode silence --for 2h`,
        });
      }
      return this.#finish(row, by);
    });
  }

  /** Ends what is due, what lost its source, and what an earlier end left half done. */
  async tick(): Promise<void> {
    if (this.#rows.size === 0) return;
    await this.#inTurn(async () => {
      for (const row of this.all()) {
        const isGone = !this.#parts.topology().sources.has(row.source);
        if (this.inForce(row.source) !== null && !isGone) continue;
        await this.#finish(row, 'relay').catch((error: unknown) =>
          this.#parts.log.error(
            { err: error, source: row.source },
            'a maintenance could not be ended; it is tried again',
          ),
        );
      }
    });
  }

  async #begin(maintenance: Maintenance): Promise<Maintenance> {
    const { source, mode, until, by } = maintenance;
    const left = this.#rows.get(source);
    if (left !== undefined) await this.#finish(left, 'relay');
    const row: StoredMaintenance = { ...maintenance, endedAt: null, endedBy: null };
    const data = JSON.stringify(maintenanceEventData(row, row.startedAt));
    await this.#parts.relay().publishMaintenance('source.maintenance_started', source, data, by, row);
    this.#rows.set(source, row);
    this.#parts.log.info({ source, mode, until: isoOrNull(until), by }, 'maintenance started');
    return row;
  }

  async #finish(row: StoredMaintenance, by: Actor): Promise<EndCounts> {
    const ending = await this.#markEnded(row, by);
    const announcedCount = await this.#announceSilenced(ending);
    const stillFiring = ending.mode === 'collect' ? await this.#closeCollection(ending) : 0;
    const counts = { announced: announcedCount, stillFiring };
    const data = JSON.stringify(maintenanceEventData(ending, this.#parts.clock.now(), counts));
    const endedBy = ending.endedBy as Actor;
    await this.#parts.relay().publishMaintenance('source.maintenance_ended', row.source, data, endedBy, null);
    this.#rows.delete(row.source);
    this.#parts.log.info({ source: row.source, mode: row.mode, by: endedBy, ...counts }, 'maintenance ended');
    return counts;
  }

  /** From here on alerts are folded as ever. */
  async #markEnded(
    row: StoredMaintenance,
    by: Actor,
  ): Promise<StoredMaintenance & { readonly endedAt: number }> {
    const ending = { ...row, endedAt: row.endedAt ?? this.#parts.clock.now(), endedBy: row.endedBy ?? by };
    if (row.endedAt === null) {
      await this.#parts.store.putMaintenance(ending);
      this.#rows.set(row.source, ending);
    }
    return ending;
  }

  async #announceSilenced(ending: StoredMaintenance): Promise<number> {
    const { store } = this.#parts;
    const why = `${untilText(ending)} has ended`;
    const by = ending.endedBy as Actor;
    let count = 0;
    for (;;) {
      const ids = await store.silencedIncidents(ending.source, BATCH);
      if (ids.length === 0) return count;
      await Promise.all(
        ids.map((id) =>
          this.#parts.relay().conclude(id, by, (incident, at) => announced(incident, at, by, why)),
        ),
      );
      count += ids.length;
    }
  }

  /** How many groups still fire. */
  async #closeCollection(ending: StoredMaintenance & { readonly endedAt: number }): Promise<number> {
    const { store } = this.#parts;
    const collection = await store.openInGroup(ending.source, collectionGroup(ending));
    if (collection === null) return 0;
    const firing = await store.stillFiring(collection.id, NAMED_GROUPS);
    const isNoted = (await store.timeline(collection.id)).some(
      ({ at, by, action }) => at === ending.endedAt && by === 'relay' && action === 'note_added',
    );
    if (!isNoted) {
      await this.#parts
        .relay()
        .conclude(collection.id, 'relay', (incident) => closeCollection(incident, firing, ending.endedAt));
    }
    return firing.total;
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(change, change);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
