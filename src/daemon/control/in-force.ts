// What the daemon serves right now: the config, its packs and all that was provisioned from them. Replaced whole, never changed in part.

import type { Provisioned } from './provision.js';

export class InForce {
  #current: Provisioned;
  #since: number;
  readonly #watchers: (() => void)[] = [];

  constructor(first: Provisioned, at: number) {
    this.#current = first;
    this.#since = at;
  }

  get current(): Provisioned {
    return this.#current;
  }

  /** When the config file in force was read, ms UTC. */
  get since(): number {
    return this.#since;
  }

  swap(next: Provisioned, at: number): void {
    // An object changed by the terminal leaves the config file as it was read.
    if (next.config !== this.#current.config) this.#since = at;
    this.#current = next;
    for (const watcher of this.#watchers) watcher();
  }

  /** Called after every change. Must not throw. */
  onSwap(watcher: () => void): void {
    this.#watchers.push(watcher);
  }
}
