// JSON text put into a JSON text unparsed, so that number text and key order arrive as they came.

import { randomUUID } from 'node:crypto';

/** No text of a sender can be this: it is made anew with every start. */
const MARK = randomUUID();

/** Stands in a record for the raw text with that number. */
export const rawMark = (index: number): string => `${MARK}-${index}`;

/** @param raws valid JSON texts, each standing in `record` as its `rawMark` */
export function stringifyWithRaw(record: unknown, raws: readonly string[]): string {
  return raws.reduce(
    (text, raw, index) => text.replace(`"${rawMark(index)}"`, () => raw),
    JSON.stringify(record),
  );
}
