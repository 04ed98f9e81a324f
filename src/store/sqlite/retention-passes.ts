// What retention looks at, table by table in the order in which rows let go of each other, and what may go of it.

import type { RetentionPolicy } from '../store.js';

/** Answers to idempotency keys and rejected payloads are kept at least this long. */
export const DAY_MS = 24 * 3_600_000;

export interface Pass {
  readonly name: string;
  /** Candidates from an id on: their ids, and whether each may go. */
  readonly select: string;
  readonly remove: readonly string[];
  readonly ageOf: (policy: RetentionPolicy) => number;
}

/** A failed one is not finished while the redelivery sweep (by default up to a day) may take it up, however little room there is. */
const FINISHED_BEFORE =
  'd.state >= 2 AND coalesce(d.sent_at, 0) < @before AND (d.state <> 3 OR d.id < @swept)';
export const PASSES: readonly Pass[] = [
  {
    name: 'attempts',
    // Those of a batch belong to no delivery alone: they stay while one of the batch needs them.
    select: `SELECT a.id, CASE WHEN d.id IS NOT NULL THEN (${FINISHED_BEFORE}) ELSE NOT EXISTS (SELECT 1 FROM batched b
      JOIN delivery d ON d.id = b.delivery WHERE b.batch = coalesce(a.delivery, a.id) AND NOT (${FINISHED_BEFORE})) END AS may_go FROM attempt a
      LEFT JOIN delivery d ON d.id = coalesce(a.delivery, a.id) WHERE a.id > @from AND a.id < @below ORDER BY a.id LIMIT @limit`,
    remove: ['DELETE FROM attempt WHERE id = ?'],
    ageOf: (policy) => Math.min(policy.attemptsMs, policy.eventsMs),
  },
  {
    name: 'deliveries',
    select: `SELECT d.id, (${FINISHED_BEFORE}) AS may_go FROM delivery d WHERE d.id > @from AND d.id < @below ORDER BY d.id LIMIT @limit`,
    remove: [
      'DELETE FROM attempt WHERE id = ?',
      'DELETE FROM attempt WHERE delivery = ?',
      'DELETE FROM batched WHERE delivery = ?',
      'DELETE FROM delivery WHERE id = ?',
    ],
    ageOf: (policy) => policy.eventsMs,
  },
  {
    name: 'events',
    select: `SELECT e.id, (e.at < @before AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.event = e.id)) AS may_go
      FROM event e WHERE e.id > @from AND e.id < @below ORDER BY e.id LIMIT @limit`,
    remove: ['DELETE FROM event WHERE id = ?'],
    ageOf: (policy) => policy.eventsMs,
  },
  {
    name: 'alerts',
    select: `SELECT a.id, (a.at < @before AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.id = a.incident AND i.opener = a.id)) AS may_go
      FROM alert a WHERE a.id > @from AND a.id < @below ORDER BY a.id LIMIT @limit`,
    remove: ['DELETE FROM alert WHERE id = ?'],
    ageOf: (policy) => policy.eventsMs,
  },
  {
    name: 'incidents',
    select: `SELECT i.id, (i.status = 2 AND i.resolved_at < @before AND NOT EXISTS (SELECT 1 FROM event e WHERE e.incident = i.id)
      AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.incident = i.id AND a.id <> coalesce(i.opener, 0))) AS may_go
      FROM incident i WHERE i.id > @from AND i.id < @below ORDER BY i.id LIMIT @limit`,
    remove: [
      'DELETE FROM timeline WHERE incident = ?',
      'DELETE FROM alert WHERE incident = ?',
      'DELETE FROM collected WHERE incident = ?',
      'DELETE FROM incident WHERE id = ?',
    ],
    ageOf: (policy) => policy.eventsMs,
  },
  {
    name: 'rejects',
    select:
      'SELECT id, at < @before AS may_go FROM reject WHERE id > @from AND id < @below ORDER BY id LIMIT @limit',
    remove: ['DELETE FROM reject WHERE id = ?'],
    ageOf: (policy) => Math.max(DAY_MS, policy.eventsMs),
  },
];
