// After an attempt: the attempt's row, the delivery's next state, and the next sibling set free, in one write.

import { parseId } from '../../core/ids.js';
import type { Delivery } from '../../model/delivery.js';
import type { BatchSettlement } from '../batch-store.js';
import type { AttemptRecord, ClaimedDelivery, NextStep, Settlement, SettleResult } from '../store.js';
import type { Attempts } from './attempts.js';
import { DELIVERED, PENDING, SENDING, STATE, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';
import { notFound, numberOf } from './public-ids.js';
import type { Siblings } from './siblings.js';

interface SettleRow {
  incident: number | null;
  destination: number;
  state: number;
  trigger: number;
  tries: number;
  cycle: number;
  resends: number;
  rest_state: number | null;
  rest_due: number | null;
}

interface Found {
  readonly id: number;
  readonly row: SettleRow;
}

const AUTOMATIC = TRIGGER.code('automatic');
const RETRY = TRIGGER.code('retry');

/** Where a delivery stands after an attempt, as it is stored. */
interface Standing {
  readonly state: number;
  readonly dueAt: number | null;
  readonly reason: string | null;
}

/** The short form lists show: a status code, or what kept an answer from coming. */
function shortResult(attempt: Pick<AttemptRecord, 'status' | 'error' | 'outcome'>): string {
  return attempt.status === null ? (attempt.error ?? attempt.outcome) : String(attempt.status);
}

/**
 * What becomes of the row. A resend that fails leaves a delivered one delivered, and a waiting one waiting for its own retry;
 * a resend that was asked for meanwhile makes it due at once.
 */
function standingAfter(row: SettleRow, next: NextStep, now: number, isResend: boolean): Standing {
  const resendsLeft = row.resends - (isResend && row.resends > 0 ? 1 : 0);
  const reason = 'reason' in next && next.reason !== '' ? next.reason : null;
  if (resendsLeft > 0) return { state: PENDING, dueAt: now, reason: 'to be sent again by hand' };
  if (next.state === 'delivered') return { state: DELIVERED, dueAt: null, reason };
  if (row.rest_state === DELIVERED) return { state: DELIVERED, dueAt: null, reason };
  if (next.state === 'pending') return { state: PENDING, dueAt: next.dueAt, reason };
  if (isResend && row.rest_state === PENDING && next.state === 'failed')
    return { state: PENDING, dueAt: row.rest_due ?? now, reason };
  return { state: STATE.code(next.state), dueAt: null, reason };
}

interface Rest {
  readonly state: number | null;
  readonly dueAt: number | null;
}
const NO_REST: Rest = { state: null, dueAt: null };

/** Where the delivery goes back to if the resends still asked for fail: a success counts for good, a retry keeps its time. */
function restAfter(row: SettleRow, next: NextStep, isResend: boolean): Rest {
  if (next.state === 'delivered') return { state: DELIVERED, dueAt: null };
  if (isResend) return { state: row.rest_state, dueAt: row.rest_due };
  return { state: STATE.code(next.state), dueAt: next.state === 'pending' ? next.dueAt : null };
}

/** Finds the row of a delivery, and moves it to where it stands after an attempt. */
function prepareMove({ db, interned }: Kernel, siblings: Siblings) {
  const select = db.prepare(
    'SELECT incident, destination, state, trigger, tries, cycle, resends, rest_state, rest_due FROM delivery WHERE id = ?',
  );
  const update =
    db.prepare(`UPDATE delivery SET state = ?, blocked = ?, due_at = ?, sent_at = ?, tries = ?, cycle = ?, result = ?, reason = ?,
    resends = ?, rest_state = ?, rest_due = ?, trigger = ?, batch = ? WHERE id = ?`);

  function find(delivery: ClaimedDelivery): Found {
    const id = numberOf('dlv', delivery.id);
    const row = select.get(id) as SettleRow | undefined;
    if (row === undefined) throw notFound('dlv', delivery.id);
    return { id, row };
  }

  /** @param batch the one it stays in while its own retry is what comes next */
  function move(
    { id, row }: Found,
    attempt: AttemptRecord,
    next: NextStep,
    batch: number | null,
  ): SettleResult {
    const isResend = attempt.trigger === 'resend';
    const isFree = next.state === 'pending' && next.isFree === true;
    const now = attempt.startedAt + attempt.durationMs;
    const standing = standingAfter(row, next, now, isResend);
    const resends = Math.max(0, row.resends - (isResend ? 1 : 0));
    const rest = resends === 0 ? NO_REST : restAfter(row, next, isResend);
    // An older sibling may have been taken up again meanwhile; then this one waits for it.
    const waits =
      standing.state === PENDING &&
      row.incident !== null &&
      siblings.mustWait(row.incident, row.destination, id);
    update.run(
      standing.state,
      waits ? 1 : 0,
      standing.dueAt,
      attempt.startedAt,
      row.tries + 1,
      isResend || isFree ? row.cycle : row.cycle + 1,
      interned.word(shortResult(attempt)),
      standing.reason,
      resends,
      rest.state,
      rest.dueAt,
      // The next one is a retry all the same, and the history says so.
      isFree && row.trigger === AUTOMATIC ? RETRY : row.trigger,
      standing.state === PENDING && resends === 0 ? batch : null,
      id,
    );
    const isDone = standing.state > SENDING;
    return {
      state: STATE.word(standing.state) as Delivery['state'],
      freedNext: isDone && siblings.freeNext(row.incident, row.destination),
    };
  }

  return { find, move };
}

export function prepareSettle(kernel: Kernel, attempts: Attempts, siblings: Siblings) {
  const { ids, writer } = kernel;
  const { find, move } = prepareMove(kernel, siblings);

  function settleOne({ delivery, attempt, next }: Settlement): SettleResult {
    const found = find(delivery);
    attempts.write(found.id, found.row.tries === 0, attempt, delivery.sentBody, delivery.event.data);
    return move(found, attempt, next, null);
  }

  /** The batches in which members go on: the same, or one for each half. One that would be alone in its half goes alone. */
  function goOnIn(
    batch: number,
    members: readonly Found[],
    isSplit: boolean,
  ): (index: number) => number | null {
    if (!isSplit) return () => batch;
    const half = Math.ceil(members.length / 2);
    const halves = [half, members.length - half].map((size) => (size > 1 ? ids.nextValue() : null));
    for (const [index, { id }] of members.entries()) {
      const number = halves[index < half ? 0 : 1];
      if (number != null) attempts.noteMember(number, id);
    }
    return (index) => halves[index < half ? 0 : 1] ?? null;
  }

  function settleBatch({ batch, sentBody, attempt, members, split }: BatchSettlement): SettleResult[] {
    const number = parseId('bat', batch) as number;
    const found = members.map(({ delivery }) => find(delivery));
    attempts.writeOfBatch(
      number,
      found.map(({ id }) => id),
      attempt,
      sentBody,
    );
    const batchOf = goOnIn(number, found, split);
    return members.map(({ next }, index) => move(found[index] as Found, attempt, next, batchOf(index)));
  }

  return {
    settle: (settlement: Settlement) => writer.submitUnguarded(() => settleOne(settlement)),
    settleBatch: (settlement: BatchSettlement) => writer.submitUnguarded(() => settleBatch(settlement)),
  };
}
