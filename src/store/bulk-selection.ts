// What bulk operations over deliveries take and give: a selection that does not change while its steps are made. No verbs.

import type { DeliveryState } from '../model/delivery.js';

/** Which deliveries a bulk operation takes: by state, destination and creation time. */
export interface BulkSelection {
  readonly status: readonly DeliveryState[];
  /** As in `DeliveryQuery`: the first URL of a webhook stands for all of them, unless `exact`. */
  readonly destination?: string;
  /** `destination` names one ref and no other. */
  readonly exact?: boolean;
  /** Only these refs: what is owed to a destination that does not exist any more can be sent by nobody. */
  readonly among?: ReadonlySet<string>;
  /** Counts no tests, which a redelivery never takes up. */
  readonly withoutTests?: boolean;
  readonly since?: number;
  readonly until?: number;
}

/** One step of a bulk operation: at most `limit` rows from `after` on. Call again with `next` until it is null. */
export interface BulkStep {
  readonly changed: number;
  readonly next: string | null;
}
