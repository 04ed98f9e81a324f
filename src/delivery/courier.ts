// Carries what goes into one request through: attempt, judgement, settling, telling. The policies it applies are in next-step.ts and health.ts.

import type { Logger } from 'pino';
import { isOperational } from '../model/event-types.js';
import type {
  AttemptRecord,
  ClaimedDelivery,
  NextStep,
  Parcel,
  SettleResult,
  Store,
} from '../store/store.js';
import { type AttemptContext, type AttemptMade, makeAttempt } from './attempt.js';
import type { AttemptNotice } from './engine.js';
import { afterAttempt } from './health.js';
import type { Lane } from './lane.js';
import { nextStepAfter } from './next-step.js';
import type { Notices } from './notices.js';
import { settleForSure } from './settling.js';
import type { Standings } from './standings.js';
import type { Turns } from './turns.js';

export interface CourierContext extends AttemptContext {
  readonly store: Pick<Store, 'settle' | 'settleBatch'>;
  readonly log: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  readonly turns: Turns;
  readonly notices: Notices;
  readonly standings: Standings;
  readonly onFault: (lane: Lane, error: unknown) => void;
  /** A destination was disabled. */
  readonly onDisabled: () => void;
  /** Something of a removed destination waits in the store. */
  readonly onLeftOver: (ref: string) => void;
  /** The lane has one request less in hand. */
  readonly onDone: (lane: Lane) => void;
}

/** An attempt judged: what is written down of it, and where each delivery of the parcel goes. */
interface Judged {
  readonly attempt: AttemptRecord;
  readonly members: readonly { readonly delivery: ClaimedDelivery; readonly next: NextStep }[];
  readonly split: boolean;
}

export class Courier {
  /** The deadline of stop has passed: requests under way are being cut off. */
  isCutOff = false;
  /** There is no time left for a store that takes nothing. */
  isGivenUp = false;
  readonly #context: CourierContext;

  constructor(context: CourierContext) {
    this.#context = context;
  }

  /** Never rejects. The caller has counted the request; it is uncounted here when the answer is in. */
  async carry(lane: Lane, parcel: Parcel): Promise<void> {
    const { wakes } = lane;
    let hasTurn = true;
    const endTurn = (): void => {
      if (!hasTurn) return;
      hasTurn = false;
      lane.requests -= 1;
      lane.unsettled += 1;
      this.#context.turns.ended();
      if (lane.canSend()) this.#context.turns.offer(lane);
    };
    try {
      const asked = (): boolean => lane.takeAnother();
      const made = await makeAttempt(parcel, lane.destination, lane.driver, this.#context, asked).finally(
        () => this.#countEnd(lane),
      );
      // Judged before the turn ends: the next request of this lane goes out, or not, by what this one has shown.
      const judged = this.#judge(lane, parcel, made);
      endTurn();
      await this.#settle(lane, parcel, judged, wakes);
    } catch (error) {
      this.#context.onFault(lane, error);
    } finally {
      endTurn();
      lane.unsettled -= 1;
      lane.planLook();
      this.#context.onDone(lane);
    }
  }

  /** Before the judgement, which may have the standing written: this request is to be in it. */
  #countEnd(lane: Lane): void {
    if (lane.rate.end() && !lane.isRemoved) this.#context.standings.note(lane.state);
  }

  async #settle(lane: Lane, parcel: Parcel, judged: Judged, wakes: number): Promise<void> {
    // In one write with the result: after a crash the rate knows of every request, by its answer or as one that was under way.
    if (lane.destination.rate !== undefined) void this.#context.standings.flush();
    const results = await settleForSure(() => this.#write(parcel, judged), {
      delivery: (parcel.deliveries[0] as ClaimedDelivery).id,
      log: this.#context.log,
      isGivenUp: () => this.isGivenUp,
      onTrouble: (begins) => {
        lane.troubles += begins ? 1 : -1;
        if (!begins) lane.refresh();
      },
    });
    if (results === null) return;
    const isPending = results.some(({ state }) => state === 'pending');
    const hasFreed = results.some(({ freedNext }) => freedNext);
    const isAsked = results.some(
      ({ state }, index) => state === 'pending' && judged.members[index]?.next.state !== 'pending',
    );
    const dueAt = dueAtOf(judged);
    // A wake meanwhile may have been a resend of this very delivery, due before its retry.
    if (lane.isRemoved) {
      if (hasFreed || isPending) this.#context.onLeftOver(lane.ref);
    } else if (isPending && !hasFreed && !isAsked && dueAt !== null && lane.wakes === wakes) {
      lane.noteDue(dueAt);
    } else if (hasFreed || isPending) lane.wake();
    this.#tell(lane, judged, results);
  }

  async #write(
    { batch, sentBody }: Parcel,
    { attempt, members, split }: Judged,
  ): Promise<readonly SettleResult[]> {
    const { store } = this.#context;
    if (batch !== null) return store.settleBatch({ batch, sentBody, attempt, members, split });
    const [only] = members;
    return only === undefined ? [] : [await store.settle({ ...only, attempt })];
  }

  #judge(lane: Lane, { deliveries }: Parcel, made: AttemptMade): Judged {
    const endedAt = this.#context.clock.now();
    if (this.isCutOff) return cutOff(deliveries, made, endedAt);
    const { outcome, result, record } = made;
    this.#judgeHealth(lane, deliveries, made, endedAt);
    // One for all: a batch stays together.
    const random = this.#context.random();
    const members = deliveries.map((delivery) => {
      const { trigger, cycleTries, createdAt } = delivery;
      const judged = { trigger, cycleTries, ageMs: endedAt - createdAt, result, outcome };
      return { delivery, next: nextStepAfter(judged, lane.destination.retry, endedAt, random) };
    });
    return { attempt: record, members, split: outcome.kind === 'retry' && outcome.tooLarge === true };
  }

  #judgeHealth(lane: Lane, deliveries: readonly ClaimedDelivery[], made: AttemptMade, endedAt: number): void {
    const before = lane.state;
    const { startedAt } = made.record;
    const change = afterAttempt(before, made.outcome, startedAt, endedAt, made.result, lane.destination);
    lane.state = change.state;
    lane.answered(before, made.outcome, deliveries);
    if (!lane.isRemoved) this.#context.standings.note(change.state);
    const disabled = change.state.disabledReason !== before.disabledReason;
    const paused = change.state.pausedUntil !== before.pausedUntil || change.state.probeAt !== before.probeAt;
    if (disabled) this.#context.onDisabled();
    if (disabled || paused || change.notice !== null) void this.#context.standings.flush();
    if (disabled || paused) lane.refresh();
    if (change.notice !== null) {
      this.#context.notices.tellOperational({
        type: change.notice,
        destination: lane.destination,
        delivery: null,
        at: endedAt,
        reason: (disabled && change.state.disabledReason) || made.outcome.reason,
      });
    }
  }

  #tell(lane: Lane, { attempt: record, members }: Judged, results: readonly SettleResult[]): void {
    const failed: ClaimedDelivery[] = [];
    for (const [index, { delivery }] of members.entries()) {
      const { state } = results[index] as SettleResult;
      const { type: eventType } = delivery.event;
      const notice: AttemptNotice = {
        delivery: delivery.id,
        destination: lane.ref,
        eventType,
        event: delivery.event,
        at: record.startedAt,
        outcome: record.outcome,
        state,
        record,
        ...(index === 0 ? {} : { isSharedRequest: true }),
      };
      this.#context.notices.tellAttempt(notice);
      // Once for each delivery: not again when the sweep or a person tries in vain, and never about news of a failure.
      const isEnd = state === 'failed' || state === 'dead';
      const isNews = ['automatic', 'retry', 'redelivery'].includes(delivery.trigger);
      if (isEnd && isNews && !isOperational(eventType)) failed.push(delivery);
    }
    const [first] = failed;
    if (first === undefined) return;
    this.#context.notices.tellOperational({
      type: 'delivery.failed',
      destination: lane.destination,
      delivery: first.id,
      ...(failed.length === 1 ? {} : { count: failed.length }),
      at: record.startedAt,
      reason: failed.length === 1 ? record.reason : `${failed.length} deliveries: ${record.reason}`,
    });
  }
}

/** When the earliest retry of them is due; null when there is none. */
function dueAtOf({ members }: Judged): number | null {
  const times = members.flatMap(({ next }) => (next.state === 'pending' ? [next.dueAt] : []));
  return times.length === 0 ? null : times.reduce((least, at) => Math.min(least, at));
}

/** Ended by our own stop: no fault of the receiver, and nobody knows whether it got the request. Due at once after the next start. */
function cutOff(deliveries: readonly ClaimedDelivery[], { record }: AttemptMade, now: number): Judged {
  const reason = 'Relay was stopped while the request was under way';
  const isDelivered = record.outcome === 'delivered';
  const next: NextStep = isDelivered ? { state: 'delivered' } : { state: 'pending', dueAt: now, reason };
  return {
    attempt: { ...record, outcome: isDelivered ? 'delivered' : 'unknown', reason },
    members: deliveries.map((delivery) => ({ delivery, next })),
    split: false,
  };
}
