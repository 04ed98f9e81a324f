// The rate of one destination: a sliding window in which a request counts from its beginning until a whole span after its end. However
// long a request was on its way, it had arrived by the time it was answered: so no span of the limit's length holds more than the limit,
// wherever it begins, by the receiver's own clock too. `save` makes a short text of it that outlives a restart, never to the receiver's cost.

import type { Clock } from '../core/clock.js';
import type { RateLimit } from '../model/topology.js';

/** Instants in a saved window: what a restart may delay a request by is at most this part of the span. */
const SAVED_STEPS = 20;

export class RateWindow {
  readonly limit: RateLimit;
  /** When requests ended, ascending; `#first` is the oldest that still counts. */
  #ended: number[] = [];
  #first = 0;
  #underWay: number;

  /** @param underWay requests that a window before this one counts as not ended */
  constructor(limit: RateLimit, saved: string | null = null, underWay = 0) {
    this.limit = limit;
    this.#ended = instantsOf(saved).slice(-limit.requests);
    this.#underWay = underWay;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** How many requests may begin now. */
  free(now: number): number {
    this.#forget(now);
    return this.limit.requests - this.#underWay - (this.#ended.length - this.#first);
  }

  /** When the next request may begin, ms UTC; null when one may now. While all are under way: the soonest it could be. */
  freeAt(now: number): number | null {
    return this.free(now) > 0 ? null : (this.#ended[this.#first] ?? now) + this.limit.spanMs;
  }

  /** Some request still counts. */
  isInUse(now: number): boolean {
    return this.free(now) < this.limit.requests;
  }

  /** Counts a request that begins. */
  begin(): void {
    this.#underWay += 1;
  }

  /** One of those under way was answered, or given up. */
  end(now: number): void {
    this.#forget(now);
    this.#underWay = Math.max(0, this.#underWay - 1);
    this.#ended.push(now);
  }

  /**
   * JSON of pairs: an instant, and how many ended up to it since the one before. Null when nothing counts any more. What is under way is
   * left out: after a crash the store knows of it.
   */
  save(now: number): string | null {
    this.#forget(now);
    const stepMs = this.limit.spanMs / SAVED_STEPS;
    const pairs: [at: number, count: number][] = [];
    let stepEnds = Number.NEGATIVE_INFINITY;
    for (const at of this.#ended.slice(this.#first)) {
      const last = pairs.at(-1);
      if (last === undefined || at >= stepEnds) {
        pairs.push([at, 1]);
        stepEnds = at + stepMs;
        // The latest instant of a step stands for all of it: they count too long, never too short.
      } else pairs[pairs.length - 1] = [at, last[1] + 1];
    }
    return pairs.length === 0 ? null : JSON.stringify(pairs);
  }

  #forget(now: number): void {
    const latest = this.#ended.at(-1);
    // The clock was set back: what was counted moves along, or it would count for too long.
    if (latest !== undefined && latest > now) this.#ended = this.#ended.map((at) => at - (latest - now));
    while (
      this.#first < this.#ended.length &&
      (this.#ended[this.#first] as number) + this.limit.spanMs <= now
    )
      this.#first += 1;
    if (this.#first < 1_024 && this.#first < this.#ended.length) return;
    this.#ended = this.#ended.slice(this.#first);
    this.#first = 0;
  }
}

/** The rate of a lane, which may have none, or another one from now on. Each request is taken once and ended once. */
export class LaneRate {
  readonly #clock: Clock;
  #window: RateWindow | null;

  constructor(clock: Clock, limit: RateLimit | undefined, saved: string | null) {
    this.#clock = clock;
    this.#window = limit === undefined ? null : new RateWindow(limit, saved);
  }

  /** True when it is another one. What ended lately, or is under way, counts for the new one too. */
  follow(limit: RateLimit | undefined): boolean {
    if (limit?.text === this.#window?.limit.text) return false;
    this.#window = limit === undefined ? null : new RateWindow(limit, this.save(), this.#window?.underWay);
    return true;
  }

  free(): number {
    return this.#window?.free(this.#clock.now()) ?? Number.POSITIVE_INFINITY;
  }

  freeAt(): number | null {
    return this.#window?.freeAt(this.#clock.now()) ?? null;
  }

  isInUse(): boolean {
    return this.#window?.isInUse(this.#clock.now()) ?? false;
  }

  /** A request begins. */
  take(): void {
    this.#window?.begin();
  }

  /** A request is over, whatever came of it. True when there is a rate: what is kept of it is another. */
  end(): boolean {
    this.#window?.end(this.#clock.now());
    return this.#window !== null;
  }

  /** One is over, and made again. */
  takeNext(): boolean {
    const isCounted = this.end();
    this.take();
    return isCounted;
  }

  save(): string | null {
    return this.#window?.save(this.#clock.now()) ?? null;
  }
}

/** What cannot be read counts as nothing. */
function instantsOf(saved: string | null): number[] {
  if (saved === null) return [];
  try {
    const pairs = JSON.parse(saved) as readonly (readonly [number, number])[];
    return pairs.flatMap(([at, count]) => Array.from({ length: count }, () => at)).sort((a, b) => a - b);
  } catch {
    return [];
  }
}
