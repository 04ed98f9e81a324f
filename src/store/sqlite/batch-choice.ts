// Which deliveries share the next request of a destination. Reads rows of the index `delivery_due`, those blocked behind them, and the
// members of a batch that was tried; changes nothing. See docs/decisions/0013-a-batch-is-one-request.md.

import type { BatchOrder } from '../batch-store.js';
import { PENDING, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';

/** Enough of a delivery to decide what it goes with. */
export interface Candidate {
  id: number;
  incident: number | null;
  batch: number | null;
  state: number;
  blocked: number;
  resends: number;
  cycle: number;
  trigger: number;
  due_at: number | null;
}
export type Chosen = { readonly batch: number | null; readonly members: readonly Candidate[] };
export type Choice = { readonly chosen: Chosen } | { readonly lingersUntil: number | null };

const CANDIDATE = 'id, incident, batch, state, blocked, resends, cycle, trigger, due_at';
const GATHERED: ReadonlySet<number> = new Set(
  (['automatic', 'redelivery', 'sweep'] as const).map((word) => TRIGGER.code(word)),
);

/** At the beginning of a cycle, and asked for by nobody by hand: may share a request. */
const isFresh = (row: Candidate): boolean =>
  row.batch === null && row.resends === 0 && row.cycle === 0 && GATHERED.has(row.trigger);

export function prepareBatchChoice({ db }: Kernel) {
  const due = db.prepare(`SELECT ${CANDIDATE} FROM delivery
    WHERE destination = ? AND state = 0 AND blocked = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?`);
  const behind = db.prepare(`SELECT ${CANDIDATE} FROM delivery
    WHERE incident = ? AND destination = ? AND state < 2 AND incident IS NOT NULL AND id > ? ORDER BY id LIMIT ?`);
  const before = db
    .prepare(
      'SELECT id FROM delivery WHERE incident = ? AND destination = ? AND state < 2 AND incident IS NOT NULL AND id < ?',
    )
    .pluck();
  const ofBatch = db.prepare(`SELECT ${CANDIDATE} FROM delivery WHERE batch = ? ORDER BY id`);
  const tried = db.prepare('SELECT count(*) FROM batched WHERE batch = ?').pluck();

  /** A due delivery, and those blocked behind it that may go along: as far as there is no gap. */
  function withFollowers(head: Candidate, destination: number, now: number, room: number): Candidate[] {
    if (head.incident === null || room < 2) return [head];
    const followers: Candidate[] = [];
    for (const row of behind.all(head.incident, destination, head.id, room - 1) as Candidate[]) {
      const goesAlong = row.state === PENDING && (row.due_at ?? 0) <= now && isFresh(row);
      if (!goesAlong || row.trigger !== head.trigger) break;
      followers.push(row);
    }
    return [head, ...followers];
  }

  /** What is to be sent of a batch that was tried. Those that have to wait for a delivery outside of it stay behind. */
  function again(batch: number, destination: number, maxEvents: number): Chosen {
    const members = new Map<number, Candidate>();
    for (const row of ofBatch.all(batch) as Candidate[]) {
      const isFirst = row.blocked === 0 || row.incident === null;
      const older = isFirst ? [] : (before.all(row.incident, destination, row.id) as number[]);
      if (row.state === PENDING && older.every((id) => members.has(id))) members.set(row.id, row);
    }
    const isWhole = members.size === tried.get(batch) && members.size <= maxEvents;
    return { batch: isWhole ? batch : null, members: [...members.values()].slice(0, maxEvents) };
  }

  /** The longest due goes first; what is gathered goes when it is full or has waited long enough. */
  function choose(destination: number, now: number, { maxEvents, lingerMs }: BatchOrder): Choice {
    const rows = due.all(destination, now, maxEvents) as Candidate[];
    const first = rows.find(isFresh);
    const readyAt = first === undefined ? null : (first.due_at ?? now) + lingerMs;
    const isReady = readyAt !== null && readyAt <= now;
    const gathered: Candidate[] = [];
    for (const row of rows) {
      if (!isFresh(row)) {
        if (isReady && gathered.length > 0) break;
        const { batch } = row;
        return {
          chosen: batch === null ? { batch, members: [row] } : again(batch, destination, maxEvents),
        };
      }
      if (row.trigger !== first?.trigger) continue;
      const room = maxEvents - gathered.length;
      if (room > 0) gathered.push(...withFollowers(row, destination, now, room));
    }
    if (gathered.length === 0 || !(isReady || gathered.length >= maxEvents)) return { lingersUntil: readyAt };
    return { chosen: { batch: null, members: gathered } };
  }

  /** Whether anything is due, for the price of one row. */
  const isAnyDue = (destination: number, now: number): boolean => due.get(destination, now, 1) !== undefined;

  return { choose, isAnyDue };
}
