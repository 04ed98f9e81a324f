// What a lane is given by the scheduler: the store's verbs it may use, and whom it tells.

import type { Logger } from 'pino';
import type { Clock } from '../core/clock.js';
import type { Parcel, Store } from '../store/store.js';
import type { Lane } from './lane.js';
import type { Turns } from './turns.js';

export interface LaneContext {
  readonly store: Pick<Store, 'claimDue' | 'claimBatch' | 'claimOne' | 'nextDueAt' | 'release'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly turns: Turns;
  /** False before start and from stop on. */
  readonly isRunning: () => boolean;
  readonly run: (lane: Lane, parcel: Parcel) => void;
  readonly onFault: (lane: Lane, error: unknown) => void;
  /** A request of a destination with a rate has begun. */
  readonly onBegun: (lane: Lane) => void;
  /** Gives up what has waited too long; before a claim. */
  readonly expire: (lane: Lane) => Promise<void>;
  /** Something of this destination waits in the store, and its lane is closed. */
  readonly onLeftOver: (ref: string) => void;
}
