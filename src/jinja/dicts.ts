// Dicts: plain objects as JSON gives them (own string keys only, never the prototype) and Maps (dict literals, copies).
// Map keys are equal as Python's are: 1, 1.0 and True are one key.

import { Fault, limitError, typeError } from './errors.js';
import { chargeActive, type Run } from './limits.js';
import { compareNumbers, isNumber } from './numbers.js';
import {
  type Dict,
  instantOf,
  isDict,
  isPlainDict,
  isText,
  Markup,
  PyDateTime,
  PyFloat,
  PyTimeDelta,
  Tuple,
  typeName,
  type Value,
} from './values.js';

/** The key as it is stored in that Map, or undefined when it is not there. */
function storedKey(map: Map<Value, Value>, key: Value): { key: Value } | undefined {
  if (map.has(key)) return { key };
  if (typeof key === 'string') return undefined;
  if (key instanceof Markup) return map.has(key.text) ? { key: key.text } : undefined;
  checkHashable(key);
  chargeActive(map.size >>> 4);
  for (const candidate of map.keys()) {
    if (typeof candidate !== 'string' && isSameKey(candidate, key)) return { key: candidate };
  }
  return undefined;
}

/** Python's equality of things that can be keys. */
function isSameKey(a: Value, b: Value): boolean {
  if (isNumber(a)) return isNumber(b) && compareNumbers(a, b) === 0;
  if (a instanceof Tuple) {
    if (!(b instanceof Tuple) || a.items.length !== b.items.length) return false;
    chargeActive(1 + a.items.length);
    return a.items.every((item, index) => isSameKey(item, b.items[index]));
  }
  if (a instanceof PyDateTime) return b instanceof PyDateTime && instantOf(a) === instantOf(b);
  if (a instanceof PyTimeDelta) return b instanceof PyTimeDelta && a.micros === b.micros;
  if (isText(a)) return isText(b) && textOf(a) === textOf(b);
  return a === b;
}

const textOf = (value: string | Markup): string => (value instanceof Markup ? value.text : value);

/** TypeError for lists and dicts, which cannot be keys or members of a set. */
export function checkHashable(value: Value, depth = 0): void {
  if (Array.isArray(value) || isDict(value)) {
    throw typeError(`unhashable type: '${typeName(value)}'`);
  }
  if (!(value instanceof Tuple)) return;
  if (depth > 200) throw limitError('a value nested too deep to be a key');
  chargeActive(1 + value.items.length);
  for (const item of value.items) checkHashable(item, depth + 1);
}

export function dictHas(dict: Dict, key: Value): boolean {
  if (dict instanceof Map) return storedKey(dict, key) !== undefined;
  if (typeof key === 'string') return Object.hasOwn(dict, key);
  checkHashable(key);
  return key instanceof Markup && Object.hasOwn(dict, key.text);
}

/** The value of a key; JS undefined when there is none. */
export function dictGet(dict: Dict, key: Value): Value {
  if (dict instanceof Map) {
    const direct = dict.get(key);
    if (direct !== undefined) return direct;
    const stored = storedKey(dict, key);
    return stored === undefined ? undefined : dict.get(stored.key);
  }
  if (typeof key === 'string') return Object.hasOwn(dict, key) ? dict[key] : undefined;
  checkHashable(key);
  return key instanceof Markup ? dictGet(dict, key.text) : undefined;
}

/** Charges for going over a dict: large objects are slow to list, Maps are not. */
function counted<T>(dict: Dict, members: T[]): T[] {
  if (members.length > 3) {
    const isSlow = members.length > 64 && !(dict instanceof Map);
    chargeActive(isSlow ? members.length : members.length >>> 2);
  }
  return members;
}

export function dictKeys(dict: Dict): Value[] {
  return counted(dict, dict instanceof Map ? [...dict.keys()] : Object.keys(dict));
}

export function dictValues(dict: Dict): Value[] {
  return counted(dict, dict instanceof Map ? [...dict.values()] : Object.values(dict));
}

export function dictEntries(dict: Dict): [Value, Value][] {
  return counted(dict, dict instanceof Map ? [...dict.entries()] : Object.entries(dict));
}

export function dictSize(dict: Dict): number {
  return dict instanceof Map ? dict.size : counted(dict, Object.keys(dict)).length;
}

export function dictSet(run: Run, dict: Dict, key: Value, value: Value): void {
  checkHashable(key);
  if (dict instanceof Map) {
    const plainKey = key instanceof Markup ? key.text : key;
    dict.set(storedKey(dict, plainKey)?.key ?? plainKey, value);
    run.roomForItems(1);
    if (dict.size > run.limits.list) run.roomForItems(dict.size);
    return;
  }
  throw notOwned();
}

export function dictDelete(dict: Dict, key: Value): void {
  if (!(dict instanceof Map)) throw notOwned();
  const stored = storedKey(dict, key);
  if (stored !== undefined) dict.delete(stored.key);
}

/** A dict of the template's own, which it may change. */
export function dictCopy(dict: Dict): Map<Value, Value> {
  return new Map(dictEntries(dict));
}

function notOwned(): Fault {
  return new Fault('SecurityError', 'the payload cannot be changed here; copy it first', 'security');
}

/** A copy of JSON data, all the way down, that a template may change: objects become Maps. */
export function ownCopy(run: Run, value: Value, depth = 0): Value {
  if (depth > 500) throw limitError('a value nested too deep to be changed');
  if (Array.isArray(value)) {
    run.charge(value.length);
    return value.map((item) => ownCopy(run, item, depth + 1));
  }
  if (value instanceof PyFloat) return value;
  if (value instanceof Map || isPlainDict(value)) {
    run.step();
    return new Map(dictEntries(value).map(([key, item]) => [key, ownCopy(run, item, depth + 1)]));
  }
  return value;
}
