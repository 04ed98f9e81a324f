// Counting what happened since an instant, along covering indexes. Counting a million rows takes some 100 ms on the event loop, so a
// costly answer is given again for a while instead of being counted anew.

import { firstIdAt } from '../../core/ids.js';
import type { StoreCounts } from '../store.js';
import { slicesOf } from './bulk-slices.js';
import { DELIVERED, STATE } from './codes.js';
import type { Kernel } from './kernel.js';

/** Below this an answer is always counted anew. */
const COSTLY_MS = 20;
/** A costly answer is good for this many times the time it took: counting takes 2 % of the event loop at most. */
const RESTS = 50;

/** Wraps a read so that a costly answer is reused while it rests. `key` tells different questions apart. */
export function sparingly<Key, Answer>(read: (key: Key) => Answer, keyOf: (key: Key) => unknown = () => 0) {
  let last: { key: unknown; answer: Answer; until: number } | undefined;
  return (question: Key): Answer => {
    const key = keyOf(question);
    const began = performance.now();
    if (last !== undefined && last.key === key && began < last.until) return last.answer;
    const answer = read(question);
    const ended = performance.now();
    const took = ended - began;
    last = took < COSTLY_MS ? undefined : { key, answer, until: ended + took * RESTS };
    return answer;
  };
}

/** The values of an indexed column, one look into the index for each: a DISTINCT would read all of it. */
function prepareDistinct(db: Kernel['db'], table: string, column: string) {
  return db
    .prepare(`WITH RECURSIVE found (value) AS (
      SELECT min(${column}) FROM ${table}
      UNION ALL SELECT (SELECT min(${column}) FROM ${table} WHERE ${column} > found.value) FROM found WHERE found.value IS NOT NULL
    ) SELECT value FROM found WHERE value IS NOT NULL`)
    .pluck();
}

export function prepareCounts(kernel: Kernel) {
  const { db, interned, held } = kernel;
  const types = prepareDistinct(db, 'event', 'type');
  const events = db.prepare('SELECT count(*) FROM event WHERE type = ? AND id >= ?').pluck();
  const opened = db.prepare('SELECT count(*) FROM incident WHERE id >= ?').pluck();
  const open = db.prepare('SELECT count(*) FROM incident WHERE status < 2').pluck();
  const created = db.prepare('SELECT count(*) FROM delivery WHERE destination = ? AND id >= ?').pluck();
  const inState = db
    .prepare('SELECT count(*) FROM delivery WHERE state = ? AND state <> 2 AND destination = ? AND id >= ?')
    .pluck();

  function deliveriesByState(first: number): StoreCounts['deliveries'] {
    const byState = { pending: 0, sending: 0, delivered: 0, failed: 0, dead: 0, held: 0, cancelled: 0 };
    for (const { id } of interned.destinations()) byState.delivered += created.get(id, first) as number;
    const status = [...STATE.words, 'held'] as const;
    for (const { state, destination } of slicesOf(kernel, { status })) {
      if (state === DELIVERED) continue;
      const found = inState.get(state, destination, first) as number;
      const word = STATE.word(state);
      byState[word === 'pending' && held.refs.has(interned.ref(destination)) ? 'held' : word] += found;
      byState.delivered -= found;
    }
    return byState;
  }

  const count = sparingly(
    (first: number): StoreCounts => ({
      events: (types.all() as number[]).reduce((sum, type) => sum + (events.get(type, first) as number), 0),
      incidentsOpened: opened.get(first) as number,
      incidentsOpen: open.get() as number,
      deliveries: deliveriesByState(first),
    }),
    // Questions of the same minute are the same question.
    (first) => Math.floor(first / (4096 * 60_000)),
  );
  return {
    counts: async (from: number): Promise<StoreCounts> => count(firstIdAt(from)),
  };
}

/** What each source sent lately, and what of it was refused. */
export function prepareSourceActivity({ db, interned }: Kernel) {
  const sources = prepareDistinct(db, 'alert', 'source');
  const heard = db.prepare('SELECT at FROM alert WHERE source = ? ORDER BY id DESC LIMIT 1').pluck();
  const since = db.prepare('SELECT count(*) FROM alert WHERE source = ? AND id >= ?').pluck();

  // Answered by the index alone, which holds the ids too: bodies of rejects are not read.
  const rejects = db
    .prepare('SELECT source, count(*) FROM reject INDEXED BY reject_source WHERE id >= ? GROUP BY source')
    .raw();

  const activity = sparingly(
    (first: number) =>
      new Map(
        (sources.all() as number[]).map((source) => [
          interned.text(source),
          {
            lastHeardAt: (heard.get(source) as number | undefined) ?? null,
            alerts: since.get(source, first) as number,
          },
        ]),
      ),
    (first) => Math.floor(first / (4096 * 60_000)),
  );

  return {
    sourceActivity: async (from: number) => activity(firstIdAt(from)),
    rejectCounts: async (from: number) =>
      new Map(
        (rejects.all(firstIdAt(from)) as [number, number][]).map(([source, found]) => [
          interned.text(source),
          found,
        ]),
      ),
  };
}
