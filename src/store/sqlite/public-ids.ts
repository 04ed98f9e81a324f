// Public ids and unique prefixes of them → row numbers.

import { RelayError } from '../../core/errors.js';
import { formatId, type IdKind, idPrefixRange, parseId } from '../../core/ids.js';
import type { Kernel } from './kernel.js';

const TABLES = {
  alt: { table: 'alert', noun: 'alert' },
  inc: { table: 'incident', noun: 'incident' },
  evt: { table: 'event', noun: 'event' },
  dlv: { table: 'delivery', noun: 'delivery' },
  rej: { table: 'reject', noun: 'reject' },
} as const;
type Kind = keyof typeof TABLES;

export function notFound(kind: Kind, id: string): RelayError {
  const { noun } = TABLES[kind];
  const list = noun === 'alert' || noun === 'reject' ? 'incident' : noun;
  return new RelayError('object.not_found', `there is no ${noun} ${id}`, {
    why: 'it never existed, or retention has removed it',
    fix: `relay ${list} list shows what is kept`,
  });
}

export type ResolveId = (kind: Kind, id: string) => number;

/**
 * Makes the function that turns an id or a unique prefix into a number of an existing row.
 * It throws object.not_found and usage.ambiguous_id.
 */
export function prepareResolveId(kernel: Kernel): ResolveId {
  const find = Object.fromEntries(
    Object.entries(TABLES).map(([kind, { table }]) => [
      kind,
      kernel.db.prepare(`SELECT id FROM ${table} WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 2`).pluck(),
    ]),
  );
  return (kind, id) => {
    const exact = parseId(kind, id);
    const range = exact === undefined ? idPrefixRange(kind, id) : { first: exact, last: exact };
    const found = range === undefined ? [] : (find[kind]?.all(range.first, range.last) as number[]);
    if (found.length === 0) throw notFound(kind, id);
    if (found.length > 1)
      throw new RelayError('usage.ambiguous_id', `${id} begins more than one ${TABLES[kind].noun} id`, {
        why: `for example ${formatId(kind, found[0] as number)} and ${formatId(kind, found[1] as number)}`,
        fix: 'give more characters of the id',
      });
    return found[0] as number;
  };
}

/** The number in a full id of ours; for ids that came from the store itself. @throws object.not_found */
export function numberOf(kind: Kind, id: string): number {
  const value = parseId(kind as IdKind, id);
  if (value === undefined) throw notFound(kind, id);
  return value;
}

export function numberOrNull(kind: Kind, id: string | null | undefined): number | null {
  return id === null || id === undefined ? null : numberOf(kind, id);
}

export function idOrNull(kind: IdKind, value: number | null): string | null {
  return value === null ? null : formatId(kind, value);
}
