// How often a lane looks while a request gathers. Every new event wakes it then, and a look reads all that was gathered so far: looks
// may take a small part of the time, whatever their number.

import { performance } from 'node:perf_hooks';
import type { Taken } from './take-due.js';

const LOOKING_SHARE = 0.05;
/** A request that became full waits at most this long for the look that sees it. */
const MAX_REST_MS = 250;

export class GatherPace {
  #restsUntil = 0;

  /** By the process clock; 0 when a look may be made now. */
  get restMs(): number {
    return Math.max(0, this.#restsUntil - performance.now());
  }

  async timed(take: () => Promise<Taken>): Promise<Taken> {
    const begun = performance.now();
    const taken = await take();
    const tookMs = performance.now() - begun;
    this.#restsUntil = taken.isGathering ? begun + Math.min(tookMs / LOOKING_SHARE, MAX_REST_MS) : 0;
    return taken;
  }
}
