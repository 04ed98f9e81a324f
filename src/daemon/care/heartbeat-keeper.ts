// Heartbeats: which sources were heard when, in memory; written in one small write every few seconds. A source that was heard once and
// then not for its period gets an incident, which ends when it is heard again. Before a full period of this daemon nothing is missed.

import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.js';
import type { Actor, Incident } from '../../model/incident.js';
import { HEARTBEAT_GROUP, type Maintenance, NOTHING } from '../../model/maintenance.js';
import type { Source, Topology } from '../../model/topology.js';
import { heardAgain, missedFrom, openMissed, wasMissedBy } from '../../model/watch.js';
import type { Relay } from '../../relay.js';
import type { Store } from '../../store/store.js';

const WRITE_EVERY_MS = 5_000;
const BY: Actor = 'relay';

export interface HeartbeatParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  relay(): Relay;
  topology(): Topology;
  maintenanceOf(source: string): Maintenance | null;
}

export interface Heartbeat {
  readonly periodMs: number;
  readonly lastHeardAt: number | null;
  /** `waiting` for the first beat: that cannot be missed. */
  readonly state: 'waiting' | 'heard' | 'missed';
}

interface Watch {
  periodMs: number;
  isPaused: boolean;
  /** Since when it could be heard: nothing before counts as silence. */
  since: number;
  heardAt: number | null;
  missedAt: number | null;
  isChanged: boolean;
  isBusy: boolean;
}

export class HeartbeatKeeper {
  readonly #parts: HeartbeatParts;
  readonly #watches = new Map<string, Watch>();
  #writtenAt = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** A change of the topology could not be followed: the store failed. The next tick tries again. */
  #isBehind = false;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** Takes up what an earlier life knew, also of sources that have no heartbeat any more. */
  async load(): Promise<void> {
    for (const { source } of await this.#parts.store.heardSources()) {
      if (this.#periodOf(source) === null) await this.#forget(source);
    }
    await this.reconcile();
  }

  /** Follows the topology: new and changed heartbeats begin a fresh period, those that are gone end their incident. */
  reconcile(): Promise<void> {
    const mine = this.#turn.then(async () => {
      this.#isBehind = true;
      await this.#follow();
      this.#isBehind = false;
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** A beat. On the way of every alert: no write, no promise to wait for. */
  heard(source: string): void {
    const watch = this.#watches.get(source);
    if (watch === undefined) return;
    // Where the clock was set back since: still after the silence that it ends.
    watch.heardAt = Math.max(this.#parts.clock.now(), watch.missedAt ?? 0);
    watch.isChanged = true;
    if (watch.missedAt !== null) this.#settle(source, watch);
  }

  of(source: string): Heartbeat | null {
    const watch = this.#watches.get(source);
    if (watch === undefined) return null;
    const { periodMs, heardAt, missedAt } = watch;
    const state = heardAt === null ? 'waiting' : missedAt === null ? 'heard' : 'missed';
    return { periodMs, lastHeardAt: heardAt, state };
  }

  async tick(): Promise<void> {
    if (this.#isBehind) await this.reconcile();
    this.#followClock();
    await Promise.all([...this.#watches].map(([source, watch]) => this.#settle(source, watch)));
    const sinceMs = this.#parts.clock.now() - this.#writtenAt;
    if (sinceMs >= WRITE_EVERY_MS || sinceMs < 0) await this.write();
  }

  /** Writes the beats that are not written yet. @throws RelayError store.* */
  async write(): Promise<void> {
    this.#writtenAt = this.#parts.clock.now();
    const changed = [...this.#watches].filter(([, watch]) => watch.isChanged && watch.heardAt !== null);
    if (changed.length === 0) return;
    for (const [, watch] of changed) watch.isChanged = false;
    try {
      await this.#parts.store.putHeard(
        changed.map(([source, { heardAt, missedAt }]) => ({ source, at: heardAt as number, missedAt })),
      );
    } catch (error) {
      for (const [, watch] of changed) watch.isChanged = true;
      throw error;
    }
  }

  // ---- the pieces --------------------------------------------------------------------------------------------------------

  /** What lies in the future was noted before the clock was set back: it must not put an alarm off. */
  #followClock(): void {
    const now = this.#parts.clock.now();
    for (const watch of this.#watches.values()) {
      watch.since = Math.min(watch.since, now);
      if (watch.missedAt === null && watch.heardAt !== null) watch.heardAt = Math.min(watch.heardAt, now);
    }
  }

  #periodOf(source: string): number | null {
    return this.#parts.topology().sources.get(source)?.heartbeatMs ?? null;
  }

  async #follow(): Promise<void> {
    const { sources } = this.#parts.topology();
    const now = this.#parts.clock.now();
    for (const [name, watch] of this.#watches) {
      const source = sources.get(name);
      if (source === undefined || source.heartbeatMs === null) {
        watch.isPaused = true;
        await this.#forget(name);
        this.#watches.delete(name);
        continue;
      }
      if (watch.isPaused && !source.paused) watch.since = now;
      watch.isPaused = source.paused;
      if (watch.periodMs !== source.heartbeatMs) await this.#changePeriod(name, watch, source.heartbeatMs);
    }
    const fresh = [...sources.values()].filter(
      ({ name, heartbeatMs }) => heartbeatMs !== null && !this.#watches.has(name),
    );
    if (fresh.length > 0) await this.#watchOver(fresh, now);
  }

  async #changePeriod(name: string, watch: Watch, periodMs: number): Promise<void> {
    if (watch.missedAt !== null) {
      await this.#resolve(name, 'its heartbeat was changed');
      watch.missedAt = null;
      watch.isChanged = true;
    }
    watch.periodMs = periodMs;
    watch.since = this.#parts.clock.now();
  }

  async #watchOver(sources: readonly Source[], now: number): Promise<void> {
    const { store } = this.#parts;
    const [kept, activity] = await Promise.all([store.heardSources(), store.sourceActivity(now)]);
    for (const { name, heartbeatMs, paused } of sources) {
      const row = kept.find(({ source }) => source === name);
      const alertAt = activity.get(name)?.lastHeardAt ?? null;
      const heardAt = row === undefined ? alertAt : Math.max(row.at, alertAt ?? 0);
      const watch: Watch = {
        periodMs: heartbeatMs as number,
        isPaused: paused,
        since: now,
        heardAt,
        missedAt: row?.missedAt ?? null,
        isChanged: row?.at !== heardAt,
        isBusy: false,
      };
      await this.#takeUp(name, watch, await store.openInGroup(name, HEARTBEAT_GROUP));
      this.#watches.set(name, watch);
    }
  }

  /** An incident that an earlier life left standing: under another setting it is over, and one it had not noted yet is noted. */
  async #takeUp(name: string, watch: Watch, standing: Incident | null): Promise<void> {
    if (standing === null) return;
    if (!wasMissedBy(standing, watch.periodMs)) {
      await this.#resolve(name, 'its heartbeat was changed');
      watch.missedAt = null;
      watch.isChanged = true;
    } else if (watch.missedAt === null) {
      watch.missedAt = standing.openedAt;
      watch.isChanged = true;
    }
  }

  async #forget(name: string): Promise<void> {
    await this.#resolve(name, 'it has no heartbeat any more');
    await this.#parts.store.forgetHeard(name);
  }

  /** Opens or ends the incident when that is due. Never rejects: what fails is tried again at the next tick. */
  async #settle(name: string, watch: Watch): Promise<void> {
    if (watch.isBusy) return;
    watch.isBusy = true;
    try {
      const { heardAt } = watch;
      if (heardAt !== null && watch.missedAt === null && this.#isMissed(watch, heardAt)) {
        await this.#open(name, watch, heardAt);
      }
      if (watch.missedAt !== null && watch.heardAt !== null && watch.heardAt >= watch.missedAt) {
        await this.#resolve(name, 'it was heard again');
        watch.missedAt = null;
        watch.isChanged = true;
      }
    } catch (error) {
      this.#parts.log.error(
        { err: error, source: name },
        'a heartbeat could not be settled; it is tried again',
      );
    } finally {
      watch.isBusy = false;
    }
  }

  #isMissed({ isPaused, since, periodMs }: Watch, heardAt: number): boolean {
    return !isPaused && this.#parts.clock.now() >= missedFrom(heardAt, since, periodMs);
  }

  async #open(name: string, watch: Watch, heardAt: number): Promise<void> {
    const now = this.#parts.clock.now();
    const { sources, services } = this.#parts.topology();
    const source = sources.get(name);
    if (source === undefined) return;
    const assignee = services.get(source.service ?? '')?.assignee ?? null;
    const maintenance = this.#parts.maintenanceOf(name);
    const { incident } = await this.#parts
      .relay()
      .concludeGroup({ source: name, groupingId: HEARTBEAT_GROUP }, BY, (open, newIncidentId, at) =>
        open !== null || watch.heardAt !== heardAt
          ? NOTHING
          : openMissed(heardAt, watch.periodMs, { at, by: BY, source, assignee, newIncidentId, maintenance }),
      );
    // None was opened: it was heard while this waited for its turn.
    if (incident === null) return;
    watch.missedAt = now;
    watch.isChanged = true;
    this.#parts.log.warn(
      { source: name, lastHeard: new Date(heardAt).toISOString(), incident: incident.id },
      'a heartbeat was missed',
    );
  }

  async #resolve(name: string, why: string): Promise<void> {
    await this.#parts
      .relay()
      .concludeGroup({ source: name, groupingId: HEARTBEAT_GROUP }, BY, (open, _, at) =>
        heardAgain(open, at, why),
      );
  }
}
