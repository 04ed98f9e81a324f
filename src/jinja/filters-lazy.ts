// Jinja2's filters that give an iterator: map, select, reject, unique, batch, slice, items. Like Python generators they do
// nothing, and fail at nothing, until somebody reads them.

import { attributeGetter } from './attribute-path.js';
import { equals } from './compare.js';
import { checkHashable, dictEntries } from './dicts.js';
import { Fault, nearest, typeError } from './errors.js';
import { iterate, toList } from './iterate.js';
import type { Run } from './limits.js';
import { asIndex } from './numbers.js';
import { type Definition, type Definitions, define, invoke, table } from './signature.js';
import {
  type CallArguments,
  Generator,
  isDict,
  isText,
  isTrue,
  Markup,
  Tuple,
  Undefined,
  type Value,
} from './values.js';

/** Filters and tests by name, for `map('upper')` and `select('odd')`; filled in when the tables are put together. */
export interface Registry {
  readonly filters: () => Definitions;
  readonly tests: () => Definitions;
}

function named(kind: 'filter' | 'test', name: Value, known: Definitions): Definition {
  const text = name instanceof Markup ? name.text : name;
  const found = typeof text === 'string' ? known.get(text) : undefined;
  if (found !== undefined) return found;
  const shown = typeof text === 'string' ? text : String(text);
  throw new Fault(
    'TemplateRuntimeError',
    `No ${kind} named '${shown}'.`,
    'runtime',
    nearest(shown, known.keys()),
  );
}

function mapper(
  run: Run,
  registry: Registry,
  { positional, named: options }: CallArguments,
): (item: Value) => Value {
  if (positional.length === 0 && options?.has('attribute') === true) {
    for (const name of options.keys()) {
      if (name !== 'attribute' && name !== 'default') {
        throw new Fault('FilterArgumentError', `Unexpected keyword argument '${name}'`);
      }
    }
    return attributeGetter(run, options.get('attribute'), { absent: options.get('default') });
  }
  if (positional.length === 0) throw new Fault('FilterArgumentError', 'map requires a filter argument');
  const filter = named('filter', positional[0], registry.filters());
  const rest = { positional: positional.slice(1), named: options };
  return (item) => invoke(filter, run, item, rest);
}

function* mapItems(run: Run, registry: Registry, value: Value, call: CallArguments): Generator0 {
  if (!isTrue(value)) return;
  const work = mapper(run, registry, call);
  for (const item of iterate(run, value)) {
    run.step();
    yield work(item);
  }
}

type Generator0 = globalThis.Generator<Value, void>;

function* selectItems(
  run: Run,
  registry: Registry,
  value: Value,
  call: CallArguments,
  wanted: boolean,
  byAttribute: boolean,
): Generator0 {
  if (!isTrue(value)) return;
  const args = [...call.positional];
  if (byAttribute && args.length === 0) {
    throw new Fault('FilterArgumentError', 'Missing parameter for attribute name');
  }
  const pick = attributeGetter(run, byAttribute ? args.shift() : null, {});
  let passes = isTrue;
  if (args.length > 0) {
    const test = named('test', args[0], registry.tests());
    const rest = { positional: args.slice(1), named: call.named };
    passes = (item) => isTrue(invoke(test, run, item, rest));
  }
  for (const item of iterate(run, value)) {
    run.step();
    if (passes(pick(item)) === wanted) yield item;
  }
}

function* uniqueItems(run: Run, value: Value, [caseSensitive, attribute]: readonly Value[]): Generator0 {
  const keyOf = attributeGetter(run, attribute, { fold: !isTrue(caseSensitive) });
  const texts = new Set<string>();
  const others: Value[] = [];
  for (const item of iterate(run, value)) {
    run.step();
    const key = keyOf(item);
    if (isText(key)) {
      const text = key instanceof Markup ? key.text : key;
      if (texts.has(text)) continue;
      texts.add(text);
    } else {
      checkHashable(key);
      run.charge(others.length);
      if (others.some((other) => equals(other, key))) continue;
      others.push(key);
    }
    yield item;
  }
}

function* batchItems(run: Run, value: Value, [count, fill]: readonly Value[]): Generator0 {
  let batch: Value[] = [];
  for (const item of iterate(run, value)) {
    run.step();
    if (batch.length === count) {
      yield batch;
      batch = [];
    }
    batch.push(item);
  }
  if (batch.length === 0) return;
  const missing = fill === undefined || fill === null ? 0 : asIndex(count) - batch.length;
  if (missing > 0) {
    run.roomForItems(missing);
    for (let index = 0; index < missing; index += 1) batch.push(fill);
  }
  yield batch;
}

function* sliceItems(run: Run, value: Value, [count, fill]: readonly Value[]): Generator0 {
  const items = toList(run, value);
  const slices = asIndex(count);
  if (slices === 0) throw new Fault('ZeroDivisionError', 'integer division or modulo by zero');
  const size = Math.floor(items.length / slices);
  const extra = items.length - size * slices;
  let start = 0;
  for (let index = 0; index < slices; index += 1) {
    run.step();
    const end = start + size + (index < extra ? 1 : 0);
    const slice = items.slice(start, end);
    if (fill !== undefined && fill !== null && index >= extra) slice.push(fill);
    yield slice;
    start = end;
  }
}

function* pairs(value: Value): Generator0 {
  if (value instanceof Undefined) return;
  if (!isDict(value)) throw typeError('Can only get item pairs from a mapping.');
  for (const pair of dictEntries(value)) yield new Tuple(pair);
}

export function lazyFilters(registry: Registry): Definitions {
  const selector = (name: string, wanted: boolean, byAttribute: boolean): Definition =>
    define(name, '*', (run, value, _args, call) => {
      return new Generator('select_or_reject', selectItems(run, registry, value, call, wanted, byAttribute));
    });
  return table(
    define('map', '*', (run, value, _args, call) => {
      return new Generator('sync_do_map', mapItems(run, registry, value, call));
    }),
    selector('select', true, false),
    selector('reject', false, false),
    selector('selectattr', true, true),
    selector('rejectattr', false, true),
    define('unique', 'case_sensitive? attribute?', (run, value, args) => {
      return new Generator('sync_do_unique', uniqueItems(run, value, args));
    }),
    define('batch', 'linecount fill_with?', (run, value, args) => {
      return new Generator('do_batch', batchItems(run, value, args));
    }),
    define('slice', 'slices fill_with?', (run, value, args) => {
      return new Generator('sync_do_slice', sliceItems(run, value, args));
    }),
    define('items', '', (_run, value) => new Generator('do_items', pairs(value))),
  );
}
