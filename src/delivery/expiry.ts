// Gives up what waits longer than `give_up_after` allows, in small batches and with one notice for all of them. What is held (paused,
// disabled) waits for a person and is left alone; what fails too late is given up where it fails, in next-step.ts.

import type { Clock } from '../core/clock.js';
import type { Destination } from '../model/topology.js';
import type { DestinationState, Store } from '../store/store.js';
import { givenUpAfter } from './next-step.js';
import type { Notices } from './notices.js';
import { giveUpWaiting } from './sweep.js';

/** Between two looks of one destination: how much later than its time a delivery may be given up. */
const LOOK_EVERY_MS = 60_000;

export interface ExpiringLane {
  readonly destination: Destination;
  readonly state: DestinationState;
  readonly isRemoved: boolean;
  wake(): void;
}

export interface ExpiryOptions {
  readonly store: Pick<Store, 'giveUpWaiting'>;
  readonly clock: Clock;
  readonly notices: Notices;
  readonly isRunning: () => boolean;
}

export class Expiry {
  readonly #options: ExpiryOptions;
  readonly #nextLookAt = new WeakMap<ExpiringLane, number>();

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /** Cheap when nothing is to be done. Asked before claims, so that nothing stale is sent after a long stop. */
  async check(lane: ExpiringLane): Promise<void> {
    const limitMs = lane.destination.retry.giveUpAfterMs;
    if (limitMs === undefined || isHeld(lane)) return;
    const { store, clock, notices, isRunning } = this.#options;
    const now = clock.now();
    const restMs = (this.#nextLookAt.get(lane) ?? 0) - now;
    // A longer rest is that of a clock that was set back since.
    if (restMs > 0 && restMs <= LOOK_EVERY_MS) return;
    this.#nextLookAt.set(lane, now + LOOK_EVERY_MS);
    const { destination } = lane;
    const reason = givenUpAfter(limitMs);
    const { changed, newsworthy: count } = await giveUpWaiting(store, {
      destination: destination.ref,
      createdBefore: now - limitMs,
      reason,
      isRunning: () => isRunning() && !isHeld(lane),
    });
    // What waited behind one that was given up may be due by now.
    if (changed > 0) lane.wake();
    if (count === 0) return;
    const what = count === 1 ? '1 delivery that waited' : `${count} deliveries that waited`;
    notices.tellOperational({
      type: 'delivery.failed',
      destination,
      delivery: null,
      count,
      at: now,
      reason: `${what}: ${reason}`,
    });
  }
}

/** Nothing of it is sent, or given up: it is paused, disabled or gone. */
export const isHeld = ({ destination, state, isRemoved }: Omit<ExpiringLane, 'wake'>): boolean =>
  isRemoved || destination.paused || state.disabledReason !== null;
