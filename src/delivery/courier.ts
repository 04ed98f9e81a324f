// Carries one delivery through: attempt, judgement, settling, telling. The policies it applies are in next-step.ts and health.ts.

import type { Logger } from 'pino';
import { isOperational } from '../model/event-types.js';
import type { AttemptRecord, ClaimedDelivery, Settlement, SettleResult, Store } from '../store/store.js';
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
  readonly store: Pick<Store, 'settle'>;
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
  /** The lane has one delivery less in hand. */
  readonly onDone: (lane: Lane) => void;
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
  async carry(lane: Lane, delivery: ClaimedDelivery): Promise<void> {
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
      const made = await makeAttempt(delivery, lane.destination, lane.driver, this.#context);
      // Judged before the turn ends: the next request of this lane goes out, or not, by what this one has shown.
      const settlement = this.#judge(lane, delivery, made);
      endTurn();
      await this.#settle(lane, delivery, settlement, wakes);
    } catch (error) {
      this.#context.onFault(lane, error);
    } finally {
      endTurn();
      lane.unsettled -= 1;
      lane.planLook();
      this.#context.onDone(lane);
    }
  }

  async #settle(lane: Lane, delivery: ClaimedDelivery, settlement: Settlement, wakes: number): Promise<void> {
    const { next } = settlement;
    const settled = await settleForSure(settlement, {
      store: this.#context.store,
      log: this.#context.log,
      isGivenUp: () => this.isGivenUp,
      onTrouble: (begins) => {
        lane.troubles += begins ? 1 : -1;
        if (!begins) lane.refresh();
      },
    });
    if (settled === null) return;
    // A wake meanwhile may have been a resend of this very delivery, due before its retry.
    if (lane.isRemoved) {
      if (settled.freedNext || settled.state === 'pending') this.#context.onLeftOver(lane.ref);
    } else if (settled.state === 'pending' && next.state === 'pending' && lane.wakes === wakes) {
      lane.noteDue(next.dueAt);
    } else if (settled.freedNext || settled.state === 'pending') lane.wake();
    this.#tellAttempt(lane, delivery, settlement.attempt, settled);
  }

  #judge(lane: Lane, delivery: ClaimedDelivery, made: AttemptMade): Settlement {
    const endedAt = this.#context.clock.now();
    if (this.isCutOff) return cutOff(delivery, made, endedAt);
    const { outcome, result, record } = made;
    this.#judgeHealth(lane, made, endedAt);
    const { trigger, cycleTries, createdAt } = delivery;
    const judged = { trigger, cycleTries, ageMs: endedAt - createdAt, result, outcome };
    const next = nextStepAfter(judged, lane.destination.retry, endedAt, this.#context.random());
    return { delivery, attempt: record, next };
  }

  #judgeHealth(lane: Lane, made: AttemptMade, endedAt: number): void {
    const before = lane.state;
    const { startedAt } = made.record;
    const change = afterAttempt(before, made.outcome, startedAt, endedAt, made.result, lane.destination);
    lane.state = change.state;
    lane.answered(before, made.outcome.kind === 'delivered');
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

  #tellAttempt(lane: Lane, delivery: ClaimedDelivery, record: AttemptRecord, settled: SettleResult): void {
    const notice: AttemptNotice = {
      delivery: delivery.id,
      destination: lane.ref,
      eventType: delivery.event.type,
      at: record.startedAt,
      outcome: record.outcome,
      state: settled.state,
      record,
    };
    this.#context.notices.tellAttempt(notice);
    // Once for each delivery: not again when the sweep or a person tries in vain, and never about news of a failure.
    const isEnd = settled.state === 'failed' || settled.state === 'dead';
    const isNews = ['automatic', 'retry', 'redelivery'].includes(delivery.trigger);
    if (isEnd && isNews && !isOperational(delivery.event.type)) {
      this.#context.notices.tellOperational({
        type: 'delivery.failed',
        destination: lane.destination,
        delivery: delivery.id,
        at: notice.at,
        reason: record.reason,
      });
    }
  }
}

/** Ended by our own stop: no fault of the receiver, and nobody knows whether it got the request. Due at once after the next start. */
function cutOff(delivery: ClaimedDelivery, made: AttemptMade, now: number): Settlement {
  const reason = 'Relay was stopped while the request was under way';
  return {
    delivery,
    attempt: {
      ...made.record,
      outcome: made.record.outcome === 'delivered' ? 'delivered' : 'unknown',
      reason,
    },
    next:
      made.record.outcome === 'delivered' ? { state: 'delivered' } : { state: 'pending', dueAt: now, reason },
  };
}
