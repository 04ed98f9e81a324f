// Looking for a text in what was sent and what came back. Bodies are stored packed (../bodies.ts, ../packed-data.ts) and without a full-text
// index, so every row looked at is unpacked: about 10 µs each. The list's budget bounds it; see docs/decisions/0012-searching-the-history.md.

import type { Database } from 'better-sqlite3';
import { unpackBody } from '../bodies.js';
import { DATA_COLUMNS, type DataRow, dataOf, EVENT_FROM } from '../rows.js';
import type { Condition } from './page.js';
import { writtenForms } from './search.js';

type Stored = string | null;
type DataValues = [
  at: number,
  incident: number | null,
  data: string,
  grouping: Stored,
  title: Stored,
  message: Stored,
  link: Stored,
  labels: Stored,
];

const rowOf = ([at, incident, data, grouping, title, message, link, labels]: DataValues): DataRow => ({
  at,
  incident,
  data,
  grouping,
  title,
  message,
  link,
  labels,
});

/**
 * Registers the SQL functions `relay_contains(text, needle)`, `relay_event(id, …DATA_COLUMNS)`, which takes an event in hand and returns its
 * id, `relay_in_hand(id)`, and `relay_holds(needles, that id, request body, response body, reason)`. Needles are in lower case; those of `relay_holds` are a JSON
 * list, any of which will do.
 */
export function defineHolds(db: Database): void {
  const contains = (text: Stored, needle: string): number => (text?.toLowerCase().includes(needle) ? 1 : 0);
  db.function('relay_contains', { deterministic: true }, contains);
  // The attempts of a delivery, and the deliveries of an event, share the event's data: it is unpacked once for all of them in a row, and
  // only where it is asked for.
  let inHand = 0;
  let values: DataValues | null = null;
  let plain = '';
  let folded = '';
  const unpackOnce = (): void => {
    if (values === null) return;
    plain = dataOf(rowOf(values));
    folded = plain.toLowerCase();
    values = null;
  };
  let asked = '';
  let needles: readonly string[] = [];
  const inFolded = (text: string): boolean => needles.some((needle) => text.includes(needle));
  const inText = (text: Stored): boolean => text !== null && inFolded(text.toLowerCase());
  db.function('relay_event', { varargs: true }, (id: number, ...columns: unknown[]): number => {
    if (id !== inHand) {
      inHand = id;
      values = columns as DataValues;
    }
    return id;
  });
  db.function('relay_in_hand', (id: number): number => (id === inHand ? 1 : 0));
  db.function(
    'relay_holds',
    (list: string, _event: number, body: Stored, answer: Stored, reason: Stored): number => {
      if (list !== asked) {
        needles = JSON.parse(list) as string[];
        asked = list;
      }
      if (inText(answer) || inText(reason)) return 1;
      unpackOnce();
      if (body === null) return inFolded(folded) ? 1 : 0;
      return inText(unpackBody(body, plain)) ? 1 : 0;
    },
  );
}

const READ = `(SELECT relay_event(e.id, ${DATA_COLUMNS}) FROM ${EVENT_FROM} WHERE e.id = t.event)`;
const EVENT = `iif(relay_in_hand(t.event), t.event, ${READ})`;
const HOLDS = `relay_holds(?, ${EVENT}, a.request_body, a.response_body, a.reason)`;

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
        WHERE b.delivery = t.id AND relay_holds(?, ${EVENT}, '', a.response_body, a.reason)))
      OR relay_holds(?, ${EVENT}, NULL, NULL, NULL))`,
    values: [needle, needle, needle, needle],
  };
}
