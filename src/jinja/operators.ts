// `+ - * / // % **`, `~` and the signs, over every kind of value that Python allows them for.

import type { BinaryOperator } from './ast.js';
import { dictHas, dictSet } from './dicts.js';
import { typeError } from './errors.js';
import { percentFormat } from './format-percent.js';
import { iterate } from './iterate.js';
import type { Run } from './limits.js';
import { arithmetic, isInt, isNumber, negate } from './numbers.js';
import { escapeValue, toText } from './text.js';
import {
  DictView,
  EscapedText,
  isSequence,
  isText,
  itemsOf,
  Markup,
  PyDateTime,
  PySet,
  PyTimeDelta,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from './values.js';

export function binary(run: Run, op: BinaryOperator, a: Value, b: Value): Value {
  if (isNumber(a) && isNumber(b)) return arithmetic(op, a, b);
  for (const side of [a, b]) if (side instanceof Undefined) return undefinedOperand(run, op, a, b, side);
  let result: Value;
  if (op === '+') result = add(run, a, b);
  else if (op === '-') result = isSetLike(a) ? without(run, a, b) : subtract(a, b);
  else if (op === '*') result = multiply(run, a, b);
  else if (op === '%' && isText(a)) result = formatPercent(run, a, b);
  if (result !== undefined) return result;
  const shown = op === '**' ? '** or pow()' : op;
  throw typeError(`unsupported operand type(s) for ${shown}: '${typeName(a)}' and '${typeName(b)}'`);
}

function undefinedOperand(run: Run, op: BinaryOperator, a: Value, b: Value, side: Undefined): Value {
  if (op === '%' && isText(a)) return formatPercent(run, a, b);
  throw side.fault();
}

/** `template % values`. Safe HTML stays safe: what is put into it is escaped. */
export function formatPercent(run: Run, template: string | Markup, values: Value): Value {
  if (typeof template === 'string') return percentFormat(run, template, values);
  return template.like(percentFormat(run, template.text, values, (value) => escapeValue(run, value).text));
}

function isSetLike(value: Value): value is PySet | DictView {
  return value instanceof PySet || (value instanceof DictView && value.kind !== 'values');
}

/** The members of a set, or of a dict's keys or items, that another does not have. */
function without(run: Run, from: PySet | DictView, other: Value): PySet {
  const removed = new Map<Value, Value>();
  for (const item of iterate(run, other)) dictSet(run, removed, item, true);
  return new PySet([...iterate(run, from)].filter((item) => !dictHas(removed, item)));
}

function add(run: Run, a: Value, b: Value): Value {
  if (isText(a) && isText(b)) return join(run, a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    run.roomForItems(a.length + b.length);
    return [...a, ...b];
  }
  if (a instanceof Tuple && b instanceof Tuple) {
    run.roomForItems(a.items.length + b.items.length);
    return new Tuple([...a.items, ...b.items]);
  }
  if (a instanceof PyDateTime && b instanceof PyTimeDelta) return shift(a, b.micros);
  if (a instanceof PyTimeDelta && b instanceof PyDateTime) return shift(b, a.micros);
  if (a instanceof PyTimeDelta && b instanceof PyTimeDelta) return new PyTimeDelta(a.micros + b.micros);
  return undefined;
}

function join(run: Run, a: string | Markup, b: string | Markup): Value {
  if (typeof a === 'string' && typeof b === 'string') {
    run.room(a.length + b.length);
    return a + b;
  }
  const text = escapeValue(run, a).text + escapeValue(run, b).text;
  run.room(text.length);
  return a instanceof EscapedText || b instanceof EscapedText ? new EscapedText(text) : new Markup(text);
}

const shift = (time: PyDateTime, micros: number): PyDateTime =>
  new PyDateTime(time.wall + micros, time.offset, time.zone);

function subtract(a: Value, b: Value): Value {
  if (a instanceof PyDateTime && b instanceof PyTimeDelta) return shift(a, -b.micros);
  if (a instanceof PyTimeDelta && b instanceof PyTimeDelta) return new PyTimeDelta(a.micros - b.micros);
  if (!(a instanceof PyDateTime && b instanceof PyDateTime)) return undefined;
  if ((a.offset === null) !== (b.offset === null)) {
    throw typeError("can't subtract offset-naive and offset-aware datetimes");
  }
  return new PyTimeDelta(a.wall - (a.offset ?? 0) * 1e6 - (b.wall - (b.offset ?? 0) * 1e6));
}

function multiply(run: Run, a: Value, b: Value): Value {
  if (isInt(b)) return repeat(run, a, Math.max(0, Number(b)));
  if (isInt(a)) return repeat(run, b, Math.max(0, Number(a)));
  return undefined;
}

function repeat(run: Run, value: Value, times: number): Value {
  if (isText(value)) {
    const text = value instanceof Markup ? value.text : value;
    run.room(text.length * times);
    return value instanceof Markup ? value.like(text.repeat(times)) : text.repeat(times);
  }
  if (value instanceof PyTimeDelta) return new PyTimeDelta(value.micros * times);
  if (!isSequence(value)) return undefined;
  const items = itemsOf(value);
  if (items.length === 0) return Array.isArray(value) ? [] : new Tuple([]);
  run.roomForItems(items.length * times);
  const repeated: Value[] = [];
  for (let turn = 0; turn < times; turn += 1) repeated.push(...items);
  return Array.isArray(value) ? repeated : new Tuple(repeated);
}

/** `a ~ b ~ c`: everything printed and joined. */
export function concatenate(run: Run, parts: readonly Value[]): string {
  let text = '';
  for (const part of parts) {
    text += toText(run, part);
    run.room(text.length);
  }
  return text;
}

export function signed(op: 'negative' | 'positive', value: Value): Value {
  if (isNumber(value))
    return op === 'negative' ? negate(value) : typeof value === 'boolean' ? Number(value) : value;
  if (value instanceof Undefined) throw value.fault();
  throw typeError(`bad operand type for unary ${op === 'negative' ? '-' : '+'}: '${typeName(value)}'`);
}
