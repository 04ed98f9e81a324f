// What waits in the store for destinations that have no lane: it is called off where they were removed, and stays where they are only out
// of force, for then they may come back. Sends nothing.

import type { Logger } from 'pino';
import type { Clock } from '../core/clock.js';
import type { ClaimedDelivery, Store } from '../store/store.js';
import { cancelWaiting } from './sweep.js';

export interface LeftOverParts {
  readonly store: Pick<Store, 'cancelAll' | 'destinationsWithPending' | 'release'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lanes: ReadonlyMap<string, { wake(): void }>;
  readonly isStopped: () => boolean;
}

/** `webhook/crm` is the object of `webhook/crm` and of `webhook/crm#2`. */
const objectOf = (ref: string): string => ref.split('#', 1)[0] as string;

export class LeftOver {
  readonly #parts: LeftOverParts;
  #outOfForce: ReadonlySet<string> = new Set();

  constructor(parts: LeftOverParts) {
    this.#parts = parts;
  }

  /** @param objects `noun/name` of what exists and is not in force */
  follow(objects: readonly string[]): void {
    this.#outOfForce = new Set(objects);
  }

  /** It is only out of force. */
  isKept(ref: string): boolean {
    return this.#outOfForce.has(objectOf(ref));
  }

  /** Refs without a lane for which something waits. */
  async refs(): Promise<readonly string[]> {
    const pending = await this.#parts.store.destinationsWithPending();
    return pending.filter((ref) => !this.#parts.lanes.has(ref));
  }

  /** Its lane is closed: the lane that has come in its place takes it up, or nobody ever will. */
  found(ref: string): void {
    const lane = this.#parts.lanes.get(ref);
    if (lane === undefined) void this.callOff([ref]);
    else lane.wake();
  }

  /** Its destination was removed between the accept and now. */
  giveBack(delivery: ClaimedDelivery): void {
    const { store, log } = this.#parts;
    store
      .release([delivery.id])
      .then(() => this.found(delivery.destination))
      .catch((error: unknown) => log.error({ err: error }, 'a delivery was not given back'));
  }

  /** Cancels what waits for these, unless they are only out of force or come back meanwhile. Never rejects. */
  async callOff(refs: readonly string[]): Promise<void> {
    const { store, clock, log, lanes, isStopped } = this.#parts;
    for (const ref of refs) {
      const isGone = (): boolean => !isStopped() && !lanes.has(ref) && !this.isKept(ref);
      if (!isGone()) continue;
      try {
        const cancelled = await cancelWaiting(store, ref, clock.now(), isGone);
        // It may have come back meanwhile: what was not cancelled is for its new lane.
        lanes.get(ref)?.wake();
        log.info({ destination: ref, cancelled }, 'cancelled what waited for a removed destination');
      } catch (error) {
        const fields = { destination: ref, err: error };
        log.error(fields, 'waiting deliveries of a removed destination were not cancelled');
      }
    }
  }
}
