// What of the store keeps a destination in check: its standing across restarts, and what becomes of deliveries that waited too long.
// Part of `Store`; verbs and records, no SQL.

import type { BulkStep } from './bulk-selection.js';
import type { ClaimedDelivery } from './delivering.js';

/** Health and standing of one destination, kept across restarts. */
export interface DestinationState {
  readonly ref: string;
  /** Set when Relay disabled it (410 Gone, or failing for too long); null while it is enabled. */
  readonly disabledReason: string | null;
  readonly disabledAt: number | null;
  /** Retry-After: no request before this instant; null when free. */
  readonly pausedUntil: number | null;
  /** Failed attempts since the last success; 429 is not counted. */
  readonly consecutiveFailures: number;
  readonly lastTriggeredAt: number | null;
  readonly lastSuccessAt: number | null;
  readonly lastResult: string;
  /** The first failure since the last success; null while it works. */
  readonly failingSince: number | null;
  /** The circuit is open: one request at a time, the next not before this instant. Null while it is closed. */
  readonly probeAt: number | null;
  /** How long the last wait for a probe was; the next is longer. */
  readonly probeWaitMs: number | null;
  /**
   * JSON of the requests made lately, for a destination with a rate: pairs of an instant and how many ended by then. `recover` adds those
   * that were under way.
   */
  readonly recentStarts: string | null;
}

export interface GivenUpStep extends BulkStep {
  /** Those of them whose event was no news of delivery itself: giving up such news makes no news. */
  readonly newsworthy: number;
}

/** One URL of a webhook, and the number its destination is called by: `webhook/crm` for 1, `webhook/crm#2` for 2. */
export interface NumberedUrl {
  readonly number: number;
  /** A fingerprint. */
  readonly url: string;
  readonly method: string;
}

/** By the name of the webhook. */
export type UrlNumbers = Readonly<Record<string, readonly NumberedUrl[]>>;

export interface StandingStore {
  /** As they were last put; empty before. */
  urlNumbers(): Promise<UrlNumbers>;
  /** Takes the place of what is kept. */
  putUrlNumbers(numbers: UrlNumbers): Promise<void>;
  destinationStates(): Promise<readonly DestinationState[]>;
  /** Merges into what is kept; creates the row. */
  setDestinationState(ref: string, change: Partial<Omit<DestinationState, 'ref'>>): Promise<void>;
  /** This one, now `sending`, when it is due at `now` and waits for no earlier sibling; else null. */
  claimOne(delivery: string, now: number): Promise<ClaimedDelivery | null>;
  /** Failed deliveries created before `createdBefore` become `dead` with this reason. In one small batch. */
  giveUp(destination: string, createdBefore: number, reason: string, limit: number): Promise<BulkStep>;
  /**
   * Pending deliveries created before `createdBefore` become `dead` with this reason, but for those a person asked for (resend,
   * redelivery, test). In one small batch: call again while `next` is not null.
   */
  giveUpWaiting(
    destination: string,
    createdBefore: number,
    reason: string,
    limit: number,
  ): Promise<GivenUpStep>;
  /**
   * Held deliveries made up to `until` become `cancelled` with this reason, of all URLs of a webhook that are held; a delivered one that
   * waits for a resend stays delivered. In one small batch: call again until nothing is changed.
   */
  dropHeld(destination: string, until: number, reason: string, limit: number): Promise<BulkStep>;
}
