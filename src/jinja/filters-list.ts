// Jinja2's filters on sequences that give a value at once: sort, join, first, length, groupby, sum and their kin.

import { attributeGetter, ignoreCase } from './attribute-path.js';
import { compare, equals, sortValues } from './compare.js';
import { dictEntries } from './dicts.js';
import { Fault, typeError } from './errors.js';
import { characters, iterate, lengthOf, toList } from './iterate.js';
import type { Run } from './limits.js';
import { binary } from './operators.js';
import { define, table } from './signature.js';
import { toText } from './text.js';
import {
  DictView,
  Generator,
  isDict,
  isSequence,
  isText,
  isTrue,
  Markup,
  PyRange,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.js';

function sortFilter(run: Run, value: Value, [reverse, caseSensitive, attribute]: readonly Value[]): Value {
  const keyOf = attributeGetter(run, attribute, { fold: !isTrue(caseSensitive), many: true });
  const items = toList(run, value);
  // Jinja2 compares lists of attributes even when there is one, so equal items without an order are no error.
  const keys = items.map((item) => new Tuple([keyOf(item)]));
  return sortValues(run, items, keys, isTrue(reverse));
}

function dictsort(run: Run, value: Value, [caseSensitive, by, reverse]: readonly Value[]): Value {
  const side = by === undefined ? 'key' : by;
  if (side !== 'key' && side !== 'value') {
    throw new Fault('FilterArgumentError', 'You can only sort by either "key" or "value"');
  }
  if (value instanceof Undefined) throw value.fault();
  if (!isDict(value))
    throw new Fault('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  const pairs = dictEntries(value);
  const keys = pairs.map((pair) => {
    const key = pair[side === 'key' ? 0 : 1];
    return isTrue(caseSensitive) ? key : ignoreCase(key);
  });
  return sortValues(
    run,
    pairs.map((pair) => new Tuple(pair)),
    keys,
    isTrue(reverse),
  );
}

function join(run: Run, value: Value, [separator, attribute]: readonly Value[]): Value {
  const mark = separator === undefined ? '' : toText(run, separator);
  const pick = attributeGetter(run, attribute ?? null, {});
  let text = '';
  let count = 0;
  for (const item of iterate(run, value)) {
    run.step();
    text += (count++ === 0 ? '' : mark) + toText(run, pick(item));
    run.room(text.length >>> 4);
    if (text.length > run.limits.string) run.room(text.length);
  }
  return text;
}

function first(run: Run, value: Value): Value {
  for (const item of iterate(run, value)) return item;
  return new Undefined('No first item, sequence was empty.');
}

/** What Python's reversed() takes: not generators, not sets. */
function reversedItems(run: Run, value: Value): Value[] | undefined {
  const isReversible =
    isSequence(value) ||
    isText(value) ||
    isDict(value) ||
    value instanceof PyRange ||
    value instanceof DictView;
  if (value instanceof Undefined) return [];
  return isReversible ? toList(run, value).reverse() : undefined;
}

function reverseFilter(run: Run, value: Value): Value {
  if (isText(value)) {
    const text = characters(value instanceof Markup ? value.text : value)
      .reverse()
      .join('');
    return value instanceof Markup ? value.like(text) : text;
  }
  const items = reversedItems(run, value);
  if (items !== undefined) return new Generator('reversed', items.values(), reverseName(value));
  if (value instanceof Generator) return toList(run, value).reverse();
  throw new Fault('FilterArgumentError', 'argument must be iterable');
}

function reverseName(value: Value): string {
  if (Array.isArray(value)) return 'list_reverseiterator';
  if (isDict(value)) return 'dict_reversekeyiterator';
  if (value instanceof DictView) return `dict_reverse${value.kind.slice(0, -1)}iterator`;
  return value instanceof PyRange ? 'range_iterator' : 'reversed';
}

function extreme(run: Run, value: Value, [caseSensitive, attribute]: readonly Value[], sign: 1 | -1): Value {
  const keyOf = attributeGetter(run, attribute, { fold: !isTrue(caseSensitive) });
  const items = toList(run, value);
  if (items.length === 0) return new Undefined('No aggregated item, sequence was empty.');
  let best = items[0];
  let bestKey = keyOf(best);
  for (const item of items.slice(1)) {
    const key = keyOf(item);
    if (sign * compare(key, bestKey, sign === 1 ? '>' : '<') > 0) {
      best = item;
      bestKey = key;
    }
  }
  return best;
}

function sum(run: Run, value: Value, [attribute, start]: readonly Value[]): Value {
  const pick = attributeGetter(run, attribute, {});
  let total: Value = start === undefined ? 0 : start;
  if (isText(total)) throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  for (const item of iterate(run, value)) {
    run.step();
    total = binary(run, '+', total, pick(item));
  }
  return total;
}

function groupby(run: Run, value: Value, [attribute, absent, caseSensitive]: readonly Value[]): Value {
  const keyOf = attributeGetter(run, attribute, { fold: !isTrue(caseSensitive), absent });
  const realKeyOf = attributeGetter(run, attribute, { absent });
  const items = toList(run, value);
  const sorted = sortValues(run, items, items.map(keyOf));
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sorted) {
    const key = keyOf(item);
    const last = groups.at(-1);
    if (last !== undefined && equals(last.key, key)) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  return groups.map((group) => new Tuple([realKeyOf(group.items[0]), group.items], ['grouper', 'list']));
}

function length(_run: Run, value: Value): Value {
  const size = lengthOf(value);
  if (size === undefined) throw typeError(`object of type '${typeName(value)}' has no len()`);
  return size;
}

export const LIST_FILTERS = table(
  define('sort', 'reverse? case_sensitive? attribute?', sortFilter),
  define('dictsort', 'case_sensitive? by? reverse?', dictsort),
  define('join', 'd? attribute?', join),
  define('first', '', first),
  define('last', '', (run, value) => {
    const items = reversedItems(run, value);
    if (items === undefined) throw typeError(`'${typeName(value)}' object is not reversible`);
    if (items.length === 0) return new Undefined('No last item, sequence was empty.');
    return value instanceof Markup ? value.like(toText(run, items[0])) : items[0];
  }),
  define('reverse', '', reverseFilter),
  define('min', 'case_sensitive? attribute?', (run, value, args) => extreme(run, value, args, -1)),
  define('max', 'case_sensitive? attribute?', (run, value, args) => extreme(run, value, args, 1)),
  define('sum', 'attribute? start?', sum),
  define('groupby', 'attribute default? case_sensitive?', groupby),
  define('length', '', length),
  define('count', '', length),
  define('list', '', (run, value) => toList(run, value)),
);
