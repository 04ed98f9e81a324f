// After a crash: what was being sent when the former process ended gets an attempt of outcome `unknown` and is due again.
// Reads the index entries of `sending` rows alone, so a million waiting deliveries cost nothing.

import { NOTHING_EXCHANGED } from '../../model/delivery.js';
import type { Attempts, AttemptToWrite } from './attempts.js';
import { nextTrigger, type Placed, placeOf } from './claim.js';
import type { Kernel } from './kernel.js';
import type { Siblings } from './siblings.js';

interface SendingRow extends Placed {
  incident: number | null;
  destination: number;
  route: number;
  tries: number;
  trigger: number;
  cycle: number;
  resends: number;
  batch: number | null;
}

const UNKNOWN = 'the daemon stopped before it recorded an answer; the request may or may not have been made';

/** They count for the rate of their destination, as begun now: too long rather than too short. */
function prepareStarts({ db }: Kernel) {
  const startsOf = db.prepare('SELECT recent_starts FROM destination WHERE id = ?').pluck();
  const putStarts = db.prepare('UPDATE destination SET recent_starts = ? WHERE id = ?');
  return (rows: readonly SendingRow[], at: number): void => {
    const requests = new Map<number, Set<number>>();
    for (const { destination, batch, id } of rows)
      requests.set(destination, (requests.get(destination) ?? new Set()).add(batch ?? id));
    for (const [destination, begun] of requests) {
      const saved = startsOf.get(destination) as string | null;
      const starts = [...(JSON.parse(saved ?? '[]') as unknown[]), [at, begun.size]];
      putStarts.run(JSON.stringify(starts), destination);
    }
  };
}

export function prepareRecover(kernel: Kernel, attempts: Attempts, siblings: Siblings) {
  const { db, interned, writer } = kernel;
  const countStarts = prepareStarts(kernel);
  const sending =
    db.prepare(`SELECT id, incident, destination, route, due_at, tries, trigger, cycle, resends, batch FROM delivery
    WHERE state = 1 AND state <> 2`);
  const update = db.prepare(
    'UPDATE delivery SET state = 0, blocked = ?, due_at = ?, sent_at = ?, tries = tries + 1, cycle = cycle + ?, result = ?, reason = ? WHERE id = ?',
  );

  function recoverOne(row: SendingRow, at: number): void {
    const trigger = nextTrigger(row);
    if (row.batch === null) attempts.write(row.id, row.tries === 0, unknown(row, at), null, '');
    const waits = row.incident !== null && siblings.mustWait(row.incident, row.destination, row.id);
    const cycle = trigger === 'resend' ? 0 : 1;
    update.run(waits ? 1 : 0, placeOf(row, at), at, cycle, interned.word('unknown'), UNKNOWN, row.id);
  }

  const unknown = (row: SendingRow, at: number): AttemptToWrite => ({
    startedAt: at,
    durationMs: null,
    trigger: nextTrigger(row),
    outcome: 'unknown',
    ...NOTHING_EXCHANGED,
    url: interned.routeOf(row.route).url,
    error: null,
    reason: UNKNOWN,
  });

  /** One attempt for each batch that was under way. It comes again as it was. */
  function recoverBatches(rows: readonly SendingRow[], at: number): void {
    const batches = new Map<number, SendingRow[]>();
    for (const row of rows) {
      if (row.batch === null) continue;
      const members = batches.get(row.batch) ?? [];
      members.push(row);
      batches.set(row.batch, members);
    }
    for (const [batch, members] of batches) {
      const ids = members.map(({ id }) => id);
      attempts.writeOfBatch(batch, ids, unknown(members[0] as SendingRow, at), null);
    }
  }

  return {
    recover: (at: number) =>
      writer.submit(() => {
        const rows = sending.all() as SendingRow[];
        countStarts(rows, at);
        recoverBatches(rows, at);
        for (const row of rows) recoverOne(row, at);
        return rows.length;
      }),
  };
}
