// What goes into the store with an alert or an action, and what comes back: plans, their results, and payloads that could not be used.
// Records of `Store`; no verbs, no SQL.

import type { AlertResult, PreparedAlert } from '../model/alert.js';
import type { Trigger } from '../model/delivery.js';
import type { Decision, RelayEvent } from '../model/event.js';
import type { Surroundings } from '../model/fold.js';
import type { Actor, Incident, TimelineEntry } from '../model/incident.js';
import type { ClaimedDelivery } from './delivering.js';

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
