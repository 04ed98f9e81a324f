// What the daemon serves right now: the config, its packs and all that was provisioned from them. Replaced whole, never changed in part.

import type { Provisioned } from './provision.js';

export class InForce {
  #current: Provisioned;
  #since: number;

  constructor(first: Provisioned, at: number) {
    this.#current = first;
    this.#since = at;
  }

  get current(): Provisioned {
    return this.#current;
  }

  /** When the config in force was loaded, ms UTC. */
  get since(): number {
    return this.#since;
  }

  swap(next: Provisioned, at: number): void {
    this.#current = next;
    this.#since = at;
  }
}
