// Writing and reading attempts. The first attempt of a delivery has the delivery's number; later ones have their own and name it.
// A request body equal to the last one that was not empty is stored as NULL.

import { formatId } from '../../core/ids.js';
import type { Attempt } from '../../model/delivery.js';
import type { AttemptRecord } from '../store.js';
import { packBody, unpackBody } from './bodies.js';
import { OUTCOME, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';
import { HeaderPacker } from './packed-text.js';

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
}

const COLUMNS = `id, started_at, duration_ms, trigger, outcome, method, url, request_headers, request_body, status, response_headers,
  response_body, truncated, error, reason`;

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
  list(delivery: number, eventData: string): readonly Attempt[];
}

export function prepareAttempts(kernel: Kernel): Attempts {
  const { db, ids, interned } = kernel;
  const headers = new HeaderPacker(interned);
  const insert = db.prepare(`INSERT INTO attempt (delivery, ${COLUMNS})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const select = db.prepare(`SELECT ${COLUMNS} FROM attempt WHERE id = @delivery
    UNION ALL SELECT ${COLUMNS} FROM attempt WHERE delivery = @delivery ORDER BY id`);
  return {
    write(delivery, isFirst, attempt, bodyBefore, eventData) {
      const isSame = bodyBefore !== null && attempt.requestBody === bodyBefore;
      insert.run(
        isFirst ? null : delivery,
        isFirst ? delivery : ids.nextValue(),
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
      );
    },
    list(delivery, eventData) {
      let body = '';
      return (select.all({ delivery }) as AttemptRow[]).map((row) => {
        if (row.request_body) body = unpackBody(row.request_body, eventData);
        return toAttempt(kernel, headers, delivery, row, row.request_body === '' ? '' : body);
      });
    },
  };
}

function toAttempt(
  { interned }: Kernel,
  headers: HeaderPacker,
  delivery: number,
  row: AttemptRow,
  requestBody: string,
): Attempt {
  return {
    id: formatId('att', row.id),
    delivery: formatId('dlv', delivery),
    startedAt: row.started_at,
    durationMs: row.duration_ms,
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
  };
}
