// Looking for a text in what was sent and what came back. Bodies are stored packed (../bodies.ts, ../packed-text.ts) and without a full-text
// index, so every row looked at is unpacked: about 8 µs each. The list's budget bounds it; see docs/decisions/0012-searching-the-history.md.

import type { Database } from 'better-sqlite3';
import { unpackBody } from '../bodies.js';
import { unpackData } from '../packed-text.js';
import type { Condition } from './page.js';
import { writtenForms } from './search.js';

type Stored = string | null;

/**
 * Registers the SQL functions `relay_contains(text, needle)` and `relay_holds(needles, event data, request body, response body, reason)`.
 * Needles are in lower case; those of `relay_holds` are a JSON list, any of which will do.
 */
export function defineHolds(db: Database): void {
  const contains = (text: Stored, needle: string): number => (text?.toLowerCase().includes(needle) ? 1 : 0);
  db.function('relay_contains', { deterministic: true }, contains);
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
  let asked = '';
  let needles: readonly string[] = [];
  const inFolded = (text: string): boolean => needles.some((needle) => text.includes(needle));
  const inText = (text: Stored): boolean => text !== null && inFolded(text.toLowerCase());
  db.function(
    'relay_holds',
    { deterministic: true },
    (list: string, data: string, body: Stored, answer: Stored, reason: Stored): number => {
      if (list !== asked) {
        needles = JSON.parse(list) as string[];
        asked = list;
      }
      if (inText(answer) || inText(reason)) return 1;
      unpackOnce(data);
      if (body === null) return inFolded(folded) ? 1 : 0;
      return inText(unpackBody(body, plain)) ? 1 : 0;
    },
  );
}

const DATA = '(SELECT data FROM event e WHERE e.id = t.event)';
const HOLDS = `relay_holds(?, ${DATA}, a.request_body, a.response_body, a.reason)`;

/**
 * The condition that a delivery's event, a request, an answer or the error of an attempt holds this text, in any case: as it is read, or as
 * JSON writes it.
 */
export function holdsText(text: string): Condition {
  const needle = JSON.stringify(writtenForms(text).map((form) => form.toLowerCase()));
  return {
    sql: `(EXISTS (SELECT 1 FROM attempt a WHERE a.id = t.id AND ${HOLDS})
      OR (t.tries > 1 AND EXISTS (SELECT 1 FROM attempt a WHERE a.delivery = t.id AND ${HOLDS}))
      OR (t.tries > 0 AND EXISTS (SELECT 1 FROM batched b JOIN attempt a ON a.id = b.batch OR a.delivery = b.batch
        WHERE b.delivery = t.id AND relay_holds(?, ${DATA}, '', a.response_body, a.reason)))
      OR relay_holds(?, ${DATA}, NULL, NULL, NULL))`,
    values: [needle, needle, needle, needle],
  };
}
