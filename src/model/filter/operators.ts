// What a filter's operators mean. A value that is not there matches nothing (`exists: false` alone asks for that).

import { RE2JS } from 're2js';
import { PRIORITIES, SEVERITIES } from '../severity.js';

export type Scalar = string | number | boolean;
export type Operand = Scalar | readonly Scalar[];
export type Test = (value: unknown) => boolean;

/** A field's value as it is compared: text, since JSON's 7 and "7" mean one thing to a person. Null for what has no text. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  return null;
}

/** A list of values (tags of a payload) matches when one of them does. */
function anyText(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value);
  if (Array.isArray(value)) return value.some((item) => anyText(item, test));
  const text = textOf(value);
  return text !== null && test(text);
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

/** Where a word stands in its own order, greater is worse: `severity gte high` takes critical too. Null outside of both scales. */
const RANKS: ReadonlyMap<unknown, number> = new Map(
  [SEVERITIES, PRIORITIES].flatMap((scale) => scale.map((word: string, index) => [word, -index] as const)),
);

function magnitude(value: unknown): number | null {
  const rank = RANKS.get(value);
  if (rank !== undefined) return rank;
  const text = textOf(value)?.trim() ?? '';
  if (text === '') return null;
  const number = Number(text);
  return Number.isNaN(number) ? (RANKS.get(text) ?? null) : number;
}

function compares(operand: Operand, holds: (difference: number) => boolean): Test {
  const limit = magnitude(operand);
  return (value) => {
    const size = magnitude(value);
    return size !== null && limit !== null && holds(size - limit);
  };
}

const list = (operand: Operand): ReadonlySet<string> =>
  new Set((Array.isArray(operand) ? operand : [operand]).map(String));

const isIn = (operand: Operand): Test => {
  const words = list(operand);
  return (value) => anyText(value, (text) => words.has(text));
};

const isNotIn = (operand: Operand): Test => {
  const found = isIn(operand);
  return (value) => isThere(value) && !found(value);
};

const about = (holds: (text: string, word: string) => boolean): ((operand: Operand) => Test) => {
  return (operand) => {
    const word = String(operand);
    return (value) => anyText(value, (text) => holds(text, word));
  };
};

/** Which values an operator takes: `one` value, a `list` of them, a `pattern`, something with an order, or yes or no. */
export type OperandKind = 'one' | 'list' | 'pattern' | 'ordered' | 'flag';

export interface Operator {
  readonly takes: OperandKind;
  /** @throws RE2JSException for a pattern RE2 does not have */
  readonly make: (operand: Operand) => Test;
}

export const OPERATORS: Readonly<Record<string, Operator>> = {
  is: { takes: 'one', make: isIn },
  is_not: { takes: 'one', make: isNotIn },
  in: { takes: 'list', make: isIn },
  not_in: { takes: 'list', make: isNotIn },
  contains: { takes: 'one', make: about((text, word) => text.includes(word)) },
  starts_with: { takes: 'one', make: about((text, word) => text.startsWith(word)) },
  ends_with: { takes: 'one', make: about((text, word) => text.endsWith(word)) },
  matches: {
    takes: 'pattern',
    make: (operand) => {
      const pattern = RE2JS.compile(String(operand));
      return (value) => anyText(value, (text) => pattern.matcher(text).find());
    },
  },
  exists: { takes: 'flag', make: (operand) => (value) => isThere(value) === (operand !== false) },
  gt: { takes: 'ordered', make: (operand) => compares(operand, (difference) => difference > 0) },
  gte: { takes: 'ordered', make: (operand) => compares(operand, (difference) => difference >= 0) },
  lt: { takes: 'ordered', make: (operand) => compares(operand, (difference) => difference < 0) },
  lte: { takes: 'ordered', make: (operand) => compares(operand, (difference) => difference <= 0) },
};

/** Whether `gt` and its like can compare with it. */
export const hasOrder = (operand: unknown): boolean => magnitude(operand) !== null;
