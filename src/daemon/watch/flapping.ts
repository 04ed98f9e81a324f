// News of destinations that go bad and well again and again: told at most once in a while, so that a channel is not filled with them. Only
// `destination.degraded` and the `destination.recovered` that follows it are held back; all else is news of its own. In memory only.

import type { OperationalNotice } from '../../delivery/engine.js';

/** From one `destination.degraded` of a destination that was told to the next. */
export const FLAP_WINDOW_MS = 10 * 60_000;

export class Flapping {
  readonly #toldAt = new Map<string, number>();
  readonly #held = new Map<string, OperationalNotice>();

  /** Whether it is to be told now. What is held is either told by `due`, or was over before that. */
  isTold(notice: OperationalNotice, now: number): boolean {
    const { type, destination } = notice;
    const { ref } = destination;
    if (type === 'destination.degraded') {
      if (now < this.#endOf(ref)) {
        this.#held.set(ref, notice);
        return false;
      }
      this.#toldAt.set(ref, now);
    } else if (type === 'destination.disabled') this.#held.delete(ref);
    // Nobody has heard that it was bad.
    else if (type === 'destination.recovered' && this.#held.delete(ref)) return false;
    return true;
  }

  /** Held, still true, and due by now: to be told. */
  due(now: number): OperationalNotice[] {
    const due = [...this.#held.values()].filter(({ destination }) => this.#endOf(destination.ref) <= now);
    for (const { destination } of due) {
      this.#held.delete(destination.ref);
      this.#toldAt.set(destination.ref, now);
    }
    for (const [ref, at] of this.#toldAt) if (at + FLAP_WINDOW_MS <= now) this.#toldAt.delete(ref);
    return due;
  }

  /** When the next one held is due, ms UTC; null when none is. */
  nextAt(): number | null {
    const ends = [...this.#held.keys()].map((ref) => this.#endOf(ref));
    return ends.length === 0 ? null : Math.min(...ends);
  }

  #endOf(ref: string): number {
    return (this.#toldAt.get(ref) ?? Number.NEGATIVE_INFINITY) + FLAP_WINDOW_MS;
  }
}
