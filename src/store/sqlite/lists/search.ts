// Conditions that several lists share: an id or the beginning of one, columns of interned texts, and texts as people read them.

import { type IdKind, idPrefixRange } from '../../../core/ids.js';
import type { Interned } from '../interned.js';
import { anyOf, type Condition, likePattern } from './page.js';

/** Characters an id's beginning must have before a search takes it for one: fewer match too much. */
const SHORTEST_PREFIX = 4;

/** The condition that a column's id begins with the text; none when the text cannot begin one. */
export function idSearch(kind: IdKind, column: string, text: string): Condition[] {
  const range = text.length < SHORTEST_PREFIX ? undefined : idPrefixRange(kind, text);
  return range === undefined ? [] : [{ sql: `${column} BETWEEN ? AND ?`, values: [range.first, range.last] }];
}

/** How a text may stand in JSON: as it is read, and as JSON writes it where that differs (quotes, backslashes, line breaks). */
export function writtenForms(text: string): readonly string[] {
  const inJson = JSON.stringify(text).slice(1, -1);
  return inJson === text ? [text] : [text, inJson];
}

/** That a column holds the text, in any case. LIKE knows the case of ASCII alone; it is several times as fast as a function of ours. */
export function holds(column: string, text: string): Condition {
  if (!/[^\0-\x7f]/.test(text)) return { sql: `${column} LIKE ? ESCAPE '\\'`, values: [likePattern(text)] };
  return { sql: `relay_contains(${column}, ?)`, values: [text.toLowerCase()] };
}

/** The same for a column of JSON text. */
export const jsonHolds = (column: string, text: string): Condition =>
  anyOf(writtenForms(text).map((form) => holds(column, form)));

/** The condition that a column of interned texts is this one; nothing matches a text that was never stored. */
export function wordFilter(interned: Interned, column: string, text: string | undefined): Condition[] {
  if (text === undefined) return [];
  return [{ sql: `${column} = ?`, values: [interned.findWord(text) ?? -1] }];
}
