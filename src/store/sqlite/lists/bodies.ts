// Looking for a text in what was sent and what came back. Bodies are stored packed (../bodies.ts, ../packed-text.ts) and without a full-text
// index, so every row looked at is unpacked: about 8 µs each. The list's budget bounds it; see docs/decisions/0012-searching-the-history.md.

import type { Database } from 'better-sqlite3';
import { unpackBody } from '../bodies.js';
import { unpackData } from '../packed-text.js';
import type { Condition } from './page.js';

type Stored = string | null;

/** Registers the SQL function `relay_holds(needle, event data, request body, response body, reason)`. The needle is in lower case. */
export function defineHolds(db: Database): void {
  // The attempts of a delivery, and the deliveries of an event, share the event's data: it is unpacked once for all of them in a row.
  let packed = '';
  let plain = '';
  let folded = '';
  const unpackOnce = (data: string): void => {
    if (data === packed) return;
    packed = data;
    plain = unpackData(data);
    folded = plain.toLowerCase();
  };
  const inText = (needle: string, text: Stored): boolean => text?.toLowerCase().includes(needle) ?? false;
  db.function(
    'relay_holds',
    { deterministic: true },
    (needle: string, data: string, body: Stored, answer: Stored, reason: Stored): number => {
      if (inText(needle, answer) || inText(needle, reason)) return 1;
      unpackOnce(data);
      if (body === null) return folded.includes(needle) ? 1 : 0;
      return inText(needle, unpackBody(body, plain)) ? 1 : 0;
    },
  );
}

const DATA = '(SELECT data FROM event e WHERE e.id = t.event)';
const HOLDS = `relay_holds(?, ${DATA}, a.request_body, a.response_body, a.reason)`;

/** The condition that a delivery's event, a request, an answer or the error of an attempt holds this text, in any case. */
export function holdsText(text: string): Condition {
  const needle = text.toLowerCase();
  return {
    sql: `(EXISTS (SELECT 1 FROM attempt a WHERE a.id = t.id AND ${HOLDS})
      OR (t.tries > 1 AND EXISTS (SELECT 1 FROM attempt a WHERE a.delivery = t.id AND ${HOLDS}))
      OR (t.tries > 0 AND EXISTS (SELECT 1 FROM batched b JOIN attempt a ON a.id = b.batch OR a.delivery = b.batch
        WHERE b.delivery = t.id AND relay_holds(?, ${DATA}, '', a.response_body, a.reason)))
      OR relay_holds(?, ${DATA}, NULL, NULL, NULL))`,
    values: [needle, needle, needle, needle],
  };
}
