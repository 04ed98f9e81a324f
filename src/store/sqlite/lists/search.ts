// Conditions that several lists share: an id or the beginning of one, and columns of interned texts.

import { type IdKind, idPrefixRange } from '../../../core/ids.js';
import type { Interned } from '../interned.js';
import type { Condition } from './page.js';

/** Characters an id's beginning must have before a search takes it for one: fewer match too much. */
const SHORTEST_PREFIX = 4;

/** The condition that a column's id begins with the text; none when the text cannot begin one. */
export function idSearch(kind: IdKind, column: string, text: string): Condition[] {
  const range = text.length < SHORTEST_PREFIX ? undefined : idPrefixRange(kind, text);
  return range === undefined ? [] : [{ sql: `${column} BETWEEN ? AND ?`, values: [range.first, range.last] }];
}

/** The condition that a column of interned texts is this one; nothing matches a text that was never stored. */
export function wordFilter(interned: Interned, column: string, text: string | undefined): Condition[] {
  if (text === undefined) return [];
  return [{ sql: `${column} = ?`, values: [interned.findWord(text) ?? -1] }];
}
