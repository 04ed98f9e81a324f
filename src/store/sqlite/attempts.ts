// Writing and reading attempts. The first attempt of a delivery has the delivery's number; later ones have their own and name it.
// A request body equal to the last one that was not empty is stored as NULL. Attempts of a batch stand once, under the batch's number, in
// the same way; `batched` says whose they are.

import { formatId } from '../../core/ids.js';
import type { Attempt, AttemptBatch } from '../../model/delivery.js';
import type { AttemptRecord } from '../store.js';
import { packBody, unpackBody } from './bodies.js';
import { OUTCOME, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';
import { HeaderPacker } from './packed-headers.js';
import { packTimings, unpackTimings } from './packed-timings.js';

interface AttemptRow {
  id: number;
  started_at: number;
  duration_ms: number | null;
  trigger: number;
  outcome: number;
  method: number;
  url: number;
  request_headers: string | null;
  request_body: string | null;
  status: number | null;
  response_headers: string | null;
  response_body: string | null;
  truncated: number;
  error: number | null;
  reason: string | null;
  timings: string | null;
  batch: number | null;
}

const COLUMNS = `id, started_at, duration_ms, trigger, outcome, method, url, request_headers, request_body, status, response_headers,
  response_body, truncated, error, reason, timings`;
const OF_BATCH = COLUMNS.split(/,\s+/)
  .map((column) => `a.${column}`)
  .join(', ');

/** An attempt as it is written: `durationMs` is null when nobody knows how long it took. */
export type AttemptToWrite = Omit<AttemptRecord, 'durationMs'> & { readonly durationMs: number | null };

export interface Attempts {
  write(
    delivery: number,
    isFirst: boolean,
    attempt: AttemptToWrite,
    bodyBefore: string | null,
    eventData: string,
  ): void;
  /** One attempt for all deliveries of a batch; its body is kept whole, and once. */
  writeOfBatch(
    batch: number,
    members: readonly number[],
    attempt: AttemptToWrite,
    bodyBefore: string | null,
  ): void;
  /** The delivery was in this batch: part of the history. */
  noteMember(batch: number, delivery: number): void;
  /** The body of the last attempt that had one. @param owner a delivery, or a batch: then without event data */
  lastBody(owner: number, eventData: string): string | null;
  list(delivery: number, eventData: string): readonly Attempt[];
}

function prepareReading(kernel: Kernel, headers: HeaderPacker): Attempts['list'] {
  const { db, interned } = kernel;
  const select = db.prepare(`SELECT ${COLUMNS}, NULL AS batch FROM attempt WHERE id = @delivery
    UNION ALL SELECT ${COLUMNS}, NULL FROM attempt WHERE delivery = @delivery
    UNION ALL SELECT ${OF_BATCH}, b.batch FROM batched b JOIN attempt a ON a.id = b.batch WHERE b.delivery = @delivery
    UNION ALL SELECT ${OF_BATCH}, b.batch FROM batched b JOIN attempt a ON a.delivery = b.batch WHERE b.delivery = @delivery
    ORDER BY id`);
  const membersOf =
    db.prepare(`SELECT d.id, d.event, e.type FROM batched b JOIN delivery d ON d.id = b.delivery
    JOIN event e ON e.id = d.event WHERE b.batch = ? ORDER BY b.delivery`);

  function batchOf(batch: number): AttemptBatch {
    const members = membersOf.all(batch) as { id: number; event: number; type: number }[];
    return {
      id: formatId('bat', batch),
      deliveries: members.map(({ id, event, type }) => ({
        delivery: formatId('dlv', id),
        event: formatId('evt', event),
        eventType: interned.text(type),
      })),
    };
  }

  return (delivery, eventData) => {
    const bodies = new Map<number | null, string>();
    const batches = new Map<number, AttemptBatch>();
    return (select.all({ delivery }) as AttemptRow[]).map((row) => {
      const { batch, request_body: stored } = row;
      if (stored) bodies.set(batch, unpackBody(stored, batch === null ? eventData : ''));
      const body = stored === '' ? '' : (bodies.get(batch) ?? '');
      if (batch !== null && !batches.has(batch)) batches.set(batch, batchOf(batch));
      const shared = batch === null ? null : (batches.get(batch) as AttemptBatch);
      return toAttempt(kernel, headers, delivery, row, body, shared);
    });
  };
}

export function prepareAttempts(kernel: Kernel): Attempts {
  const { db, ids, interned } = kernel;
  const headers = new HeaderPacker(interned);
  const insert = db.prepare(`INSERT INTO attempt (delivery, ${COLUMNS})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const note = db.prepare('INSERT OR IGNORE INTO batched (batch, delivery) VALUES (?, ?)');
  const isNoted = db.prepare('SELECT 1 FROM batched WHERE batch = ? LIMIT 1').pluck();
  const bodyOf = db
    .prepare(
      `SELECT request_body FROM (
         SELECT id, request_body FROM attempt WHERE delivery = @owner AND request_body <> ''
         UNION ALL SELECT id, request_body FROM attempt WHERE id = @owner AND request_body <> ''
       ) ORDER BY id DESC LIMIT 1`,
    )
    .pluck();

  const write: Attempts['write'] = (owner, isFirst, attempt, bodyBefore, eventData) => {
    const isSame = bodyBefore !== null && attempt.requestBody === bodyBefore;
    insert.run(
      isFirst ? null : owner,
      isFirst ? owner : ids.nextValue(),
      attempt.startedAt,
      attempt.durationMs,
      TRIGGER.code(attempt.trigger),
      OUTCOME.code(attempt.outcome),
      interned.word(attempt.method),
      interned.word(attempt.url),
      headers.pack(attempt.requestHeaders),
      isSame ? null : packBody(attempt.requestBody, eventData),
      attempt.status,
      headers.pack(attempt.responseHeaders),
      attempt.responseBody === '' ? null : attempt.responseBody,
      attempt.responseTruncated ? 1 : 0,
      interned.wordOrNull(attempt.error),
      attempt.reason === '' ? null : attempt.reason,
      packTimings(attempt.timings),
    );
  };

  return {
    write,
    list: prepareReading(kernel, headers),
    writeOfBatch(batch, members, attempt, bodyBefore) {
      write(batch, isNoted.get(batch) === undefined, attempt, bodyBefore, '');
      for (const member of members) note.run(batch, member);
    },
    noteMember(batch, delivery) {
      note.run(batch, delivery);
    },
    lastBody(owner, eventData) {
      const stored = bodyOf.get({ owner }) as string | undefined;
      return stored === undefined ? null : unpackBody(stored, eventData);
    },
  };
}

function toAttempt(
  { interned }: Kernel,
  headers: HeaderPacker,
  delivery: number,
  row: AttemptRow,
  requestBody: string,
  batch: AttemptBatch | null,
): Attempt {
  return {
    id: formatId('att', row.id),
    delivery: formatId('dlv', delivery),
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    timings: unpackTimings(row.timings),
    trigger: TRIGGER.word(row.trigger),
    outcome: OUTCOME.word(row.outcome),
    method: interned.text(row.method),
    url: interned.text(row.url),
    requestHeaders: headers.unpack(row.request_headers),
    requestBody,
    status: row.status,
    responseHeaders: headers.unpack(row.response_headers),
    responseBody: row.response_body ?? '',
    responseTruncated: row.truncated === 1,
    error: interned.textOrNull(row.error),
    reason: row.reason ?? '',
    batch,
  };
}
