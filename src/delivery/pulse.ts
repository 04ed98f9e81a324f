// What is looked at every second, whatever happens: whether a lane stands still, whether the clock has jumped, what has waited too long.
// Readiness asks when this was last found in order.

import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { Clock } from '../core/clock.js';
import { ClockJumps } from './clock-jumps.js';
import type { Expiry } from './expiry.js';
import { setBack } from './health.js';
import type { Lane } from './lane.js';
import type { Standings } from './standings.js';

const BEAT_MS = 1_000;
/** A look into the store that takes longer is taken for lost, and the lane for stuck. */
const STUCK_MS = 30_000;

interface PulseParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly standings: Standings;
  readonly expiry: Expiry;
  readonly onFault: (lane: Lane, error: unknown) => void;
}

export class Pulse {
  readonly #parts: PulseParts;
  readonly #jumps: ClockJumps;
  #timer: NodeJS.Timeout | null = null;
  /** When no lane was stuck, ms UTC. */
  aliveAt: number;

  constructor(parts: PulseParts) {
    this.#parts = parts;
    this.#jumps = new ClockJumps(parts.clock);
    this.aliveAt = parts.clock.now();
  }

  start(): void {
    this.#timer = setInterval(() => this.#beat(), BEAT_MS).unref();
    this.#beat();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #beat(): void {
    this.#followClock();
    const { lanes, expiry, onFault } = this.#parts;
    let isStuck = false;
    for (const lane of lanes.values()) {
      expiry.check(lane).catch((error: unknown) => onFault(lane, error));
      if (lane.lookingSince === null || performance.now() - lane.lookingSince < STUCK_MS) continue;
      isStuck = true;
      onFault(lane, new Error('the store did not answer a claim in time; the lane was restarted'));
      lane.restartLook();
    }
    if (!isStuck) this.aliveAt = this.#parts.clock.now();
  }

  /** Timers go by the time the process lives through, due times by the clock. */
  #followClock(): void {
    const jumpMs = this.#jumps.jumpMs();
    if (jumpMs === 0) return;
    const { log, lanes, standings } = this.#parts;
    log.warn({ jumpMs }, 'the clock has jumped: what is due is looked at anew');
    for (const lane of lanes.values()) {
      if (jumpMs < 0) lane.state = setBack(lane.state, -jumpMs);
      if (jumpMs < 0) standings.note(lane.state);
      lane.refresh();
      lane.wake();
    }
  }
}
