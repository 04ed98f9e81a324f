// Keeps the standing of destinations in the store: crossings (disabled, paused, degraded, well again) at once, the rest (last
// triggered, last result) gathered and written about once a second, so that history stays cheap at thousands of attempts a second.

import type { Logger } from 'pino';
import type { DestinationState, Store } from '../store/store.js';

const GATHER_MS = 1_000;

export class Standings {
  readonly #store: Pick<Store, 'setDestinationState'>;
  readonly #log: Logger;
  readonly #changed = new Map<string, DestinationState>();
  /** The newest of each, written or not. */
  readonly #newest = new Map<string, DestinationState>();
  #timer: NodeJS.Timeout | null = null;

  readonly #recentStarts: (ref: string) => string | null;

  /** @param recentStarts asked when a standing is written, for it changes with every request */
  constructor(
    store: Pick<Store, 'setDestinationState'>,
    log: Logger,
    recentStarts: (ref: string) => string | null,
  ) {
    this.#store = store;
    this.#log = log;
    this.#recentStarts = recentStarts;
  }

  /** Remembers the newest state of a destination; it is written soon. */
  note(state: DestinationState): void {
    this.#changed.set(state.ref, state);
    this.#newest.set(state.ref, state);
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  /** Writes what is noted. Never throws: what the store did not take stays noted. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const states = [...this.#changed.values()];
    this.#changed.clear();
    await Promise.all(states.map((state) => this.#write(state)));
  }

  async #write(state: DestinationState): Promise<void> {
    try {
      const { ref, ...change } = state;
      await this.#store.setDestinationState(ref, { ...change, recentStarts: this.#recentStarts(ref) });
    } catch (error) {
      this.#log.warn(
        { destination: state.ref, err: error },
        'the standing of a destination was not kept yet',
      );
      if (this.#newest.get(state.ref) === state) this.note(state);
    }
  }
}
