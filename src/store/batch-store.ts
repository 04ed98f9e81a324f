// The part of the store for requests that carry several events: which deliveries go together, and what became of them.

import type { AttemptRecord, ClaimedDelivery, NextStep, SettleResult } from './delivering.js';

/** What goes into one request. */
export interface Parcel {
  /** Id of the batch; null when the request is that of the delivery alone. */
  readonly batch: string | null;
  /** At least one; in the order in which the events happened. */
  readonly deliveries: readonly ClaimedDelivery[];
  /** The body of an earlier attempt of this very parcel, to be sent again unchanged; null before the first. */
  readonly sentBody: string | null;
}

/** What goes alone. */
export const aloneParcel = (delivery: ClaimedDelivery): Parcel => ({
  batch: null,
  deliveries: [delivery],
  sentBody: delivery.sentBody,
});

export interface BatchOrder {
  readonly maxEvents: number;
  /** A batch that is not full waits until its longest due delivery has waited so long. */
  readonly lingerMs: number;
  /** Bytes of event data in a new batch at most; one event alone may be larger. */
  readonly maxBytes: number;
}

export interface BatchClaim {
  /** Null when nothing is to be sent now. */
  readonly parcel: Parcel | null;
  /** When what is gathered goes even if it is not full, ms UTC; null when nothing is being gathered. */
  readonly lingersUntil: number | null;
}

/** One attempt for all deliveries of a batch. */
export interface BatchSettlement {
  readonly batch: string;
  /** The body that was to be sent again; null when this attempt made it. */
  readonly sentBody: string | null;
  readonly attempt: AttemptRecord;
  readonly members: readonly { readonly delivery: ClaimedDelivery; readonly next: NextStep }[];
  /** The receiver finds it too large: what is still to be sent goes in two halves. */
  readonly split: boolean;
}

export interface BatchStore {
  /**
   * The next request of a destination that takes batches, its deliveries now `sending`. A batch that was tried comes again as it was, or,
   * when some of it is gone, held back or beyond `maxEvents`, its rest as a new one; nothing ever joins it. What a person asked for and
   * what was tried alone comes alone. All else due is gathered, siblings behind one another; none is taken without those before it.
   */
  claimBatch(destination: string, now: number, order: BatchOrder): Promise<BatchClaim>;
  /** One attempt, and the next step of every delivery of the batch, in one write. Results in the order of `members`. */
  settleBatch(settlement: BatchSettlement): Promise<readonly SettleResult[]>;
}
