// The store as the rest of Relay sees it: verbs of the domain, async, no SQL. Every implementation passes tests/store/contract.
// Writes of one turn of the event loop share a transaction (group commit), each whole or not at all; a promise settles once it is on disk.

import type { Alert } from '../model/alert.js';
import type { Attempt, Delivery, Trigger } from '../model/delivery.js';
import type { RelayEvent } from '../model/event.js';
import type { Actor, Incident, TimelineEntry } from '../model/incident.js';
import type { Noun } from '../model/topology.js';
import type { BatchStore } from './batch-store.js';
import type { BulkSelection, BulkStep } from './bulk-selection.js';
import type { CareStore, StoredMaintenance } from './care-store.js';
import type { ClaimedDelivery, Settlement, SettleResult } from './delivering.js';
import type { StoredObject, StoredSecret, TemplateSnapshot } from './objects.js';
import type {
  DeliveryQuery,
  DestinationBacklog,
  EventQuery,
  IncidentQuery,
  ListQuery,
  Page,
  StoreCounts,
  StoreInfo,
} from './reading.js';
import type { StandingStore } from './standing-store.js';
import type {
  AcceptInput,
  AcceptResult,
  ActResult,
  DecideAlert,
  Plan,
  PlannedDelivery,
  PlannedEvent,
  Reject,
} from './taking-in.js';
import type { TokenStore } from './token-store.js';

// All that others may know of the store, under one name: what is beside this file is its own affair.
export { aloneParcel, type Parcel } from './batch-store.js';
export type { BulkSelection, BulkStep } from './bulk-selection.js';
export type { GroupResult, StoredMaintenance } from './care-store.js';
export type * from './delivering.js';
export type * from './objects.js';
export type * from './reading.js';
export type { DestinationState, NumberedUrl, UrlNumbers } from './standing-store.js';
export type * from './taking-in.js';
export type { StoredToken, TokenStore } from './token-store.js';

export interface RetentionPolicy {
  readonly eventsMs: number;
  readonly attemptsMs: number;
  readonly maxSizeBytes: number;
  /** Finished deliveries beyond the newest so many go, and all that is as old as those. Without it their number is not looked at. */
  readonly maxDeliveries?: number;
}

export interface PruneStep {
  readonly deleted: number;
  /** False when nothing older is left. */
  readonly more: boolean;
}

export interface Store extends BatchStore, CareStore, StandingStore, TokenStore {
  // taking in
  accept(input: AcceptInput, decide: DecideAlert): Promise<AcceptResult>;
  /** A deed on one incident. `decide` may throw a RelayError: nothing is written then. @throws object.not_found */
  act(incident: string, at: number, actor: Actor, decide: (incident: Incident) => Plan): Promise<ActResult>;
  /** An event that belongs to no incident, or a replay (then with the old event's incident and alert). */
  publish(
    event: PlannedEvent,
    about: {
      at: number;
      actor: Actor;
      incident?: string | null;
      alert?: string | null;
      source?: string | null;
      /** Written in one with the event: the maintenance that begins, or null for the source's that is over. */
      maintenance?: StoredMaintenance | null;
    },
  ): Promise<{ event: RelayEvent; claimed: readonly ClaimedDelivery[] }>;
  /** Replay: new deliveries for an event that exists. */
  addDeliveries(
    event: string,
    deliveries: readonly PlannedDelivery[],
    at: number,
  ): Promise<{ deliveries: readonly string[]; claimed: readonly ClaimedDelivery[] }>;
  reject(reject: Omit<Reject, 'id'>): Promise<void>;

  // delivering
  /** Voids every lease of the former process: an `unknown` attempt for each, pending again. Returns how many. Called once, on start. */
  recover(at: number): Promise<number>;
  /** Up to `limit` deliveries due at `now`, oldest due first, now `sending`. Never one whose earlier sibling (same incident, same destination) is not done. */
  claimDue(destination: string, now: number, limit: number): Promise<readonly ClaimedDelivery[]>;
  /** The earliest instant (later than `after`) at which something of this destination is due; null when nothing is pending. */
  nextDueAt(destination: string, after?: number): Promise<number | null>;
  /** Refs that have pending deliveries, known to the topology or not. */
  destinationsWithPending(): Promise<readonly string[]>;
  settle(settlement: Settlement): Promise<SettleResult>;
  /** Claimed but not sent (shutdown, pause): pending again, no attempt recorded. */
  release(deliveries: readonly string[]): Promise<void>;
  /**
   * `held` is decided here: pending deliveries of these refs read as `held`. Refs not listed are free. Kept in memory, told by the
   * daemon whenever a destination is paused, disabled or removed.
   */
  setHeld(refs: ReadonlySet<string>): void;

  // by hand and in bulk
  /** One more attempt of a finished, failed or pending delivery, due now; twice asked is twice sent. @throws object.not_found, delivery.invalid_state */
  resend(delivery: string, at: number): Promise<Delivery>;
  cancel(delivery: string, at: number): Promise<Delivery>;
  countDeliveries(selection: BulkSelection): Promise<number>;
  /** Makes failed or dead (or cancelled, held) deliveries pending again with a fresh retry cycle. `trigger` is kept for the history. */
  redeliver(
    selection: BulkSelection,
    trigger: Extract<Trigger, 'redelivery' | 'sweep'>,
    at: number,
    limit: number,
    after?: string,
  ): Promise<BulkStep>;
  /** Pending deliveries of a destination that no longer exists become `cancelled`. In one small batch. */
  cancelAll(destination: string, reason: string, at: number, limit: number): Promise<BulkStep>;

  // reading. Ids may be unique prefixes. @throws object.not_found, usage.ambiguous_id
  getIncident(id: string): Promise<Incident>;
  listIncidents(query: IncidentQuery): Promise<Page<Incident>>;
  timeline(incident: string): Promise<readonly TimelineEntry[]>;
  listAlerts(query: ListQuery & { incident?: string; source?: string }): Promise<Page<Alert>>;
  getAlert(id: string): Promise<Alert>;
  getEvent(id: string): Promise<RelayEvent>;
  listEvents(query: EventQuery): Promise<Page<RelayEvent>>;
  getDelivery(id: string): Promise<Delivery>;
  listDeliveries(query: DeliveryQuery): Promise<Page<Delivery>>;
  listAttempts(delivery: string): Promise<readonly Attempt[]>;
  listRejects(query: ListQuery & { source?: string }): Promise<Page<Reject>>;
  counts(since: number): Promise<StoreCounts>;
  backlog(): Promise<readonly DestinationBacklog[]>;
  /** Per source: last heard, alerts since the instant. */
  sourceActivity(since: number): Promise<ReadonlyMap<string, { lastHeardAt: number | null; alerts: number }>>;
  /** Rejects since the instant of every source that has any. */
  rejectCounts(since: number): Promise<ReadonlyMap<string, number>>;

  // objects
  listObjects(): Promise<readonly StoredObject[]>;
  putObject(object: Omit<StoredObject, 'createdAt' | 'updatedAt'>, at: number): Promise<void>;
  /** Removes it with its secrets, snapshot and paused mark. */
  removeObject(noun: Noun, name: string): Promise<void>;
  pausedObjects(): Promise<ReadonlySet<string>>;
  /** `noun/name`; kept for objects of the file too. */
  setPaused(noun: Noun, name: string, paused: boolean, at: number): Promise<void>;
  secrets(): Promise<readonly StoredSecret[]>;
  /**
   * Adds a secret. The one of the same object and purpose that had no end yet gets `overlapUntil`; those that have one keep it, neither
   * sooner nor later. With an `overlapUntil` no later than its own `createdAt` all of them end then.
   */
  putSecret(secret: Omit<StoredSecret, 'expiresAt'>, overlapUntil: number): Promise<void>;
  snapshots(): Promise<readonly TemplateSnapshot[]>;
  putSnapshot(snapshot: TemplateSnapshot): Promise<void>;

  // keeping house
  /** One small batch of finished rows older than the policy; unfinished deliveries are never deleted. */
  prune(policy: RetentionPolicy, now: number, limit: number): Promise<PruneStep>;
  /** Writes a consistent copy while running. @throws store.unavailable */
  backup(path: string, onProgress?: (done: number, total: number) => void): Promise<void>;
  /** `ok`, or what SQLite's integrity check and foreign key check found. */
  check(): Promise<readonly string[]>;
  /** `counts: false` leaves the rows uncounted: counting reads whole tables, millions of rows take seconds (not of the event loop). */
  info(options?: { readonly counts?: boolean }): Promise<StoreInfo>;
  /** Throws when a write cannot be committed: what /readyz asks. @throws store.unavailable, store.full */
  probe(): Promise<void>;
  /** Commits what waits, then closes. */
  close(): Promise<void>;
}
