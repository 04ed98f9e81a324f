// Words that a field can never hold: a severity that does not exist would make a filter that never matches, and say nothing about it.

import { nearestName } from '../../core/nearest.js';
import { INCIDENT_STATUSES } from '../incident.js';
import { PRIORITIES, SEVERITIES } from '../severity.js';

const WORDS: Readonly<Record<string, readonly string[]>> = {
  severity: SEVERITIES,
  priority: PRIORITIES,
  status: INCIDENT_STATUSES,
};
const WHOLE = new Set(['is', 'is_not', 'in', 'not_in']);
const ORDERED = new Set(['gt', 'gte', 'lt', 'lte']);

export interface WrongWord {
  /** Of a list, which one. */
  readonly index: number | null;
  readonly message: string;
  readonly fix: string;
}

/** Parts of a word (`starts_with`, `contains`, `matches`) may be anything. */
export function wrongWords(field: string, op: string, value: unknown): readonly WrongWord[] {
  const words = Object.hasOwn(WORDS, field) ? WORDS[field] : undefined;
  if (words === undefined || !(WHOLE.has(op) || (ORDERED.has(op) && field !== 'status'))) return [];
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  return given.flatMap((word, index) => {
    const text = String(word);
    if (words.includes(text)) return [];
    const near = nearestName(text, words);
    return {
      index: Array.isArray(value) ? index : null,
      message: `there is no ${field} "${text}"`,
      fix: near === undefined ? `one of: ${words.join(', ')}` : `did you mean "${near}"?`,
    };
  });
}
