// How much event data one request of a destination may hold: less than usual after a receiver answered 413, so that what follows does not
// run into it again. In bytes, for that is what such limits are about. In memory only: a restart or new settings begin with the usual.

import type { ClaimedDelivery } from '../store/store.js';

/** Event data in one batch at most: what many receivers and the proxies before them take as a body. */
export const MAX_BATCH_BYTES = 1_000_000;
/** So many requests that came near the limit must be taken before a larger one is tried. */
export const TAKEN_BEFORE_MORE = 100;

type Sized = Pick<ClaimedDelivery, 'event'>;

export class BatchSize {
  #maxBytes = MAX_BATCH_BYTES;
  #taken = 0;

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Null unless the receiver wants less than usual. */
  get learntBytes(): number | null {
    return this.#maxBytes < MAX_BATCH_BYTES ? this.#maxBytes : null;
  }

  forget(): void {
    this.#maxBytes = MAX_BATCH_BYTES;
    this.#taken = 0;
  }

  /** Answered 413. @param deliveries of that request, two or more */
  tooLarge(deliveries: readonly Sized[]): void {
    this.#maxBytes = Math.max(1, Math.min(this.#maxBytes, Math.floor(bytesOf(deliveries) / 2)));
    this.#taken = 0;
  }

  /** What is far below the limit says nothing about it. */
  delivered(deliveries: readonly Sized[]): void {
    if (this.learntBytes === null || bytesOf(deliveries) * 2 < this.#maxBytes) return;
    this.#taken += 1;
    if (this.#taken < TAKEN_BEFORE_MORE) return;
    this.#maxBytes = Math.min(this.#maxBytes * 2, MAX_BATCH_BYTES);
    this.#taken = 0;
  }
}

/** As the store counts it when it puts a batch together. */
const bytesOf = (deliveries: readonly Sized[]): number =>
  deliveries.reduce((sum, { event }) => sum + Buffer.byteLength(event.data), 0);
