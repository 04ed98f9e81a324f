// The limit of requests per source: a sliding window over the exact times of what was let through, in memory. No span of the limit's
// length, wherever it begins, ever holds more than the limit. Counts requests with the right key, whatever becomes of them then.

import type { Clock } from '../../core/clock.js';
import { RelayError } from '../../core/errors.js';
import type { RateLimit, Source } from '../../model/topology.js';

const HOUR_MS = 3_600_000;
const HOURS_COUNTED = 24;

/** Told when a source begins to be limited: once for a limited period, and at most once an hour (a later period waits for its turn). */
export interface RateNotice {
  readonly source: Source;
  readonly limit: RateLimit;
  /** When this limited period began, ms UTC. */
  readonly since: number;
  /** Requests refused since the last such notice, this one included. */
  readonly refused: number;
}

export interface SourceRates {
  /** Counts a request. @throws RelayError ingest.rate_limited, with the exact time to come again */
  admit(source: Source): void;
  /** Requests refused in the last 24 hours since the daemon started, in steps of an hour. */
  refused24h(source: string): number;
}

/** The times of the last `requests` requests let through, in a ring. */
export class SlidingWindow {
  readonly #times: Float64Array;
  readonly #spanMs: number;
  #next = 0;
  #latest = Number.NEGATIVE_INFINITY;

  constructor({ requests, spanMs }: RateLimit) {
    this.#times = new Float64Array(requests).fill(Number.NEGATIVE_INFINITY);
    this.#spanMs = spanMs;
  }

  /** 0 when the request is let through (and counted), else the milliseconds until one would be. */
  admit(now: number): number {
    if (now < this.#latest) this.#setBack(this.#latest - now);
    const waitMs = (this.#times[this.#next] as number) + this.#spanMs - now;
    if (waitMs > 0) return waitMs;
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#times.length;
    this.#latest = now;
    return 0;
  }

  /** The clock was set back: what was counted moves along, or it would count for too long. */
  #setBack(byMs: number): void {
    for (let index = 0; index < this.#times.length; index += 1)
      this.#times[index] = (this.#times[index] as number) - byMs;
    this.#latest -= byMs;
  }
}

interface Limited {
  readonly text: string;
  readonly window: SlidingWindow;
  /** When this limited period, or the last one, began; and whether anybody was told of it. */
  since: number;
  isTold: boolean;
  /** When a request was refused last, and when anybody was told last. */
  refusedAt: number;
  toldAt: number;
  /** Refused since then. */
  untold: number;
  /** Hour since 1970 → refused in it. */
  readonly hours: Map<number, number>;
}

export function createSourceRates(clock: Clock, tell: (notice: RateNotice) => void): SourceRates {
  const states = new Map<string, Limited>();
  return {
    admit(source) {
      const limit = source.rateLimit;
      if (limit === null) return;
      const state = stateOf(states, source.name, limit);
      const now = clock.now();
      const waitMs = state.window.admit(now);
      if (waitMs === 0) return;
      countRefused(state, now, limit, (since, refused) => tell({ source, limit, since, refused }));
      throw new RelayError('ingest.rate_limited', `source ${source.name} takes ${limit.text}`, {
        why: `${limit.requests} requests came in the last ${limit.text.slice(limit.text.indexOf('/') + 1).trim()}`,
        fix: 'send again after the time in Retry-After, or raise rate_limit of the source',
        retryAfterSeconds: Math.ceil(waitMs / 1_000),
      });
    },
    refused24h(name) {
      const state = states.get(name);
      if (state === undefined) return 0;
      forgetOld(state, clock.now());
      return [...state.hours.values()].reduce((sum, count) => sum + count, 0);
    },
  };
}

/** A limit that was changed counts from anew; what was refused stays counted. */
function stateOf(states: Map<string, Limited>, name: string, limit: RateLimit): Limited {
  const found = states.get(name);
  if (found?.text === limit.text) return found;
  const made: Limited = {
    since: 0,
    isTold: false,
    refusedAt: Number.NEGATIVE_INFINITY,
    toldAt: Number.NEGATIVE_INFINITY,
    untold: 0,
    hours: new Map(),
    ...found,
    text: limit.text,
    window: new SlidingWindow(limit),
  };
  states.set(name, made);
  return made;
}

/** A limited period ends when nothing was refused for a whole span of the limit. */
function countRefused(
  state: Limited,
  now: number,
  { spanMs }: RateLimit,
  limited: (since: number, refused: number) => void,
): void {
  const hour = Math.floor(now / HOUR_MS);
  state.hours.set(hour, (state.hours.get(hour) ?? 0) + 1);
  forgetOld(state, now);
  state.untold += 1;
  if (now - state.refusedAt > spanMs) {
    state.since = now;
    state.isTold = false;
  }
  state.refusedAt = now;
  if (state.isTold || now - state.toldAt < HOUR_MS) return;
  const refused = state.untold;
  state.isTold = true;
  state.toldAt = now;
  state.untold = 0;
  limited(state.since, refused);
}

function forgetOld(state: Limited, now: number): void {
  const oldest = Math.floor(now / HOUR_MS) - HOURS_COUNTED + 1;
  for (const hour of state.hours.keys()) if (hour < oldest) state.hours.delete(hour);
}
