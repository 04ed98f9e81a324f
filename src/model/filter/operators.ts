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

/** Lists in lists are looked into this far: a stranger's payload may be brackets alone, and end a walk in a stack overflow. */
const MAX_LIST_DEPTH = 64;

/** A list of values (tags of a payload) matches when one of them does. */
function anyText(value: unknown, test: (text: string) => boolean, depth = 0): boolean {
  if (typeof value === 'string') return test(value);
  if (Array.isArray(value))
    return depth < MAX_LIST_DEPTH && value.some((item) => anyText(item, test, depth + 1));
  const text = textOf(value);
  return text !== null && test(text);
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

/** A place on one of three scales, which are not compared with each other: a count of 7 is neither above nor below `warning`. */
interface Magnitude {
  readonly scale: 'number' | 'severity' | 'priority';
  readonly size: number;
}

const onScale = (scale: Magnitude['scale'], words: readonly string[]): [string, Magnitude][] =>
  words.map((word, index) => [word, { scale, size: -index }]);

/** Where a word stands in its own order, greater is worse: `severity gte high` takes critical too. */
const RANKS: ReadonlyMap<string, Magnitude> = new Map([
  ...onScale('severity', SEVERITIES),
  ...onScale('priority', PRIORITIES),
]);

/** Null for what has no order. */
function magnitude(value: unknown): Magnitude | null {
  const text = textOf(value)?.trim() ?? '';
  if (text === '') return null;
  const size = Number(text);
  return Number.isNaN(size) ? (RANKS.get(text) ?? null) : { scale: 'number', size };
}

/** Infinities and large integers are compared as they are: a difference of two of them would be no number. */
function compares(operand: Operand, holds: (size: number, limit: number) => boolean): Test {
  const limit = magnitude(operand);
  return (value) => {
    const found = magnitude(value);
    return found !== null && found.scale === limit?.scale && holds(found.size, limit.size);
  };
}

/** As JSON writes numbers: 007 and 0x7 are words. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The same text, or for a number in the payload the same number: 95 is 95.0. */
const isIn = (operand: Operand): Test => {
  const words = new Set((Array.isArray(operand) ? operand : [operand]).map(String));
  const numbers = new Set([...words].filter((word) => NUMBER.test(word)).map(Number));
  const holds = (text: string): boolean => words.has(text);
  return (value) =>
    typeof value === 'number' ? words.has(String(value)) || numbers.has(value) : anyText(value, holds);
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
  gt: { takes: 'ordered', make: (operand) => compares(operand, (size, limit) => size > limit) },
  gte: { takes: 'ordered', make: (operand) => compares(operand, (size, limit) => size >= limit) },
  lt: { takes: 'ordered', make: (operand) => compares(operand, (size, limit) => size < limit) },
  lte: { takes: 'ordered', make: (operand) => compares(operand, (size, limit) => size <= limit) },
};

/** Whether `gt` and its like can compare with it. */
export const hasOrder = (operand: unknown): boolean => magnitude(operand) !== null;
