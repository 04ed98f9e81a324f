// The lane of one destination: what it holds, what it may take, and whether it may send. Owns no request and no settling, the scheduler
// runs those; when it looks into the store is in looks.ts. Memory is bounded by the window, whatever the backlog.

import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../core/clock.js';
import type { Driver, Outcome } from '../destinations/driver.js';
import type { Destination } from '../model/topology.js';
import {
  aloneParcel,
  type ClaimedDelivery,
  type DestinationState,
  type Parcel,
  type Store,
} from '../store/store.js';
import { Appetite } from './appetite.js';
import { underRules, withNewSettings } from './health.js';
import { type LookingLane, Looks, waitAfterFault } from './looks.js';
import { LaneRate } from './rate.js';
import type { Turns, TurnTaker } from './turns.js';

/** Results of one lane that may wait for the store at once. */
const MAX_SETTLING = 128;

/** What a lane is given by the scheduler: the store's verbs it may use, and whom it tells. */
export interface LaneContext {
  readonly store: Pick<Store, 'claimDue' | 'claimBatch' | 'claimOne' | 'nextDueAt' | 'release'>;
  readonly clock: Clock;
  readonly turns: Turns;
  /** False before start and from stop on. */
  readonly isRunning: () => boolean;
  readonly run: (lane: Lane, parcel: Parcel) => void;
  readonly onFault: (lane: Lane, error: unknown) => void;
  /** The rate has counted one more: its standing is to be written. */
  readonly onCounted: (lane: Lane) => void;
  /** Gives up what has waited too long; before a claim. */
  readonly expire: (lane: Lane) => Promise<void>;
  /** Something of this destination waits in the store, and its lane is closed. */
  readonly onLeftOver: (ref: string) => void;
}

export class Lane implements TurnTaker, LookingLane {
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
  readonly rate: LaneRate;
  #reserved = 0;
  readonly #looks: Looks;

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
    this.rate = new LaneRate(context.clock, destination.rate, state.recentStarts);
    this.#looks = new Looks(this, context.store, context.clock);
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

  get hasInHand(): boolean {
    return this.#ready.length + this.#byHand.length > 0;
  }

  get maxBatchBytes(): number {
    return this.appetite.size.maxBytes;
  }

  get lookingSince(): number | null {
    return this.#looks.since;
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
    const { pausedUntil } = this.state;
    return !this.isShut() && (pausedUntil === null || pausedUntil <= this.#context.clock.now());
  }

  /** Closed until something is changed, whatever the time. */
  isShut(): boolean {
    if (!this.#context.isRunning() || this.isRemoved || this.destination.paused) return true;
    return this.state.disabledReason !== null || this.troubles > 0;
  }

  /** The instant before which nothing is sent, ms UTC; null when that is past. */
  closedUntil(): number | null {
    const now = this.#context.clock.now();
    const { pausedUntil, probeAt } = this.state;
    const until = Math.max(pausedUntil ?? 0, probeAt ?? 0, this.rate.freeAt() ?? 0);
    return until > now ? until : null;
  }

  /** Due deliveries wait on purpose: the circuit is open, or the rate in use. */
  isHeldBack(): boolean {
    return this.isProbing || this.rate.isInUse();
  }

  /** For the standing that is kept; null without a rate, or when it is not in use. */
  recentStarts(): string | null {
    return this.rate.save();
  }

  /** Requests the rate still allows now, beside those already in hand. */
  #rateRoom(): number {
    return this.rate.free() - (this.#reserved + this.#ready.length + this.#byHand.length);
  }

  room(): number {
    return Math.min(this.window - this.held, this.#rateRoom());
  }

  #hasBatchesOf({ batch }: Destination): boolean {
    return isDeepStrictEqual(batch, this.destination.batch);
  }

  /** New settings. A circuit opened by old ones is probed at once: they may be the cure. */
  follow(destination: Destination): void {
    const isSame = isDeepStrictEqual(destination.settings, this.destination.settings);
    // What is in hand was taken under the old limit.
    if (this.rate.follow(destination.rate)) this.giveBack(true);
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
    if (this.isProbing || this.held >= this.window || !this.#looks.isNothingDue() || !this.isOpen())
      return false;
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
    this.take([aloneParcel(delivery)]);
  }

  canSend(): boolean {
    if (this.rate.freeAt() !== null) return false;
    if (this.#byHand.length > 0) return this.requests < this.destination.concurrency && this.#isUsable();
    return this.#ready.length > 0 && this.requests < this.limit && this.isOpen();
  }

  sendOne(): void {
    const parcel = this.#byHand.shift() ?? this.#ready.shift();
    if (parcel === undefined) return;
    this.requests += 1;
    this.rate.take();
    this.#context.run(this, parcel);
  }

  /** A request under way wants to be made again. False when the rate has no room for it. */
  takeAnother(): boolean {
    if (this.rate.freeAt() !== null) return false;
    if (this.rate.takeNext()) this.#context.onCounted(this);
    return true;
  }

  /** While the circuit is open this one delivery does not wait for a probe; else it is due like any other. */
  sendByHand(id: string): void {
    if (!this.isProbing || !this.#isUsable() || this.#rateRoom() <= 0) {
      this.wake();
      this.#looks.endRest();
      return;
    }
    const { store, clock } = this.#context;
    store.claimOne(id, clock.now()).then(
      (claimed) => {
        if (claimed !== null) this.#byHand.push(aloneParcel(claimed));
        this.refresh();
      },
      (error: unknown) => {
        this.onFault(error);
        this.wake();
      },
    );
  }

  /** Something may have become due. */
  wake(): void {
    this.wakes += 1;
    this.#looks.wake();
  }

  /** A delivery of this lane is due at `dueAt` (a retry): no need to ask the store about it. */
  noteDue(dueAt: number): void {
    this.#looks.noteDue(dueAt);
  }

  /** A slot became free: look when that is worth a claim. */
  planLook(): void {
    this.#looks.plan();
  }

  /** After a change of state or settings: gives back what may not be sent now, sends what may, and sets the timer. */
  refresh(): void {
    if (!this.isOpen()) this.giveBack();
    if (this.hasInHand) this.offer();
    this.#looks.arm();
    if (this.isOpen()) this.planLook();
  }

  /** Hands claimed but unsent deliveries back to the store. */
  giveBack(isAll = !this.#isUsable()): void {
    const unsent = this.#ready.splice(0);
    if (isAll) unsent.push(...this.#byHand.splice(0));
    if (unsent.length === 0) return;
    this.#looks.noteWaiting();
    this.release(unsent);
  }

  /** A look that never came back: the next one may begin. What the lost one still brings is taken. */
  restartLook(): void {
    this.#looks.abandon();
    this.wake();
  }

  close(): void {
    this.#looks.stop();
    this.giveBack();
    // Slots still out are given back to, or used on, whoever has this ref by then.
    if (this.isRemoved) this.#reserved = 0;
  }

  offer(): void {
    this.#context.turns.offer(this);
  }

  expire(): Promise<void> {
    return this.#context.expire(this);
  }

  onFault(error: unknown): void {
    this.#context.onFault(this, error);
  }

  take(parcels: readonly Parcel[]): void {
    if (parcels.length === 0) return;
    this.#ready.push(...parcels);
    if (this.isOpen()) this.offer();
    else this.giveBack();
  }

  release(parcels: readonly Parcel[], tries = 0): void {
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
        this.onFault(error);
        // Left as they are they would read as `sending` until the next start.
        setTimeout(() => this.release(parcels, tries + 1), waitAfterFault(tries)).unref();
      },
    );
  }
}
