// How many requests may be under way after a destination came back (1, 2, 4, … until its own limit), or while it says that it has too
// much to do. In memory only: a restart ends it.

export class SlowStart {
  /** Null while there is none. */
  #limit: number | null = null;
  #delivered = 0;

  /** The circuit has closed. */
  begin(): void {
    this.#limit = 1;
    this.#delivered = 0;
  }

  /** 429, 502, 503 or 504: half of what may be under way now. */
  overloaded(concurrency: number): void {
    this.#limit = Math.max(1, Math.floor(this.limit(concurrency) / 2));
    this.#delivered = 0;
  }

  limit(concurrency: number): number {
    return this.#limit === null ? concurrency : Math.min(this.#limit, concurrency);
  }

  /** Twice as many after as many successes in a row as are allowed at once; half as many after a failure. */
  answered(isDelivered: boolean, concurrency: number): void {
    if (this.#limit === null) return;
    if (!isDelivered) {
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
      this.#delivered = 0;
      return;
    }
    this.#delivered += 1;
    if (this.#delivered < this.#limit) return;
    this.#limit *= 2;
    this.#delivered = 0;
    if (this.#limit >= concurrency) this.#limit = null;
  }
}
