// The care of sources: maintenance, heartbeats, and incidents that went quiet, driven by one small timer. Looks at memory; the store is
// touched only when something is due.

import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.js';
import { RelayError } from '../../core/errors.js';
import type { SourceCare } from '../../http/runtime.js';
import type { Actor } from '../../model/incident.js';
import {
  announced,
  type EndCounts,
  type Maintenance,
  type MaintenanceMode,
} from '../../model/maintenance.js';
import type { Source } from '../../model/topology.js';
import type { Relay } from '../../relay.js';
import type { ActResult, Store } from '../../store/store.js';
import type { InForce } from '../control/in-force.js';
import { HeartbeatKeeper } from './heartbeat-keeper.js';
import { MaintenanceKeeper } from './maintenance-keeper.js';
import { QuietKeeper } from './quiet-keeper.js';

/** The shortest heartbeat is 30 s; an end or an alarm may be late by this. */
const TICK_MS = 2_000;
const QUIET_EVERY_MS = 30_000;

export interface CareParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly inForce: InForce;
  relay(): Relay;
}

export class RunningCare implements SourceCare {
  readonly #parts: CareParts;
  readonly #maintenance: MaintenanceKeeper;
  readonly #heartbeats: HeartbeatKeeper;
  readonly #quiet: QuietKeeper;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #quietAt = 0;
  #stopped = false;

  constructor(parts: CareParts) {
    this.#parts = parts;
    const shared = { ...parts, topology: () => parts.inForce.current.served.topology };
    this.#maintenance = new MaintenanceKeeper(shared);
    const watching = { ...shared, maintenanceOf: (source: string) => this.maintenanceOf(source) };
    this.#heartbeats = new HeartbeatKeeper(watching);
    this.#quiet = new QuietKeeper(watching);
  }

  /** Before alerts are taken in: what an earlier life left. */
  async load(): Promise<void> {
    await this.#maintenance.load();
    await this.#heartbeats.load();
    this.#parts.inForce.onSwap(() => {
      this.#heartbeats
        .reconcile()
        .catch((error: unknown) =>
          this.#parts.log.error({ err: error }, 'heartbeats could not follow a change; it is tried again'),
        );
    });
  }

  start(): void {
    this.#timer = setInterval(() => this.#tickOnce(), TICK_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
    await this.#heartbeats
      .write()
      .catch((error: unknown) => this.#parts.log.error({ err: error }, 'the last beats were not written'));
  }

  /** All that is due by now. @throws RelayError store.* */
  async tick(): Promise<void> {
    await this.#maintenance.tick();
    await this.#heartbeats.tick();
    const now = this.#parts.clock.now();
    if (now - this.#quietAt < QUIET_EVERY_MS) return;
    this.#quietAt = now;
    const count = await this.#quiet.resolveQuiet(() => !this.#stopped);
    if (count > 0)
      this.#parts.log.info({ incidents: count }, 'resolved: no alert for their auto_resolve_after');
  }

  maintenanceOf(source: string): Maintenance | null {
    return this.#maintenance.inForce(source);
  }

  heard(source: Source): void {
    this.#heartbeats.heard(source.name);
  }

  heartbeatOf(source: string): ReturnType<SourceCare['heartbeatOf']> {
    return this.#heartbeats.of(source);
  }

  maintenances(): ReturnType<SourceCare['maintenances']> {
    return this.#maintenance.all();
  }

  startMaintenance(
    source: Source,
    mode: MaintenanceMode,
    forMs: number | null,
    by: Actor,
  ): Promise<Maintenance> {
    return this.#maintenance.start(source.name, mode, forMs, by);
  }

  endMaintenance(source: string, by: Actor): Promise<EndCounts> {
    return this.#maintenance.end(source, by);
  }

  announce(incident: string, by: Actor): Promise<ActResult> {
    return this.#parts.relay().conclude(incident, by, (current, at) => {
      if (!current.silenced || current.status === 'resolved') {
        const why = current.silenced
          ? 'is already resolved'
          : 'is not silenced: it was told of when it opened';
        throw new RelayError('incident.invalid_transition', `incident ${current.id} ${why}`);
      }
      return announced(current, at, by, 'by hand');
    });
  }

  #tickOnce(): void {
    if (this.#running !== null) return;
    this.#running = this.tick()
      .catch((error: unknown) =>
        this.#parts.log.error({ err: error }, 'the care of sources failed; it is tried again'),
      )
      .finally(() => {
        this.#running = null;
      });
  }
}
