// When a lane looks into the store, and what it claims: after a wake, when something is due, again after a fault. Owns the timer and what
// is known of the store; holds no delivery and sends none.

import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../core/clock.js';
import type { Destination } from '../model/topology.js';
import type { Parcel, Store } from '../store/store.js';
import { GatherPace } from './gather-pace.js';
import { takeDue } from './take-due.js';

/** Node's timers overflow above 2^31 ms; a longer wait is taken in steps. */
const MAX_TIMER_MS = 3_600_000;
/** After the store failed to answer: next look. Grows to the maximum while it goes on. */
const FAULT_WAIT_MS = 250;
const MAX_FAULT_WAIT_MS = 10_000;
/** The store says something is due but gives nothing: it waits for an earlier one. Looked at again after this long, as a net. */
const BLOCKED_LOOK_MS = 1_000;

/** The lane, as its looks see it. */
export interface LookingLane {
  readonly destination: Destination;
  /** Deliveries it may hold, and holds. */
  readonly window: number;
  readonly held: number;
  /** Something claimed waits here to be sent. */
  readonly hasInHand: boolean;
  /** Bytes of event data in a new batch at most. */
  readonly maxBatchBytes: number;
  /** Only a wake can give a reason to look. */
  isShut(): boolean;
  isOpen(): boolean;
  /** The instant before which nothing is sent, ms UTC; null when that is past. */
  closedUntil(): number | null;
  /** Requests that may be claimed now. */
  room(): number;
  /** Gives up what has waited too long. */
  expire(): Promise<void>;
  take(parcels: readonly Parcel[]): void;
  /** Back to the store. */
  release(parcels: readonly Parcel[]): void;
  /** Asks for turns for what is in hand. */
  offer(): void;
  onFault(error: unknown): void;
}

/** @param faults how many in a row before */
export const waitAfterFault = (faults: number): number =>
  Math.min(FAULT_WAIT_MS * 2 ** faults, MAX_FAULT_WAIT_MS);

export class Looks {
  readonly #lane: LookingLane;
  readonly #store: Pick<Store, 'claimDue' | 'claimBatch' | 'nextDueAt'>;
  readonly #clock: Clock;
  /** There may be something due in the store that is not claimed yet. True until a look says otherwise. */
  #mayHaveDue = true;
  #nextDueAt: number | null = null;
  #isLooking = false;
  #lookAgain = false;
  #isPlanned = false;
  readonly #pace = new GatherPace();
  #faults = 0;
  #timer: NodeJS.Timeout | null = null;
  /** When the look under way began, by the process clock; null while none is. For the heartbeat. */
  since: number | null = null;

  constructor(lane: LookingLane, store: Pick<Store, 'claimDue' | 'claimBatch' | 'nextDueAt'>, clock: Clock) {
    this.#lane = lane;
    this.#store = store;
    this.#clock = clock;
  }

  /** As far as is known nothing is due in the store. */
  isNothingDue(): boolean {
    if (this.#mayHaveDue || this.#isLooking) return false;
    return this.#nextDueAt === null || this.#nextDueAt > this.#clock.now();
  }

  /** Something may be due; when to look is left to others. */
  noteWaiting(): void {
    this.#mayHaveDue = true;
  }

  /** Something may have become due. */
  wake(): void {
    this.#mayHaveDue = true;
    if (this.#isLooking) this.#lookAgain = true;
    this.plan();
  }

  /** Something is due at `dueAt` (a retry): no need to ask the store about it. */
  noteDue(dueAt: number): void {
    if (this.#isLooking) this.#lookAgain = true;
    if (this.#nextDueAt === null || dueAt < this.#nextDueAt) this.#nextDueAt = dueAt;
    this.arm();
  }

  /** A slot became free or the lane opened: look when that is worth a claim, together with others that end in this turn. */
  plan(): void {
    if (this.#isPlanned || !this.#mayHaveDue) return;
    this.#isPlanned = true;
    const look = (): void => {
      this.#isPlanned = false;
      const { window, held } = this.#lane;
      if ((window - held) * 2 >= window || held === 0) void this.#look();
    };
    const { restMs } = this.#pace;
    if (restMs > 0) setTimeout(look, restMs).unref();
    else setImmediate(look);
  }

  /** A person does not wait for what gathers. */
  endRest(): void {
    if (this.#pace.restMs > 0) void this.#look();
  }

  /** A look that never came back: the next one may begin. What the lost one still brings is taken. */
  abandon(): void {
    this.#isLooking = false;
    this.since = null;
  }

  /** Sets the timer for the next look. */
  arm(): void {
    this.stop();
    const waitMs = this.#waitMs();
    if (waitMs === null) return;
    this.#timer = setTimeout(() => this.#onTimer(), Math.min(Math.max(waitMs, 1), MAX_TIMER_MS));
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#lookAgain = true;
      return;
    }
    this.#isLooking = true;
    this.since = performance.now();
    try {
      do this.#lookAgain = false;
      while ((await this.#claim()) || (this.#lookAgain && this.#pace.restMs === 0));
      if (this.#lookAgain) this.plan();
      this.#faults = 0;
    } catch (error) {
      this.#faults += 1;
      this.#lane.onFault(error);
    } finally {
      this.#isLooking = false;
      this.since = null;
      this.arm();
    }
  }

  /** One claim. True when the store may have more and there is room for it. */
  async #claim(): Promise<boolean> {
    const lane = this.#lane;
    const room = lane.room();
    if (!this.#mayHaveDue || room <= 0 || !lane.isOpen()) {
      this.#lookAgain = false;
      return false;
    }
    await lane.expire();
    const now = this.#clock.now();
    const { destination, maxBatchBytes } = lane;
    const taken = await this.#pace.timed(() => takeDue(this.#store, destination, now, room, maxBatchBytes));
    const { parcels, mayHaveMore, nextDueAt: dueAt } = taken;
    // Put together under rules that hold no more.
    if (parcels.length > 0 && !isDeepStrictEqual(destination.batch, lane.destination.batch)) {
      lane.release(parcels);
      return false;
    }
    lane.take(parcels);
    if (mayHaveMore) return destination.batch !== undefined;
    if (this.#lookAgain) return this.#pace.restMs === 0;
    this.#mayHaveDue = false;
    this.#nextDueAt = dueAt !== null && dueAt <= now ? now + BLOCKED_LOOK_MS : dueAt;
    return false;
  }

  /** How long until there is a reason to look; null when only a wake can give one. */
  #waitMs(): number | null {
    if (this.#lane.isShut()) return null;
    if (this.#faults > 0) return waitAfterFault(this.#faults);
    const now = this.#clock.now();
    const closedUntil = this.#lane.closedUntil() ?? 0;
    if (this.#mayHaveDue || this.#lane.hasInHand) return closedUntil > now ? closedUntil - now : null;
    return this.#nextDueAt === null ? null : Math.max(this.#nextDueAt, closedUntil) - now;
  }

  #onTimer(): void {
    this.#timer = null;
    if (this.#lane.hasInHand) this.#lane.offer();
    if (this.#nextDueAt !== null && this.#nextDueAt <= this.#clock.now()) this.#mayHaveDue = true;
    if (this.#lane.isOpen() && this.#mayHaveDue) void this.#look();
    else this.arm();
  }
}
