// The lane slots one write has asked for. After the write each is either used by a claimed delivery or given back, and lanes that got
// work without a slot are woken.

import type { Routed } from '../model/route.js';
import type { ClaimedDelivery, PlannedDelivery } from '../store/store.js';
import type { DeliveryEngine } from './engine.js';

export class Slots {
  readonly #engine: DeliveryEngine;
  readonly #reserved = new Map<string, number>();
  readonly #toWake = new Set<string>();

  constructor(engine: DeliveryEngine) {
    this.#engine = engine;
  }

  /** The deliveries an event owes, each on a slot of its lane where one was free. */
  plan(routed: readonly Routed[], at: number, trigger: PlannedDelivery['trigger']): PlannedDelivery[] {
    return routed.map(({ destination, because }) => {
      const { ref, displayUrl } = destination;
      const claim = this.#engine.reserve(ref);
      if (claim) this.#reserved.set(ref, (this.#reserved.get(ref) ?? 0) + 1);
      else this.#toWake.add(ref);
      return { destination: ref, because, claim, trigger, dueAt: at, url: displayUrl };
    });
  }

  /** The write is on disk: `claimed` is sent now. */
  use(claimed: readonly ClaimedDelivery[]): void {
    for (const { destination } of claimed) {
      this.#reserved.set(destination, (this.#reserved.get(destination) ?? 0) - 1);
    }
    if (claimed.length > 0) this.#engine.dispatch(claimed);
    this.giveBack();
    for (const ref of this.#toWake) this.#engine.wake(ref);
  }

  /** Nothing (more) will be sent on what is still reserved. */
  giveBack(): void {
    for (const [ref, count] of this.#reserved) {
      for (let i = 0; i < count; i++) this.#engine.unreserve(ref);
      // A slot that was not needed means an earlier event of the incident still waits there: the lane has work.
      if (count > 0) this.#toWake.add(ref);
    }
    this.#reserved.clear();
  }
}
