// The only source of time. Everything that needs "now" takes a Clock, so tests can move it by hand.

export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
