// Equality, order and membership with Python's rules: 1 == 1.0 == True, no order between different kinds, substrings by `in`.

import { dictGet, dictHas, dictKeys, dictSize } from './dicts.js';
import { limitError, typeError } from './errors.js';
import { iterate } from './iterate.js';
import { chargeActive, type Run } from './limits.js';
import { compareNumbers, isNumber } from './numbers.js';
import { chargeSearch } from './string-work.js';
import {
  type Dict,
  DictView,
  instantOf,
  isDict,
  isSequence,
  isText,
  itemsOf,
  Markup,
  PyDateTime,
  PyRange,
  PyTimeDelta,
  typeName,
  Undefined,
  type Value,
} from './values.js';

const MAX_DEPTH = 200;

/** A cheap look at a pair of values: their text when both are text. */
function text(value: Value): string | undefined {
  return typeof value === 'string' ? value : value instanceof Markup ? value.text : undefined;
}

export function equals(a: Value, b: Value, depth = 0): boolean {
  if (typeof a === 'string' && a.length > 1024) chargeActive(a.length >>> 10);
  if (a === b) return true;
  if (depth > MAX_DEPTH) throw limitError('values nested too deep to compare');
  if (typeof a === 'string' && typeof b === 'string') return false;
  if (isNumber(a)) return isNumber(b) && compareNumbers(a, b) === 0;
  if (isText(a)) return isText(b) && text(a) === text(b);
  if (a === null || b === null) return false;
  chargeActive(1);
  if (isSequence(a)) {
    if (!isSequence(b) || Array.isArray(a) !== Array.isArray(b)) return false;
    const x = itemsOf(a);
    const y = itemsOf(b);
    return x.length === y.length && x.every((item, index) => equals(item, y[index], depth + 1));
  }
  if (isDict(a)) return isDict(b) && equalDicts(a, b, depth);
  return equalObjects(a, b);
}

function equalDicts(a: Dict, b: Dict, depth: number): boolean {
  if (dictSize(a) !== dictSize(b)) return false;
  return dictKeys(a).every((key) => dictHas(b, key) && equals(dictGet(a, key), dictGet(b, key), depth + 1));
}

function equalObjects(a: Value, b: Value): boolean {
  if (a instanceof Undefined || a === undefined) return b instanceof Undefined || b === undefined;
  if (a instanceof PyDateTime) return b instanceof PyDateTime && instantOf(a) === instantOf(b);
  if (a instanceof PyTimeDelta) return b instanceof PyTimeDelta && a.micros === b.micros;
  if (a instanceof PyRange && b instanceof PyRange) {
    return a.start === b.start && a.length === b.length && a.stride === b.stride;
  }
  if (a instanceof DictView && b instanceof DictView && a.kind === b.kind && a.kind === 'keys') {
    const other = new Set(dictKeys(b.dict));
    chargeActive(other.size);
    return other.size === dictSize(a.dict) && dictKeys(a.dict).every((key) => other.has(key));
  }
  return false;
}

/** By code point, as Python orders strings; UTF-16 order differs above the basic plane. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  if (length > 256) chargeActive(length >>> 8);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) {
      const bothLow = x < 0xd800 || y < 0xd800;
      const lift = (unit: number) => (!bothLow && unit >= 0xe000 ? unit - 0x2800 : unit);
      return lift(x) < lift(y) ? -1 : 1;
    }
  }
  return a.length < b.length ? -1 : 1;
}

/** Negative, zero or positive; NaN when unordered (nan). TypeError when Python has no order for the two. */
export function compare(a: Value, b: Value, symbol = '<', depth = 0): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (isText(a) && isText(b)) return compareText(text(a)!, text(b)!);
  for (const side of [a, b]) if (side instanceof Undefined) throw side.fault();
  if (isSequence(a) && isSequence(b) && Array.isArray(a) === Array.isArray(b)) {
    return compareItems(itemsOf(a), itemsOf(b), symbol, depth);
  }
  if (a instanceof PyDateTime && b instanceof PyDateTime) return compareTimes(a, b);
  if (a instanceof PyTimeDelta && b instanceof PyTimeDelta) return a.micros - b.micros;
  throw typeError(`'${symbol}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

function compareItems(a: readonly Value[], b: readonly Value[], symbol: string, depth: number): number {
  if (depth > MAX_DEPTH) throw limitError('values nested too deep to compare');
  chargeActive(1 + (Math.min(a.length, b.length) >>> 2));
  for (let index = 0; index < a.length && index < b.length; index += 1) {
    if (!equals(a[index], b[index], depth + 1)) return compare(a[index], b[index], symbol, depth + 1);
  }
  return a.length - b.length;
}

function compareTimes(a: PyDateTime, b: PyDateTime): number {
  if ((a.offset === null) !== (b.offset === null)) {
    throw typeError("can't compare offset-naive and offset-aware datetimes");
  }
  return instantOf(a) - instantOf(b);
}

/** `needle in haystack`. */
export function contains(run: Run, haystack: Value, needle: Value): boolean {
  if (isText(haystack)) {
    const inside = text(needle);
    if (inside === undefined) {
      throw typeError(`'in <string>' requires string as left operand, not ${typeName(needle)}`);
    }
    run.charge(text(haystack)!.length >>> 6);
    chargeSearch(run, text(haystack)!, inside);
    return text(haystack)!.includes(inside);
  }
  if (isDict(haystack)) return dictHas(haystack, needle);
  if (haystack instanceof DictView && haystack.kind === 'keys') return dictHas(haystack.dict, needle);
  for (const item of iterate(run, haystack)) {
    run.step();
    if (equals(item, needle)) return true;
  }
  return false;
}

/** Python's sorted(): stable, by the keys given, each comparison charged. */
export function sortValues(
  run: Run,
  items: readonly Value[],
  keys: readonly Value[],
  reverse = false,
): Value[] {
  run.charge(Math.ceil((items.length * Math.log2(items.length + 1)) / 2));
  const order = items.map((_, index) => index);
  const sign = reverse ? -1 : 1;
  order.sort((x, y) => sign * (compare(keys[x], keys[y]) || 0));
  return order.map((index) => items[index]);
}
