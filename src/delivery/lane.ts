// The lane of one destination: what it holds, what it may take, and when it looks into the store again. Owns no request and no
// settling; the scheduler runs those. Memory is bounded by the window, whatever the backlog.

import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';
import type { Driver, Outcome } from '../destinations/driver.js';
import type { Destination } from '../model/topology.js';
import type { ClaimedDelivery, DestinationState, Parcel } from '../store/store.js';
import { Appetite } from './appetite.js';
import { GatherPace } from './gather-pace.js';
import { underRules, withNewSettings } from './health.js';
import type { LaneContext } from './lane-context.js';
import { LaneRate } from './rate.js';
import { aloneParcel, takeDue } from './take-due.js';
import type { TurnTaker } from './turns.js';

/** Results of one lane that may wait for the store at once. */
const MAX_SETTLING = 128;
/** Node's timers overflow above 2^31 ms; a longer wait is taken in steps. */
const MAX_TIMER_MS = 3_600_000;
/** After the store failed to answer: next look. Grows to the maximum while it goes on. */
const FAULT_WAIT_MS = 250;
const MAX_FAULT_WAIT_MS = 10_000;
/** The store says something is due but gives nothing: it waits for an earlier one. Looked at again after this long, as a net. */
const BLOCKED_LOOK_MS = 1_000;

export class Lane implements TurnTaker {
  destination: Destination;
  driver: Driver | undefined;
  state: DestinationState;
  isRemoved = false;
  /** Results the store would not take yet; no new work meanwhile. */
  troubles = 0;
  requests = 0;
  /** Counts up with every wake: tells whether one came while a request was under way. */
  wakes = 0;
  unsettled = 0;
  readonly #context: LaneContext;
  readonly #ready: Parcel[] = [];
  /** What a person waits for: before all others, whatever the circuit says. */
  readonly #byHand: Parcel[] = [];
  readonly appetite = new Appetite();
  readonly #rate: LaneRate;
  #reserved = 0;
  /** There may be something due in the store that is not claimed yet. True until a look says otherwise. */
  #mayHaveDue = true;
  #nextDueAt: number | null = null;
  #isLooking = false;
  #lookAgain = false;
  #isLookPlanned = false;
  readonly #pace = new GatherPace();
  #faults = 0;
  #timer: NodeJS.Timeout | null = null;
  /** When the look under way began, by the process clock; null while none is. For the heartbeat. */
  lookingSince: number | null = null;

  constructor(
    destination: Destination,
    driver: Driver | undefined,
    state: DestinationState,
    context: LaneContext,
  ) {
    this.destination = destination;
    this.driver = driver;
    this.state = state;
    this.#context = context;
    this.#rate = new LaneRate(context.clock, destination.rate, state.recentStarts);
  }

  get ref(): string {
    return this.destination.ref;
  }

  /**
   * What counts against the window: reserved, waiting for a turn, under way. Results on their way into the store count only when they
   * pile up, so that sending does not wait for commits.
   */
  get held(): number {
    const piledUp = Math.max(0, this.unsettled - MAX_SETTLING);
    return this.#reserved + this.#ready.length + this.#byHand.length + this.requests + piledUp;
  }

  /** Nothing of this lane is in memory any more. */
  get isEmpty(): boolean {
    return this.#reserved + this.#ready.length + this.#byHand.length + this.requests + this.unsettled === 0;
  }

  /** The circuit is open: one request at a time. */
  get isProbing(): boolean {
    return this.state.probeAt !== null;
  }

  /** Requests that may be under way at once. */
  get limit(): number {
    return this.isProbing ? 1 : this.appetite.requests.limit(this.destination.concurrency);
  }

  /** Some more than can be under way, so that requests go on while the store commits a claim or a result; batches are big enough. */
  get window(): number {
    if (this.destination.batch !== undefined) return this.limit;
    return this.isProbing ? 1 : this.limit + Math.min(this.limit * 3, 64);
  }

  isOpen(): boolean {
    return this.#isUsable() && (this.state.probeAt ?? 0) <= this.#context.clock.now();
  }

  /** As open as it is for what is asked for by hand. */
  #isUsable(): boolean {
    const { pausedUntil, disabledReason } = this.state;
    return (
      this.#context.isRunning() &&
      !this.isRemoved &&
      !this.destination.paused &&
      disabledReason === null &&
      this.troubles === 0 &&
      (pausedUntil === null || pausedUntil <= this.#context.clock.now())
    );
  }

  /** The instant before which nothing is sent, ms UTC; null when that is past. */
  closedUntil(): number | null {
    const now = this.#context.clock.now();
    const { pausedUntil, probeAt } = this.state;
    const until = Math.max(pausedUntil ?? 0, probeAt ?? 0, this.#rate.freeAt() ?? 0);
    return until > now ? until : null;
  }

  /** Due deliveries wait on purpose: the circuit is open, or the rate in use. */
  isHeldBack(): boolean {
    return this.isProbing || this.#rate.isInUse();
  }

  /** For the standing that is kept; null without a rate, or when it is not in use. */
  recentStarts(): string | null {
    return this.#rate.save();
  }

  /** Requests the rate still allows now, beside those already in hand. */
  #rateRoom(): number {
    return this.#rate.free() - (this.#reserved + this.#ready.length + this.#byHand.length);
  }

  #hasBatchesOf({ batch }: Destination): boolean {
    return isDeepStrictEqual(batch, this.destination.batch);
  }

  /** New settings. A circuit opened by old ones is probed at once: they may be the cure. */
  follow(destination: Destination): void {
    const isSame = isDeepStrictEqual(destination.settings, this.destination.settings);
    // What is in hand was taken under the old limit.
    if (this.#rate.follow(destination.rate)) this.giveBack(true);
    // What was put together under other rules is put together anew.
    if (!this.#hasBatchesOf(destination)) this.giveBack(true);
    if (!isSame || !this.#hasBatchesOf(destination)) this.appetite.size.forget();
    const now = this.#context.clock.now();
    const isElsewhere = destination.settings.url !== this.destination.settings.url;
    const standing = underRules(this.state, destination, now);
    this.state = isSame ? standing : withNewSettings(standing, isElsewhere, now);
    this.destination = destination;
  }

  /** An attempt was judged and `state` is new. */
  answered(before: DestinationState, outcome: Outcome, deliveries: readonly ClaimedDelivery[]): void {
    const hasCome = before.probeAt !== null && this.state.probeAt === null;
    this.appetite.answered(outcome, hasCome, this.destination, deliveries);
  }

  /** The hot path of accepting: no store, no promise. */
  reserve(): boolean {
    // What shares requests is put together by the store.
    if (this.destination.batch !== undefined) return false;
    if (this.isProbing || this.#mayHaveDue || this.#isLooking || this.held >= this.window || !this.isOpen())
      return false;
    if (this.#nextDueAt !== null && this.#nextDueAt <= this.#context.clock.now()) return false;
    if (this.#rateRoom() <= 0) return false;
    this.#reserved += 1;
    return true;
  }

  unreserve(): void {
    this.#reserved = Math.max(0, this.#reserved - 1);
    this.planLook();
  }

  /** Takes what was claimed on a reserved slot. */
  takeReserved(delivery: ClaimedDelivery): void {
    this.#reserved = Math.max(0, this.#reserved - 1);
    this.#take([aloneParcel(delivery)]);
  }

  canSend(): boolean {
    if (this.#rate.freeAt() !== null) return false;
    if (this.#byHand.length > 0) return this.requests < this.destination.concurrency && this.#isUsable();
    return this.#ready.length > 0 && this.requests < this.limit && this.isOpen();
  }

  sendOne(): void {
    const parcel = this.#byHand.shift() ?? this.#ready.shift();
    if (parcel === undefined) return;
    this.requests += 1;
    if (this.#rate.take()) this.#context.onBegun(this);
    this.#context.run(this, parcel);
  }

  /** A request under way wants to be made again. False when the rate has no room for it. */
  takeAnother(): boolean {
    if (this.#rate.freeAt() !== null) return false;
    if (this.#rate.take()) this.#context.onBegun(this);
    return true;
  }

  /** While the circuit is open this one delivery does not wait for a probe; else it is due like any other. */
  sendByHand(id: string): void {
    if (!this.isProbing || !this.#isUsable() || this.#rateRoom() <= 0) {
      this.wake();
      // A person does not wait for what gathers.
      if (this.#pace.restMs > 0) void this.#look();
      return;
    }
    const { store, clock } = this.#context;
    store.claimOne(id, clock.now()).then(
      (claimed) => {
        if (claimed !== null) this.#byHand.push(aloneParcel(claimed));
        this.refresh();
      },
      (error: unknown) => {
        this.#context.onFault(this, error);
        this.wake();
      },
    );
  }

  /** Something may have become due. */
  wake(): void {
    this.wakes += 1;
    this.#mayHaveDue = true;
    if (this.#isLooking) this.#lookAgain = true;
    this.planLook();
  }

  /** A delivery of this lane is due at `dueAt` (a retry): no need to ask the store about it. */
  noteDue(dueAt: number): void {
    if (this.#isLooking) this.#lookAgain = true;
    if (this.#nextDueAt === null || dueAt < this.#nextDueAt) this.#nextDueAt = dueAt;
    this.#arm();
  }

  /** A slot became free or the lane opened: look when that is worth a claim, together with others that end in this turn. */
  planLook(): void {
    if (this.#isLookPlanned || !this.#mayHaveDue) return;
    this.#isLookPlanned = true;
    const look = (): void => {
      this.#isLookPlanned = false;
      const free = this.window - this.held;
      if (free * 2 >= this.window || this.held === 0) void this.#look();
    };
    const { restMs } = this.#pace;
    if (restMs > 0) setTimeout(look, restMs).unref();
    else setImmediate(look);
  }

  /** After a change of state or settings: gives back what may not be sent now, sends what may, and sets the timer. */
  refresh(): void {
    if (!this.isOpen()) this.giveBack();
    if (this.#ready.length + this.#byHand.length > 0) this.#context.turns.offer(this);
    this.#arm();
    if (this.isOpen()) this.planLook();
  }

  /** Hands claimed but unsent deliveries back to the store. */
  giveBack(isAll = !this.#isUsable()): void {
    const unsent = this.#ready.splice(0);
    if (isAll) unsent.push(...this.#byHand.splice(0));
    if (unsent.length === 0) return;
    this.#mayHaveDue = true;
    this.#release(unsent);
  }

  /** A look that never came back: the next one may begin. What the lost one still brings is taken. */
  restartLook(): void {
    this.#isLooking = false;
    this.lookingSince = null;
    this.wake();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.giveBack();
    // Slots still out are given back to, or used on, whoever has this ref by then.
    if (this.isRemoved) this.#reserved = 0;
  }

  #release(parcels: readonly Parcel[], tries = 0): void {
    this.unsettled += parcels.length;
    const ids = parcels.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    this.#context.store.release(ids).then(
      () => {
        this.unsettled -= parcels.length;
        if (this.isRemoved) this.#context.onLeftOver(this.ref);
        else this.wake();
      },
      (error: unknown) => {
        this.unsettled -= parcels.length;
        this.#context.onFault(this, error);
        // Left as they are they would read as `sending` until the next start.
        const waitMs = Math.min(FAULT_WAIT_MS * 2 ** tries, MAX_FAULT_WAIT_MS);
        setTimeout(() => this.#release(parcels, tries + 1), waitMs).unref();
      },
    );
  }

  #take(parcels: readonly Parcel[]): void {
    if (parcels.length === 0) return;
    this.#ready.push(...parcels);
    if (this.isOpen()) this.#context.turns.offer(this);
    else this.giveBack();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#lookAgain = true;
      return;
    }
    this.#isLooking = true;
    this.lookingSince = performance.now();
    try {
      do this.#lookAgain = false;
      while ((await this.#claim()) || (this.#lookAgain && this.#pace.restMs === 0));
      if (this.#lookAgain) this.planLook();
      this.#faults = 0;
    } catch (error) {
      this.#faults += 1;
      this.#context.onFault(this, error);
    } finally {
      this.#isLooking = false;
      this.lookingSince = null;
      this.#arm();
    }
  }

  /** One claim. True when the store may have more and there is room for it. */
  async #claim(): Promise<boolean> {
    const room = Math.min(this.window - this.held, this.#rateRoom());
    if (!this.#mayHaveDue || room <= 0 || !this.isOpen()) {
      this.#lookAgain = false;
      return false;
    }
    const { store, clock, expire } = this.#context;
    await expire(this);
    const now = clock.now();
    const { destination } = this;
    const { maxBytes } = this.appetite.size;
    const taken = await this.#pace.timed(() => takeDue(store, destination, now, room, maxBytes));
    const { parcels, mayHaveMore, nextDueAt: dueAt } = taken;
    if (parcels.length > 0 && !this.#hasBatchesOf(destination)) {
      this.#release(parcels);
      return false;
    }
    this.#take(parcels);
    if (mayHaveMore) return destination.batch !== undefined;
    if (this.#lookAgain) return this.#pace.restMs === 0;
    this.#mayHaveDue = false;
    this.#nextDueAt = dueAt !== null && dueAt <= now ? now + BLOCKED_LOOK_MS : dueAt;
    return false;
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waitMs = this.#waitMs();
    if (waitMs === null) return;
    this.#timer = setTimeout(() => this.#onTimer(), Math.min(Math.max(waitMs, 1), MAX_TIMER_MS));
    this.#timer.unref();
  }

  /** How long until this lane has a reason to look; null when only a wake can give one. */
  #waitMs(): number | null {
    if (!this.#context.isRunning() || this.isRemoved || this.destination.paused) return null;
    if (this.state.disabledReason !== null || this.troubles > 0) return null;
    if (this.#faults > 0) return Math.min(FAULT_WAIT_MS * 2 ** this.#faults, MAX_FAULT_WAIT_MS);
    const now = this.#context.clock.now();
    const closedUntil = this.closedUntil() ?? 0;
    const isInHand = this.#ready.length + this.#byHand.length > 0;
    if (this.#mayHaveDue || isInHand) return closedUntil > now ? closedUntil - now : null;
    return this.#nextDueAt === null ? null : Math.max(this.#nextDueAt, closedUntil) - now;
  }

  #onTimer(): void {
    this.#timer = null;
    if (this.#ready.length + this.#byHand.length > 0) this.#context.turns.offer(this);
    const now = this.#context.clock.now();
    if (this.#nextDueAt !== null && this.#nextDueAt <= now) this.#mayHaveDue = true;
    if (this.isOpen() && this.#mayHaveDue) void this.#look();
    else this.#arm();
  }
}
