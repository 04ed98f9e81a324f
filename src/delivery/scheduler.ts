// The delivery engine: opens a lane for each destination, gives out turns, makes attempts and settles them. Policy is elsewhere:
// next-step.ts (retries), health.ts (degraded, disabled, paused), lane.ts (what may be sent), looks.ts (when the store is asked).

import { performance } from 'node:perf_hooks';
import type { Writable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Clock } from '../core/clock.js';
import { createEgressRule, type EgressSettings } from '../core/egress.js';
import { type Driver, NO_SUPPLIES } from '../destinations/driver.js';
import type { Destination, Directory, Topology } from '../model/topology.js';
import type { ClaimedDelivery, DestinationState, Store } from '../store/store.js';
import { AccessTokens } from './access-tokens.js';
import { Courier } from './courier.js';
import type { ResolveName } from './egress-lookup.js';
import type { AttemptNotice, DeliveryEngine, LaneState, OperationalNotice } from './engine.js';
import { Expiry, isHeld } from './expiry.js';
import { FORGIVEN, isDegraded, newDestinationState, underRules } from './health.js';
import { Lane, type LaneContext } from './lane.js';
import { LeftOver } from './left-over.js';
import { Notices } from './notices.js';
import { Pulse } from './pulse.js';
import { Standings } from './standings.js';
import { sweepFailed } from './sweep.js';
import { SweepSchedule } from './sweep-schedule.js';
import { Transport } from './transport.js';
import { Turns } from './turns.js';

export interface DeliveryEngineOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Asked on every update. */
  readonly egress: () => EgressSettings;
  /** Base of links, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly version: string;
  /** Part of every message id; from `store.info()`. */
  readonly instanceId: string;
  readonly stdout: Writable;
  readonly driverFor: (noun: Destination['noun'], kind: string) => Driver | undefined;
  /** Requests under way at once over all lanes. Default 256. */
  readonly maxRequests?: number;
  readonly resolve?: ResolveName;
  readonly responseCapBytes?: number;
}

const MAX_REQUESTS = 256;

export class Scheduler implements DeliveryEngine {
  readonly #options: DeliveryEngineOptions;
  readonly #transport: Transport;
  readonly #turns: Turns;
  readonly #standings: Standings;
  readonly #sweeps: SweepSchedule;
  readonly #laneContext: LaneContext;
  readonly #courier: Courier;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes of removed destinations that still have requests under way. */
  readonly #closing = new Set<Lane>();
  readonly #notices: Notices;
  readonly #expiry: Expiry;
  readonly #leftOver: LeftOver;
  /** Refs for which something waited when the topology was last set, and that have no lane. */
  #withoutLane: readonly string[] = [];
  readonly #pulse: Pulse;
  readonly #sweeping = new Set<string>();
  #states: Map<string, DestinationState> | null = null;
  #isRunning = false;
  #isStopped = false;
  #egress: EgressSettings;
  #directory: Directory = NO_SUPPLIES.directory;
  #faults = 0;

  constructor(options: DeliveryEngineOptions) {
    this.#options = options;
    this.#egress = options.egress();
    this.#transport = new Transport({
      rule: createEgressRule(this.#egress),
      proxy: this.#egress.proxy ?? null,
      ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
      ...(options.responseCapBytes === undefined ? {} : { responseCapBytes: options.responseCapBytes }),
    });
    this.#turns = new Turns(options.maxRequests ?? MAX_REQUESTS);
    this.#standings = new Standings(
      options.store,
      options.log,
      (ref) => this.#lanes.get(ref)?.recentStarts() ?? null,
    );
    this.#notices = new Notices(options.log);
    this.#expiry = new Expiry({
      store: options.store,
      clock: options.clock,
      notices: this.#notices,
      isRunning: () => this.#isRunning,
    });
    this.#pulse = new Pulse({
      clock: options.clock,
      log: options.log,
      lanes: this.#lanes,
      standings: this.#standings,
      expiry: this.#expiry,
      onFault: (lane, error) => this.#onFault(lane, error),
    });
    this.#leftOver = new LeftOver({
      store: options.store,
      clock: options.clock,
      log: options.log,
      lanes: this.#lanes,
      isStopped: () => this.#isStopped,
    });
    this.#sweeps = new SweepSchedule((ref) => this.sweep(ref), options.log);
    this.#courier = this.#makeCourier();
    this.#laneContext = this.#makeLaneContext();
  }

  #makeCourier(): Courier {
    const options = this.#options;
    return new Courier({
      store: options.store,
      log: options.log,
      random: options.random,
      turns: this.#turns,
      notices: this.#notices,
      standings: this.#standings,
      onFault: (lane, error) => this.#onFault(lane, error),
      onDisabled: () => this.#tellHeld(),
      onLeftOver: (ref) => this.#leftOver.found(ref),
      onDone: (lane) => {
        if (lane.isRemoved && lane.isEmpty) this.#closing.delete(lane);
      },
      clock: options.clock,
      transport: this.#transport,
      tokens: new AccessTokens(options.clock, this.#transport),
      stdout: options.stdout,
      publicUrl: options.publicUrl,
      supplies: () => ({ store: options.store, directory: this.#directory }),
      version: options.version,
      instanceId: options.instanceId,
    });
  }

  #makeLaneContext(): LaneContext {
    const options = this.#options;
    return {
      store: options.store,
      clock: options.clock,
      turns: this.#turns,
      isRunning: () => this.#isRunning,
      run: (lane, parcel) => void this.#courier.carry(lane, parcel),
      onCounted: (lane) => this.#standings.note(lane.state),
      expire: (lane) => this.#expiry.check(lane),
      onFault: (lane, error) => this.#onFault(lane, error),
      onLeftOver: (ref) => this.#leftOver.found(ref),
    };
  }

  async update(topology: Topology, outOfForce: readonly string[] = []): Promise<void> {
    this.#followEgress();
    this.#directory = topology;
    const states = await this.#knownStates();
    for (const destination of topology.destinations.values()) this.#openLane(destination, states);
    for (const [ref, lane] of this.#lanes) {
      if (!topology.destinations.has(ref)) this.#closeLane(lane);
    }
    this.#leftOver.follow(outOfForce);
    for (const [ref, state] of states) {
      if (!this.#lanes.has(ref) && !this.#leftOver.isKept(ref)) this.#forget(state);
    }
    this.#withoutLane = await this.#leftOver.refs();
    this.#tellHeld();
    if (this.#isRunning) this.#sweeps.follow(topology.destinations.values());
    for (const lane of this.#lanes.values()) {
      lane.refresh();
      lane.wake();
    }
    void this.#leftOver.callOff(this.#withoutLane);
  }

  reserve(destination: string): boolean {
    return !this.#turns.isFull && this.#lanes.get(destination)?.reserve() === true;
  }

  unreserve(destination: string): void {
    this.#lanes.get(destination)?.unreserve();
  }

  dispatch(claimed: readonly ClaimedDelivery[]): void {
    for (const delivery of claimed) {
      const lane = this.#lanes.get(delivery.destination);
      if (lane !== undefined) lane.takeReserved(delivery);
      else this.#leftOver.giveBack(delivery);
    }
  }

  wake(destination?: string, byHand?: string): void {
    if (byHand !== undefined) this.#lanes.get(destination ?? '')?.sendByHand(byHand);
    else if (destination !== undefined) this.#lanes.get(destination)?.wake();
    else for (const lane of this.#lanes.values()) lane.wake();
  }

  nextAttempt(delivery: string, timeoutMs: number): Promise<AttemptNotice> {
    return this.#notices.nextAttempt(delivery, timeoutMs);
  }

  laneState(destination: string): LaneState | undefined {
    const lane = this.#lanes.get(destination);
    if (lane === undefined) return undefined;
    return {
      ...lane.state,
      inFlight: lane.requests,
      health: isDegraded(lane.state) ? 'degraded' : 'healthy',
      nextTryAt: lane.closedUntil(),
      isHeldBack: lane.isHeldBack(),
      isPaused: lane.destination.paused,
      learntBatchBytes: lane.appetite.size.learntBytes,
    };
  }

  async enable(destination: string): Promise<void> {
    const lane = this.#lanes.get(destination);
    if (lane === undefined) return;
    await this.#options.store.setDestinationState(destination, FORGIVEN);
    lane.state = { ...lane.state, ...FORGIVEN };
    // Takes the place of an older standing that may still wait to be written.
    this.#standings.note(lane.state);
    this.#tellHeld();
    lane.refresh();
    lane.wake();
  }

  async sweep(destination: string): Promise<number> {
    const lane = this.#lanes.get(destination);
    const redelivery = lane?.destination.redelivery;
    if (lane === undefined || redelivery === null || redelivery === undefined) return 0;
    const isWanted = (): boolean => !this.#isStopped && !isHeld(lane);
    if (!isWanted() || this.#sweeping.has(destination)) return 0;
    this.#sweeping.add(destination);
    try {
      const taken = await sweepFailed(this.#options.store, {
        destination,
        // What is too old to be sent is too old to be sent again.
        maxAgeMs: Math.min(redelivery.maxAgeMs, lane.destination.retry.giveUpAfterMs ?? redelivery.maxAgeMs),
        now: this.#options.clock.now(),
        isRunning: isWanted,
      });
      if (taken > 0) this.#leftOver.found(destination);
      return taken;
    } finally {
      this.#sweeping.delete(destination);
    }
  }

  onAttempt(listener: (notice: AttemptNotice) => void): void {
    this.#notices.onAttempt(listener);
  }

  onOperational(listener: (notice: OperationalNotice) => void): void {
    this.#notices.onOperational(listener);
  }

  schedulerAliveAt(): number {
    return this.#pulse.aliveAt;
  }

  faults(): number {
    return this.#faults;
  }

  async start(): Promise<void> {
    this.#isRunning = true;
    this.#pulse.start();
    this.#sweeps.follow([...this.#lanes.values()].map((lane) => lane.destination));
    for (const lane of this.#lanes.values()) {
      lane.refresh();
      lane.wake();
    }
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.#isStopped) return;
    this.#isRunning = false;
    this.#isStopped = true;
    this.#sweeps.stop();
    this.#pulse.stop();
    const lanes = [...this.#lanes.values(), ...this.#closing];
    for (const lane of lanes) lane.close();
    const isQuiet = (): boolean => lanes.every((lane) => lane.requests + lane.unsettled === 0);
    await waitUntil(isQuiet, deadlineMs);
    this.#courier.isCutOff = true;
    this.#transport.abortAll('cut off: Relay was told to stop');
    // Results of what was cut off still belong into the history.
    await waitUntil(isQuiet, 1_000);
    this.#courier.isGivenUp = true;
    await this.#standings.flush();
    await this.#transport.close();
  }

  /** New rules end connections made under the old ones. */
  #followEgress(): void {
    const egress = this.#options.egress();
    if (egress === this.#egress) return;
    this.#egress = egress;
    this.#transport.useRule(createEgressRule(egress), egress.proxy ?? null);
  }

  async #knownStates(): Promise<Map<string, DestinationState>> {
    if (this.#states === null) {
      const kept = await this.#options.store.destinationStates();
      this.#states = new Map(kept.map((state) => [state.ref, state]));
    }
    return this.#states;
  }

  #openLane(destination: Destination, states: Map<string, DestinationState>): void {
    const driver = this.#options.driverFor(destination.noun, destination.kind);
    const lane = this.#lanes.get(destination.ref);
    if (lane !== undefined) {
      const before = lane.state;
      lane.follow(destination);
      if (!isDeepStrictEqual(lane.state, before)) this.#standings.note(lane.state);
      lane.driver = driver;
      return;
    }
    const kept = states.get(destination.ref) ?? newDestinationState(destination.ref);
    const state = underRules(kept, destination, this.#options.clock.now());
    this.#lanes.set(destination.ref, new Lane(destination, driver, state, this.#laneContext));
  }

  #closeLane(lane: Lane): void {
    lane.isRemoved = true;
    this.#lanes.delete(lane.ref);
    this.#forget(lane.state);
    lane.close();
    if (!lane.isEmpty) this.#closing.add(lane);
  }

  /** Added again under this name it starts afresh, after a restart as well. */
  #forget(state: DestinationState): void {
    this.#states?.delete(state.ref);
    const fresh = newDestinationState(state.ref);
    if (!isDeepStrictEqual(state, fresh)) this.#standings.note(fresh);
  }

  /** Pending deliveries of these refs read as `held`: paused, disabled, out of force, or removed and about to be cancelled. */
  #tellHeld(): void {
    const held = new Set(this.#withoutLane);
    for (const lane of this.#lanes.values()) {
      if (lane.destination.paused || lane.state.disabledReason !== null) held.add(lane.ref);
    }
    this.#options.store.setHeld(held);
  }

  #onFault(lane: Lane, error: unknown): void {
    this.#faults += 1;
    this.#options.log.error({ destination: lane.ref, err: error }, 'a fault in a delivery lane; it goes on');
  }
}

async function waitUntil(isDone: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!isDone() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
}
