// A clock that stands until a test moves it.

import type { Clock } from '../../src/core/clock.js';

export interface FakeClock extends Clock {
  advance(ms: number): void;
  set(at: number): void;
}

export function fakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let at = start;
  return {
    now: () => at,
    advance(ms) {
      at += ms;
    },
    set(instant) {
      at = instant;
    },
  };
}
