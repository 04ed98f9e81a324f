// Notices that the clock was set, or that the machine slept: asked again and again, it compares the clock with the time the process has
// lived through. Decides nothing about what follows from it.

import { performance } from 'node:perf_hooks';
import type { Clock } from '../core/clock.js';

/** What is shorter holds nothing up for long. */
const LEAST_JUMP_MS = 10_000;

export class ClockJumps {
  readonly #clock: Clock;
  #clockAt: number;
  #livedAt = performance.now();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#clockAt = clock.now();
  }

  /** How far the clock has jumped since this was last asked, ms; negative: it was set back. 0 when it goes as it should. */
  jumpMs(): number {
    const [now, lived] = [this.#clock.now(), performance.now()];
    const jump = now - this.#clockAt - Math.round(lived - this.#livedAt);
    this.#clockAt = now;
    this.#livedAt = lived;
    return Math.abs(jump) < LEAST_JUMP_MS ? 0 : jump;
  }
}
