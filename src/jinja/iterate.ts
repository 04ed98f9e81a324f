// Going over values: what is iterable, lengths, characters of a string by code point, and slices.

import { dictEntries, dictKeys, dictSize, dictValues } from './dicts.js';
import { typeError, valueError } from './errors.js';
import { chargeActive, type Run } from './limits.js';
import { asIndex, isInt } from './numbers.js';
import {
  DictView,
  Generator,
  isDict,
  isText,
  Markup,
  PyRange,
  PySet,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.js';

const SURROGATE = /[\ud800-\udfff]/;

/** The characters of a string as Python counts them (code points). */
export function characters(text: string): string[] {
  if (text.length > 7) chargeActive(text.length >>> 3);
  return SURROGATE.test(text) ? Array.from(text) : text.split('');
}

/** Python's len() of a string. */
export function textLength(text: string): number {
  let length = text.length;
  if (!SURROGATE.test(text)) return length;
  chargeActive(length >>> 5);
  for (let index = 1; index < text.length; index += 1) {
    const isPair =
      (text.charCodeAt(index) & 0xfc00) === 0xdc00 && (text.charCodeAt(index - 1) & 0xfc00) === 0xd800;
    if (isPair) length -= 1;
  }
  return length;
}

function* rangeItems(run: Run, range: PyRange): Iterable<Value> {
  for (let index = 0; index < range.length; index += 1) {
    run.step();
    yield range.start + index * range.stride;
  }
}

function viewItems(view: DictView): readonly Value[] {
  if (view.kind === 'keys') return dictKeys(view.dict);
  if (view.kind === 'values') return dictValues(view.dict);
  const pairs = dictEntries(view.dict);
  chargeActive(pairs.length);
  return pairs.map((pair) => new Tuple(pair));
}

/** The items of an iterable value; TypeError when it is none. Generators are used up by it. */
export function iterate(run: Run, value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value;
  if (isText(value)) return characters(value instanceof Markup ? value.text : value);
  if (isDict(value)) return dictKeys(value);
  if (value instanceof Tuple || value instanceof PySet) return value.items;
  if (value instanceof DictView) return viewItems(value);
  if (value instanceof Generator) return value;
  if (value instanceof PyRange) return rangeItems(run, value);
  if (value instanceof Undefined) {
    if (value.refused) throw value.fault();
    return [];
  }
  if (value === undefined) return [];
  throw typeError(`'${typeName(value)}' object is not iterable`);
}

/** Python's list(value): always a new array, charged by its length. */
export function toList(run: Run, value: Value): Value[] {
  const items: Value[] = [];
  for (const item of iterate(run, value)) {
    if (items.length >= run.limits.list) run.roomForItems(items.length + 1);
    items.push(item);
  }
  run.charge(items.length);
  return items;
}

export function isIterable(value: Value): boolean {
  return (
    Array.isArray(value) ||
    isText(value) ||
    isDict(value) ||
    value instanceof Tuple ||
    value instanceof PySet ||
    value instanceof DictView ||
    value instanceof Generator ||
    value instanceof PyRange ||
    value instanceof Undefined
  );
}

/** Python's len(), or undefined when the value has none. */
export function lengthOf(value: Value): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (isText(value)) return textLength(value instanceof Markup ? value.text : value);
  if (isDict(value)) return dictSize(value);
  if (value instanceof Tuple || value instanceof PySet) return value.items.length;
  if (value instanceof PyRange) return value.length;
  if (value instanceof DictView) return dictSize(value.dict);
  if (value instanceof Undefined || value === undefined) return 0;
  return undefined;
}

export interface SliceBounds {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}

function bound(value: Value, whenNone: number, length: number, low: number, high: number): number {
  if (value === null) return whenNone;
  if (!isInt(value)) throw typeError('slice indices must be integers or None or have an __index__ method');
  const index = asIndex(value);
  return Math.max(low, Math.min(high, index < 0 ? index + length : index));
}

function pick<T>(items: ArrayLike<T>, { start, stop, step }: SliceBounds): T[] {
  const stride = step === null ? 1 : asIndex(step);
  if (stride === 0) throw valueError('slice step cannot be zero');
  const length = items.length;
  const picked: T[] = [];
  if (stride > 0) {
    const end = bound(stop, length, length, 0, length);
    for (let index = bound(start, 0, length, 0, length); index < end; index += stride) {
      picked.push(items[index]!);
    }
  } else {
    const end = bound(stop, -1, length, -1, length - 1);
    for (let index = bound(start, length - 1, length, -1, length - 1); index > end; index += stride) {
      picked.push(items[index]!);
    }
  }
  return picked;
}

function cutText(text: string, { start, stop }: SliceBounds): string {
  const { length } = text;
  return text.slice(bound(start, 0, length, 0, length), bound(stop, length, length, 0, length));
}

/** The character at an index (from the end when negative), or JS undefined. */
export function characterAt(text: string, index: number): string | undefined {
  return SURROGATE.test(text) ? characters(text).at(index) : text.at(index);
}

function sliceRange(range: PyRange, { start, stop, step }: SliceBounds): PyRange {
  const stride = step === null ? 1 : asIndex(step);
  if (stride === 0) throw valueError('slice step cannot be zero');
  const { length } = range;
  const [low, high] = stride > 0 ? [0, length] : [-1, length - 1];
  const first = bound(start, stride > 0 ? 0 : length - 1, length, low, high);
  const end = bound(stop, stride > 0 ? length : -1, length, low, high);
  const at = (index: number): number => range.start + index * range.stride;
  return new PyRange(at(first), at(end), range.stride * stride);
}

/** value[start:stop:step]; JS undefined when the value cannot be sliced. */
export function sliceValue(run: Run, value: Value, bounds: SliceBounds): Value {
  if (isText(value)) {
    const text = value instanceof Markup ? value.text : value;
    run.charge(text.length >>> 6);
    const isPlainCut = (bounds.step === null || bounds.step === 1) && !SURROGATE.test(text);
    const cut = isPlainCut ? cutText(text, bounds) : pick(characters(text), bounds).join('');
    return value instanceof Markup ? value.like(cut) : cut;
  }
  if (Array.isArray(value)) {
    run.charge(value.length);
    return pick(value, bounds);
  }
  if (value instanceof Tuple) {
    run.charge(value.items.length);
    return new Tuple(pick(value.items, bounds));
  }
  if (value instanceof PyRange) return sliceRange(value, bounds);
  return undefined;
}
