// Standing of each destination and the numbers of URLs, kept across restarts, and which are held (in memory only).

import type { Statement } from 'better-sqlite3';
import type { DestinationBacklog, DestinationState, UrlNumbers } from '../store.js';
import { FAILED } from './codes.js';
import { sparingly } from './counts.js';
import type { Kernel } from './kernel.js';

const COLUMN_OF = {
  disabledReason: 'disabled_reason',
  disabledAt: 'disabled_at',
  pausedUntil: 'paused_until',
  consecutiveFailures: 'consecutive_failures',
  lastTriggeredAt: 'last_triggered_at',
  lastSuccessAt: 'last_success_at',
  lastResult: 'last_result',
  failingSince: 'failing_since',
  probeAt: 'probe_at',
  probeWaitMs: 'probe_wait_ms',
  recentStarts: 'recent_starts',
} as const satisfies Record<Exclude<keyof DestinationState, 'ref'>, string>;
type Change = Partial<Omit<DestinationState, 'ref'>>;

const SELECT = `SELECT ref, ${Object.entries(COLUMN_OF)
  .map(([key, column]) => `${column} AS ${key}`)
  .join(', ')} FROM destination ORDER BY ref`;

export function prepareDestinations({ db, interned, writer, held }: Kernel) {
  const list = db.prepare(SELECT);
  const waiting = db
    .prepare(
      'SELECT state, destination, count(*) FROM delivery WHERE state IN (0, 1, 3) AND state <> 2 GROUP BY 1, 2',
    )
    .raw();
  const oldest = db
    .prepare(
      'SELECT due_at FROM delivery WHERE destination = ? AND state = 0 AND blocked = 0 ORDER BY due_at LIMIT 1',
    )
    .pluck();
  const updates = new Map<string, Statement<unknown[]>>();
  const numbers = db.prepare("SELECT value FROM meta WHERE key = 'url_numbers'").pluck();
  const putNumbers = db.prepare(
    "INSERT INTO meta (key, value) VALUES ('url_numbers', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );

  /** One prepared statement for each set of columns that is ever changed together: a handful. */
  function updateOf(keys: readonly (keyof typeof COLUMN_OF)[]) {
    const columns = keys.map((key) => `${COLUMN_OF[key]} = ?`).join(', ');
    let update = updates.get(columns);
    if (update === undefined) {
      update = db.prepare<unknown[]>(`UPDATE destination SET ${columns} WHERE id = ?`);
      updates.set(columns, update);
    }
    return update;
  }

  const backlog = sparingly((_: null): readonly DestinationBacklog[] => {
    const found = new Map<number, { waiting: number; failed: number }>();
    for (const [state, id, count] of waiting.all() as [number, number, number][]) {
      const counts = found.get(id) ?? { waiting: 0, failed: 0 };
      counts[state === FAILED ? 'failed' : 'waiting'] += count;
      found.set(id, counts);
    }
    return [...found].map(([id, counts]) => ({
      destination: interned.ref(id),
      ...counts,
      oldestDueAt: (oldest.get(id) as number | undefined) ?? null,
    }));
  });

  return {
    urlNumbers: async (): Promise<UrlNumbers> => JSON.parse((numbers.get() as string | undefined) ?? '{}'),
    putUrlNumbers: (all: UrlNumbers) => writer.submit(() => void putNumbers.run(JSON.stringify(all))),
    destinationStates: async () => list.all() as readonly DestinationState[],
    setDestinationState: (ref: string, change: Change) =>
      writer.submit(() => {
        const keys = (Object.keys(change) as (keyof Change)[]).filter((key) => change[key] !== undefined);
        const id = interned.destination(ref);
        if (keys.length > 0) updateOf(keys).run(...keys.map((key) => change[key] ?? null), id);
      }),
    setHeld(refs: ReadonlySet<string>) {
      held.refs = new Set(refs);
    },
    backlog: async (): Promise<readonly DestinationBacklog[]> => backlog(null),
  };
}
