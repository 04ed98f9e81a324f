// What the rest of Relay sees of delivery: reserve a slot while accepting, hand over what was claimed, wake a lane, stop in good order.
// The lanes, the transport and settling are behind this interface.

import type { AttemptOutcome, DeliveryState } from '../model/delivery.js';
import type { RelayEvent } from '../model/event.js';
import type { OperationalEventType } from '../model/event-types.js';
import type { Destination, Topology } from '../model/topology.js';
import type { AttemptRecord, ClaimedDelivery, DestinationState } from '../store/store.js';

/** Told to listeners after each settled attempt. */
export interface AttemptNotice {
  readonly delivery: string;
  readonly destination: string;
  readonly eventType: string;
  readonly event: RelayEvent;
  readonly at: number;
  readonly outcome: AttemptOutcome;
  readonly state: DeliveryState;
  readonly record: AttemptRecord;
  /** Another delivery's notice has told of the same request: for those who count requests. */
  readonly isSharedRequest?: boolean;
}

/** Something operators may want to hear: published as an event by the daemon. */
export interface OperationalNotice {
  readonly type: OperationalEventType;
  readonly destination: Destination;
  readonly delivery: string | null;
  /** Deliveries that failed, where one notice stands for several; else left out. */
  readonly count?: number;
  readonly at: number;
  readonly reason: string;
}

export interface LaneState extends DestinationState {
  readonly inFlight: number;
  readonly health: 'healthy' | 'degraded';
  /** By a person: what waits for it is held, however long. */
  readonly isPaused?: boolean;
  /** Due deliveries wait on purpose: the circuit is open, or the rate in use. */
  readonly isHeldBack?: boolean;
  /** No request before this instant: Retry-After, the next probe, the rate. Null when one may go now. */
  readonly nextTryAt?: number | null;
  /** Bytes of event data in a request at most, after 413; null while it is as much as usual. */
  readonly learntBatchBytes?: number | null;
}

export interface DeliveryEngine {
  /**
   * Swaps the topology: new lanes open, removed ones finish what is in flight and give back the rest, which is called off. `outOfForce`
   * names objects (`noun/name`) that exist and cannot be used now: what waits for them is held.
   */
  update(topology: Topology, outOfForce?: readonly string[]): Promise<void>;
  /** A slot for a delivery about to be written. False when the lane is paused, disabled, full, or has older work waiting. Synchronous. */
  reserve(destination: string): boolean;
  /** Gives a reserved slot back: the write failed, or the store did not need it. */
  unreserve(destination: string): void;
  /** Deliveries claimed while accepting, each on a reserved slot: sent now. */
  dispatch(claimed: readonly ClaimedDelivery[]): void;
  /**
   * Something became pending for this destination (all when omitted). Cheap; may be called often. `byHand` is a delivery a person waits
   * for: it goes before others, and also while the circuit is open.
   */
  wake(destination?: string, byHand?: string): void;
  /** Settles when the given delivery has had its next attempt. For `test`. Rejects after `timeoutMs`. */
  nextAttempt(delivery: string, timeoutMs: number): Promise<AttemptNotice>;
  laneState(destination: string): LaneState | undefined;
  /** Enables a destination that Relay had disabled, and wakes it. */
  enable(destination: string): Promise<void>;
  /** Runs the redelivery sweep for one destination now: what the cron schedule does. Returns how many were taken up again. */
  sweep(destination: string): Promise<number>;
  /** When the scheduler last found all its lanes moving, ms UTC; old means stuck. For readiness. */
  schedulerAliveAt(): number;
  /** Faults of our own caught in lanes since the start (the lanes went on). */
  faults(): number;
  onAttempt(listener: (notice: AttemptNotice) => void): void;
  onOperational(listener: (notice: OperationalNotice) => void): void;
  /** Called once, after `store.recover` and the first `update`. */
  start(): Promise<void>;
  /** No new attempts; what is in flight may finish until the deadline, then it is aborted; the rest is given back. */
  stop(deadlineMs: number): Promise<void>;
}
