// Public ids: a short prefix and eleven Crockford base32 digits of one 53-bit number.
// The number is milliseconds since 2024-01-01 (41 bits, enough until 2093) and a 12-bit counter, so ids sort by time,
// fit SQLite's INTEGER PRIMARY KEY and a JavaScript number, and can be turned into a time range.

import type { Clock } from './clock.js';

export type IdKind = 'alt' | 'inc' | 'evt' | 'dlv' | 'att' | 'rej' | 'tml' | 'bat' | 'tok';

/** 2024-01-01T00:00:00Z in ms. */
export const ID_EPOCH_MS = 1_704_067_200_000;
const COUNTER_SPAN = 4096;
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const WIDTH = 11;

const VALUE_OF = new Map<string, number>([...DIGITS].map((digit, value) => [digit, value]));
for (const [alias, digit] of [
  ['o', '0'],
  ['i', '1'],
  ['l', '1'],
] as const) {
  VALUE_OF.set(alias, VALUE_OF.get(digit) as number);
}

/** Encodes a number as `<kind>_<11 digits>`. */
export function formatId(kind: IdKind, value: number): string {
  let high = Math.floor(value / 2 ** 25);
  let low = value % 2 ** 25;
  let text = '';
  for (let i = 0; i < 5; i++) {
    text = DIGITS[low & 31] + text;
    low >>>= 5;
  }
  for (let i = 0; i < 6; i++) {
    text = DIGITS[high & 31] + text;
    high >>>= 5;
  }
  return `${kind}_${text}`;
}

/** Decodes a full id, or returns undefined when it is not one of this kind. */
export function parseId(kind: IdKind, id: string): number | undefined {
  if (id.length !== kind.length + 1 + WIDTH || !id.startsWith(kind) || id[kind.length] !== '_')
    return undefined;
  let value = 0;
  for (let i = kind.length + 1; i < id.length; i++) {
    const digit = VALUE_OF.get(id[i] as string);
    if (digit === undefined) return undefined;
    value = value * 32 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/**
 * The inclusive range of numbers whose ids begin with `prefix` (`inc_01h8` or just `01h8`).
 * Returns undefined when the prefix belongs to another kind or holds a character that no id has.
 */
export function idPrefixRange(kind: IdKind, prefix: string): { first: number; last: number } | undefined {
  let digits = prefix.toLowerCase();
  const underscore = digits.indexOf('_');
  if (underscore >= 0) {
    if (digits.slice(0, underscore) !== kind) return undefined;
    digits = digits.slice(underscore + 1);
  }
  if (digits.length > WIDTH) return undefined;
  let value = 0;
  for (const character of digits) {
    const digit = VALUE_OF.get(character);
    if (digit === undefined) return undefined;
    value = value * 32 + digit;
  }
  const span = 32 ** (WIDTH - digits.length);
  return { first: value * span, last: Math.min(value * span + span - 1, Number.MAX_SAFE_INTEGER) };
}

/** The instant an id was made, in ms since the Unix epoch. */
export function idTime(value: number): number {
  return ID_EPOCH_MS + Math.floor(value / COUNTER_SPAN);
}

/** The smallest id value that could have been made at or after `at` (ms since the Unix epoch). */
export function firstIdAt(at: number): number {
  return Math.max(0, at - ID_EPOCH_MS) * COUNTER_SPAN;
}

/**
 * Makes numbers that only grow, even when the clock goes back or more than 4,096 are asked for in one millisecond.
 * One factory serves one database; `floor` is the highest number already used there.
 */
export class IdFactory {
  #last: number;
  readonly #clock: Clock;

  constructor(clock: Clock, floor = 0) {
    this.#clock = clock;
    this.#last = floor;
  }

  nextValue(): number {
    this.#last = Math.max(firstIdAt(this.#clock.now()), this.#last + 1);
    return this.#last;
  }

  next(kind: IdKind): string {
    return formatId(kind, this.nextValue());
  }
}
