// The store as the rest of Relay sees it: verbs of the domain, async, no SQL. Every implementation passes tests/store/contract.
// Writes of one turn of the event loop share a transaction (group commit), each whole or not at all; a promise settles once it is on disk.

import type { Alert, AlertResult, PreparedAlert } from '../model/alert.js';
import type { Attempt, Delivery, DeliveryState, Trigger } from '../model/delivery.js';
import type { Decision, RelayEvent } from '../model/event.js';
import type { Surroundings } from '../model/fold.js';
import type { Actor, Incident, TimelineEntry } from '../model/incident.js';
import type { Noun, Origin } from '../model/topology.js';
import type { BatchStore } from './batch-store.js';
import type { BulkSelection, BulkStep } from './bulk-selection.js';
import type { CareStore, StoredMaintenance } from './care-store.js';
import type { StandingStore } from './standing-store.js';
import type { TokenStore } from './token-store.js';

export type { Parcel } from './batch-store.js';
export type { BulkSelection, BulkStep } from './bulk-selection.js';
export type { GroupResult, StoredMaintenance } from './care-store.js';
export type { DestinationState, NumberedUrl, UrlNumbers } from './standing-store.js';

// ---- taking in -------------------------------------------------------------------------------------------------------

/**
 * A delivery routing asks for. `claim` means a lane has reserved a slot: the row is born `sending` and comes back in `claimed`, unless an
 * earlier event of the same incident still waits for the same destination; then it is born `pending` and the slot was not needed.
 */
export interface PlannedDelivery {
  readonly destination: string;
  readonly because: string;
  readonly claim: boolean;
  /** Why the first attempt is made: `automatic`, or `test` (one attempt, no retries). */
  readonly trigger: Extract<Trigger, 'automatic' | 'test'>;
  /** Where it goes, secrets masked: what lists show. */
  readonly url: string;
  /** First try not before this instant. */
  readonly dueAt: number;
}

export interface PlannedEvent {
  readonly type: string;
  readonly channels: readonly string[];
  /** JSON text of `data`, made by the caller once ids are known. */
  readonly data: string;
  readonly deliveries: readonly PlannedDelivery[];
}

/** What is to be written for one alert or action: the decision of the model with its events routed. */
export interface Plan {
  readonly incident: Decision['incident'];
  readonly timeline: readonly TimelineEntry[];
  readonly events: readonly PlannedEvent[];
  readonly collects?: Decision['collects'];
}

export interface AcceptInput {
  readonly source: string;
  readonly at: number;
  readonly actor: Actor;
  /** A sender's own id for this request; a second accept with it changes nothing and returns the first answer. */
  readonly idempotencyKey: string | null;
  readonly alerts: readonly PreparedAlert[];
}

/**
 * Decides about one alert, given the incident open for its (source, groupingId), else the collection in which that group fires, or null.
 * Called inside the transaction, again if a write beside it fails: quick, no await, pure but for lane slots. Plans for `open`, new or one of `around`.
 */
export type DecideAlert = (
  alert: PreparedAlert,
  open: Incident | null,
  newIncidentId: string,
  around: Surroundings,
) => { readonly plan: Plan; readonly result: AlertResult };

export interface AcceptedAlert {
  readonly id: string;
  readonly incident: string | null;
  readonly result: AlertResult;
}

export interface AcceptResult {
  readonly alerts: readonly AcceptedAlert[];
  /** True when the idempotency key had been seen: nothing was written now. */
  readonly duplicate: boolean;
  readonly claimed: readonly ClaimedDelivery[];
  /** Events written, in order: what `tail` shows. */
  readonly events: readonly RelayEvent[];
}

export interface ActResult {
  readonly incident: Incident;
  readonly claimed: readonly ClaimedDelivery[];
  readonly events: readonly RelayEvent[];
}

/** A payload that was authenticated but could not be used. */
export interface Reject {
  readonly id: string;
  readonly source: string;
  readonly at: number;
  readonly code: string;
  readonly reason: string;
  readonly contentType: string;
  /** At most the first 64 KiB. */
  readonly body: string;
  readonly bodyBytes: number;
}

// ---- delivering ------------------------------------------------------------------------------------------------------

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

// ---- reading ---------------------------------------------------------------------------------------------------------

export interface ListQuery {
  /** A column of the list; each list names its own and its default. */
  readonly sort?: string;
  readonly desc?: boolean;
  /** Case-insensitive part of any shown text column (deliveries: also url, event id and type, incident id). */
  readonly search?: string;
  readonly since?: number;
  readonly until?: number;
  /** 1–1000, default 50. */
  readonly limit?: number;
  /** Opaque, from `Page.next`. @throws RelayError usage.invalid_cursor */
  readonly after?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  /** Given when the page ended short of its limit: how far back (or forward) was looked, in ms UTC. `next` goes on from there. */
  readonly searchedUntil?: number;
}

export interface IncidentQuery extends ListQuery {
  readonly open?: boolean;
  readonly status?: readonly string[];
  readonly source?: string;
  readonly service?: string;
}

export interface EventQuery extends ListQuery {
  readonly type?: string;
  readonly channel?: string;
  readonly incident?: string;
  readonly unmatched?: boolean;
}

export interface DeliveryQuery extends ListQuery {
  readonly status?: readonly DeliveryState[];
  /** A destination ref, or a webhook's name for all its URLs (`webhook/crm` also covers `webhook/crm#2`). */
  readonly destination?: string;
  readonly event?: string;
  readonly incident?: string;
  /** Last results, any of: `503`, `5xx`, a word of `NO_ANSWER`, or `error` for all of those. */
  readonly result?: readonly string[];
  /** Case-insensitive part of an event's data, a request, an answer or an attempt's error. Nothing is indexed: every row is read. */
  readonly body?: string;
}

export interface StoreCounts {
  readonly events: number;
  readonly incidentsOpened: number;
  readonly incidentsOpen: number;
  /** Deliveries created since the asked instant, by state. */
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
}

export interface DestinationBacklog {
  readonly destination: string;
  readonly waiting: number;
  readonly failed: number;
  /** dueAt of the oldest delivery that is due and not yet sent; null when none. */
  readonly oldestDueAt: number | null;
}

export interface StoreInfo {
  readonly path: string;
  readonly schemaVersion: number;
  readonly sizeBytes: number;
  readonly walBytes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly oldestEventAt: number | null;
  /** Random, made with the database; part of every message id. */
  readonly instanceId: string;
}

// ---- objects made by CLI or API, and state kept for those of the file --------------------------------------------------

export interface StoredObject {
  readonly noun: Noun;
  readonly name: string;
  readonly origin: Exclude<Origin, 'file'>;
  /** The object as it would stand in the config file. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The templates a source was given when it was first seen; later changes of the pack do not reach it. */
export interface TemplateSnapshot {
  readonly source: string;
  readonly pack: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly takenAt: number;
}

/** `signing` is a shared secret (`whsec_`), `signing_v1a` an ed25519 key (`whsk_`). */
export type SecretPurpose = 'source_key' | 'signing' | 'signing_v1a';

export interface StoredSecret {
  readonly noun: Noun;
  readonly name: string;
  readonly purpose: SecretPurpose;
  readonly value: string;
  readonly createdAt: number;
  /** After this it no longer counts (rotation overlap); null: in force until replaced. */
  readonly expiresAt: number | null;
}

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
