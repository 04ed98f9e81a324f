// The rate of one destination: a sliding window over the exact instants at which requests began, so that no span of the limit's length,
// wherever it begins, holds more than the limit. `save` makes a short text of it that outlives a restart, never to the receiver's cost.

import type { Clock } from '../core/clock.js';
import type { RateLimit } from '../model/topology.js';

/** Instants in a saved window: what a restart may delay a request by is at most this part of the span. */
const SAVED_STEPS = 20;

export class RateWindow {
  readonly limit: RateLimit;
  /** Ascending; `#first` is the oldest that still counts. */
  #begun: number[] = [];
  #first = 0;

  constructor(limit: RateLimit, saved: string | null = null) {
    this.limit = limit;
    this.#begun = instantsOf(saved).slice(-limit.requests);
  }

  /** How many requests may begin now. */
  free(now: number): number {
    this.#forget(now);
    return this.limit.requests - (this.#begun.length - this.#first);
  }

  /** When the next request may begin, ms UTC; null when one may now. */
  freeAt(now: number): number | null {
    return this.free(now) > 0 ? null : (this.#begun[this.#first] as number) + this.limit.spanMs;
  }

  /** Some request still counts. */
  isInUse(now: number): boolean {
    return this.free(now) < this.limit.requests;
  }

  /** Counts a request that begins now. */
  take(now: number): void {
    this.#forget(now);
    this.#begun.push(now);
  }

  /** JSON of pairs: an instant, and how many began up to it since the one before. Null when nothing counts any more. */
  save(now: number): string | null {
    this.#forget(now);
    const stepMs = this.limit.spanMs / SAVED_STEPS;
    const pairs: [at: number, count: number][] = [];
    let stepEnds = Number.NEGATIVE_INFINITY;
    for (const at of this.#begun.slice(this.#first)) {
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
    const latest = this.#begun.at(-1);
    // The clock was set back: what was counted moves along, or it would count for too long.
    if (latest !== undefined && latest > now) this.#begun = this.#begun.map((at) => at - (latest - now));
    while (
      this.#first < this.#begun.length &&
      (this.#begun[this.#first] as number) + this.limit.spanMs <= now
    )
      this.#first += 1;
    if (this.#first < 1_024 && this.#first < this.#begun.length) return;
    this.#begun = this.#begun.slice(this.#first);
    this.#first = 0;
  }
}

/** The rate of a lane, which may have none, or another one from now on. */
export class LaneRate {
  readonly #clock: Clock;
  #window: RateWindow | null;

  constructor(clock: Clock, limit: RateLimit | undefined, saved: string | null) {
    this.#clock = clock;
    this.#window = limit === undefined ? null : new RateWindow(limit, saved);
  }

  /** True when it is another one. What began lately counts for the new one too. */
  follow(limit: RateLimit | undefined): boolean {
    if (limit?.text === this.#window?.limit.text) return false;
    this.#window = limit === undefined ? null : new RateWindow(limit, this.save());
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

  /** True when there is something to count. */
  take(): boolean {
    this.#window?.take(this.#clock.now());
    return this.#window !== null;
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
