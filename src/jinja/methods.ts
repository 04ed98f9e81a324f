// Which methods a value has, by its kind; and the methods of list, dict and tuple.

import { callValue } from './call-value.js';
import { equals, sortValues } from './compare.js';
import { dictCopy, dictDelete, dictEntries, dictGet, dictHas, dictKeys, dictSet } from './dicts.js';
import { Fault, typeError, valueError } from './errors.js';
import type { Reach } from './format-braces.js';
import { iterate, toList } from './iterate.js';
import type { Run } from './limits.js';
import { textMethods } from './methods-text.js';
import { DATETIME_METHODS, TIMEDELTA_METHODS } from './methods-time.js';
import { asIndex } from './numbers.js';
import { type Definition, type Definitions, define, type Operation, table } from './signature.js';
import {
  type Dict,
  DictView,
  isDict,
  isSequence,
  isTrue,
  itemsOf,
  Markup,
  PyDateTime,
  PyTimeDelta,
  Tuple,
  type Value,
} from './values.js';

/** Methods that change their object; a template that names one gets its own copy of the context. */
export const CHANGING_METHODS: ReadonlySet<string> = new Set(
  'append extend insert remove pop popitem clear update setdefault sort reverse'.split(' '),
);

function changing(name: string, parameters: string, operation: Operation): Definition {
  return define(name, parameters, (run, subject, args, call) => {
    if (!run.ownsContext) {
      throw new Fault('SecurityError', `'${name}' under a computed name cannot change values`, 'security');
    }
    return operation(run, subject, args, call);
  });
}

function indexOf(run: Run, subject: Value, wanted: Value): number {
  const items = itemsOf(subject as Value[] | Tuple);
  run.charge(items.length);
  return items.findIndex((item) => equals(item, wanted));
}

const SEQUENCE_METHODS: readonly Definition[] = [
  define('index', 'value', (run, list, [wanted]) => {
    const at = indexOf(run, list, wanted);
    if (at === -1) throw valueError('value is not in list');
    return at;
  }),
  define('count', 'value', (run, list, [wanted]) => {
    const items = itemsOf(list as Value[] | Tuple);
    run.charge(items.length);
    return items.filter((item) => equals(item, wanted)).length;
  }),
];

function popItem(list: Value[], position: Value): Value {
  const index = position === undefined ? -1 : asIndex(position);
  const at = index < 0 ? index + list.length : index;
  if (at < 0 || at >= list.length)
    throw new Fault('IndexError', list.length === 0 ? 'pop from empty list' : 'pop index out of range');
  return list.splice(at, 1)[0];
}

function sortInPlace(run: Run, list: Value[], key: Value, reverse: Value): null {
  const keys =
    key === undefined || key === null
      ? list
      : list.map((item) => callValue(run, key, { positional: [item], named: undefined }));
  const sorted = sortValues(run, list, keys, isTrue(reverse));
  list.splice(0, list.length, ...sorted);
  return null;
}

const LIST_METHODS = table(
  ...SEQUENCE_METHODS,
  define('copy', '', (run, list) => toList(run, list)),
  changing('append', 'value', (run, list, [value]) => {
    run.roomForItems(1);
    if ((list as Value[]).push(value) > run.limits.list) run.roomForItems((list as Value[]).length);
    return null;
  }),
  changing('extend', 'values', (run, list, [values]) => {
    const added = toList(run, values);
    const target = list as Value[];
    run.roomForItems(target.length + added.length);
    target.push(...added);
    return null;
  }),
  changing('insert', 'index value', (run, list, [index, value]) => {
    const { length } = list as Value[];
    run.charge(length >>> 9);
    if (length >= run.limits.list) run.roomForItems(length + 1);
    (list as Value[]).splice(asIndex(index), 0, value);
    return null;
  }),
  changing('remove', 'value', (run, list, [value]) => {
    const at = indexOf(run, list, value);
    if (at === -1) throw valueError('list.remove(x): x not in list');
    (list as Value[]).splice(at, 1);
    return null;
  }),
  changing('pop', 'index?', (run, list, [index]) => {
    if (index !== undefined) run.charge((list as Value[]).length >>> 9);
    return popItem(list as Value[], index);
  }),
  changing('clear', '', (_run, list) => {
    (list as Value[]).length = 0;
    return null;
  }),
  changing('reverse', '', (run, list) => {
    run.charge((list as Value[]).length);
    (list as Value[]).reverse();
    return null;
  }),
  changing('sort', 'key? reverse?', (run, list, [key, reverse]) =>
    sortInPlace(run, list as Value[], key, reverse),
  ),
);

function pop(dict: Dict, key: Value, absent: Value): Value {
  if (!dictHas(dict, key)) {
    if (absent === undefined) throw new Fault('KeyError', `no key ${String(key)}`);
    return absent;
  }
  const value = dictGet(dict, key);
  dictDelete(dict, key);
  return value;
}

/** dict(…) and update(…): from a mapping, pairs, and named arguments. */
export function mergeInto(run: Run, dict: Dict, from: Value, named?: ReadonlyMap<string, Value>): void {
  if (isDict(from)) for (const [key, value] of dictEntries(from)) dictSet(run, dict, key, value);
  else if (from !== undefined) {
    for (const pair of toList(run, from)) {
      const [key, value, ...rest] = isSequence(pair) ? itemsOf(pair) : toList(run, pair);
      if (value === undefined || rest.length > 0) {
        throw valueError('dictionary update sequence element must have length 2');
      }
      dictSet(run, dict, key, value);
    }
  }
  for (const [key, value] of named ?? []) dictSet(run, dict, key, value);
}

const dictTable = table(
  define(
    'get',
    'key default?',
    (_run, dict, [key, absent]) =>
      dictGet(dict as Dict, key) ?? (dictHas(dict as Dict, key) ? null : (absent ?? null)),
  ),
  define('keys', '', (_run, dict) => new DictView('keys', dict as Dict)),
  define('values', '', (_run, dict) => new DictView('values', dict as Dict)),
  define('items', '', (_run, dict) => new DictView('items', dict as Dict)),
  define('copy', '', (run, dict) => {
    const copy = dictCopy(dict as Dict);
    run.roomForItems(copy.size);
    return copy;
  }),
  define('fromkeys', 'iterable value?', (run, _dict, [keys, value]) => {
    const made = new Map<Value, Value>();
    for (const key of iterate(run, keys)) dictSet(run, made, key, value ?? null);
    return made;
  }),
  changing('pop', 'key default?', (_run, dict, [key, absent]) => pop(dict as Dict, key, absent)),
  changing('popitem', '', (_run, dict) => {
    const last = dictKeys(dict as Dict).at(-1);
    if (last === undefined) throw new Fault('KeyError', 'popitem(): dictionary is empty');
    return new Tuple([last, pop(dict as Dict, last, undefined)]);
  }),
  changing('setdefault', 'key default?', (run, dict, [key, value]) => {
    if (!dictHas(dict as Dict, key)) dictSet(run, dict as Dict, key, value ?? null);
    return dictGet(dict as Dict, key);
  }),
  changing('update', '*', (run, dict, args, call) => {
    if (args.length > 1) throw typeError(`update expected at most 1 argument, got ${args.length}`);
    mergeInto(run, dict as Dict, args[0], call.named);
    return null;
  }),
  changing('clear', '', (_run, dict) => {
    if (dict instanceof Map) dict.clear();
    return null;
  }),
);

export const DICT_METHODS: Definitions = dictTable;
const TUPLE_METHODS = table(...SEQUENCE_METHODS);

const VIEW_METHODS = table(
  define('isdisjoint', 'other', (run, view, [other]) => {
    const own = new Map<Value, Value>();
    for (const item of iterate(run, view)) dictSet(run, own, item, true);
    for (const item of iterate(run, other)) if (dictHas(own, item)) return false;
    return true;
  }),
);

/** Finds the methods a value has; `reach` is how methods that look into values do so. */
export function methodsReaching(reach: Reach): (value: Value) => Definitions | undefined {
  const text = textMethods(reach);
  return (value) => {
    switch (typeof value) {
      case 'string':
        return text.plain;
      case 'object':
        if (value === null) return undefined;
        return value instanceof Markup ? text.safe : objectMethods(value);
      default:
        return undefined;
    }
  };
}

function objectMethods(value: object): Definitions | undefined {
  if (Array.isArray(value)) return LIST_METHODS;
  if (value instanceof Tuple) return TUPLE_METHODS;
  if (value instanceof PyDateTime) return DATETIME_METHODS;
  if (value instanceof PyTimeDelta) return TIMEDELTA_METHODS;
  if (value instanceof DictView) return VIEW_METHODS;
  return isDict(value) ? DICT_METHODS : undefined;
}
