// What a lane is given to send and what it says of an attempt: claimed deliveries, attempts, next steps. Records of `Store`; no verbs, no
// SQL.

import type { Attempt, DeliveryState, Trigger } from '../model/delivery.js';
import type { RelayEvent } from '../model/event.js';

/** A delivery in state `sending`, with all that building its request needs. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly destination: string;
  readonly event: RelayEvent;
  /** Attempts made so far in this automatic cycle (0 = this is the first try). */
  readonly cycleTries: number;
  readonly trigger: Trigger;
  /** The body of an earlier attempt, to be sent again unchanged; null before the first. */
  readonly sentBody: string | null;
  /** True when it was delivered before and this is a resend: a failure leaves it `delivered`. */
  readonly wasDelivered: boolean;
  readonly createdAt: number;
}

/** An attempt that was just made, secrets already masked: all of it but the ids it is given when it is stored. */
export type AttemptRecord = Omit<Attempt, 'id' | 'delivery' | 'durationMs' | 'batch'> & {
  readonly durationMs: number;
};

/** Where a delivery goes after an attempt. */
export type NextStep =
  | { readonly state: 'delivered' }
  | {
      readonly state: 'pending';
      readonly dueAt: number;
      readonly reason: string;
      /** The attempt does not count: the automatic cycle has as many retries left as before (429). */
      readonly isFree?: boolean;
    }
  | { readonly state: 'failed' | 'dead'; readonly reason: string };

export interface Settlement {
  readonly delivery: ClaimedDelivery;
  readonly attempt: AttemptRecord;
  readonly next: NextStep;
}

export interface SettleResult {
  /** The state it is now in (a pending resend can turn `failed` into `pending` again). */
  readonly state: DeliveryState;
  /** True when settling made a later delivery of the same incident and destination due. */
  readonly freedNext: boolean;
}
