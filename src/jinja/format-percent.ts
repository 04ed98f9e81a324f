// The % operator of strings: `'%s is %05.1f' % (name, value)`, with positions or names.

import { dictGet, dictHas } from './dicts.js';
import { Fault, typeError, valueError } from './errors.js';
import { formatNumber } from './format-spec.js';
import { characters } from './iterate.js';
import type { Run } from './limits.js';
import { asDouble, asIndex, fixed, isFloat, isInt, isNumber, parseInteger } from './numbers.js';
import { padLeft, padRight } from './string-work.js';
import { toRepr, toText } from './text.js';
import { isDict, Tuple, typeName, Undefined, type Value } from './values.js';

const DIRECTIVE = /%(?:\(([^)]{0,100})\))?([#0\- +]*)(\*|\d{1,9})?(?:\.(\*|\d{0,9}))?[hlL]?([\s\S]?)/g;

class Operands {
  private readonly values: readonly Value[];
  private readonly whole: Value;
  private taken = 0;
  private byName = false;
  constructor(whole: Value) {
    this.whole = whole;
    this.values = whole instanceof Tuple ? whole.items : [whole];
  }
  next(): Value {
    if (this.taken >= this.values.length) throw typeError('not enough arguments for format string');
    return this.values[this.taken++];
  }
  named(name: string): Value {
    this.byName = true;
    if (!isDict(this.whole)) throw typeError('format requires a mapping');
    if (!dictHas(this.whole, name)) throw new Fault('KeyError', `no key '${name}'`);
    return dictGet(this.whole, name);
  }
  finish(): void {
    const mayBeLeft =
      this.byName || isDict(this.whole) || Array.isArray(this.whole) || this.whole instanceof Undefined;
    if (!mayBeLeft && this.taken < this.values.length) {
      throw typeError('not all arguments converted during string formatting');
    }
  }
}

/** `template % values`. */
export function percentFormat(
  run: Run,
  template: string,
  values: Value,
  show: (value: Value) => string = (value) => toText(run, value),
): string {
  run.charge(template.length);
  const operands = new Operands(values);
  const text = template.replace(DIRECTIVE, (_whole, name, flags, width, precision, type) => {
    if (type === '%') return '%';
    if (type === '') throw valueError('incomplete format');
    const size = width === '*' ? asIndex(operands.next()) : Number(width ?? 0);
    const places =
      precision === '*' ? asIndex(operands.next()) : precision === undefined ? undefined : Number(precision);
    const value = name === undefined ? operands.next() : operands.named(name);
    if (type === 's') return pad(run, cutTo(show(value), places), flags, size, type);
    return pad(run, convert(run, value, flags, places, type), flags, size, type);
  });
  operands.finish();
  run.room(text.length);
  return text;
}

function pad(run: Run, body: string, flags: string, width: number, type: string): string {
  if (flags.includes('-')) return padRight(run, body, width, ' ');
  if (!flags.includes('0') || 'sra'.includes(type)) return padLeft(run, body, width, ' ');
  const sign = /^[+\- ]/.test(body) ? body[0]! : '';
  return sign + padLeft(run, body.slice(sign.length), width - sign.length, '0');
}

function codePoint(code: number): string {
  if (code < 0 || code > 0x10ffff) throw new Fault('OverflowError', '%c arg not in range(0x110000)');
  return String.fromCodePoint(code);
}

function cutTo(text: string, places: number | undefined): string {
  return places === undefined ? text : characters(text).slice(0, places).join('');
}

function convert(run: Run, value: Value, flags: string, places: number | undefined, type: string): string {
  if (places !== undefined && places > 300) throw valueError('precision too big');
  if (type === 'r' || type === 'a') return cutTo(toRepr(run, value), places);
  if (type === 'c')
    return typeof value === 'string' && value.length === 1 ? value : codePoint(asIndex(value));
  if (!'diouxXeEfFgG'.includes(type)) throw valueError(`unsupported format character '${type}'`);
  if (value instanceof Undefined) throw value.fault();
  if (!isNumber(value)) throw typeError(`%${type} format: a real number is required, not ${typeName(value)}`);
  const body = numberText(value, type, places, flags.includes('#'));
  if (body.startsWith('-')) return body;
  return flags.includes('+') ? `+${body}` : flags.includes(' ') ? ` ${body}` : body;
}

function numberText(value: Value, type: string, places: number | undefined, alternate: boolean): string {
  if (!isNumber(value)) return '';
  if ('diu'.includes(type)) {
    if (isInt(value)) return formatNumber(value, 'd', undefined);
    const double = asDouble(value);
    if (!Number.isFinite(double))
      throw new Fault('OverflowError', 'cannot convert float infinity to integer');
    return String(parseInteger(fixed(Math.trunc(double), 0), 10) ?? 0);
  }
  if ('oxX'.includes(type) && isFloat(value))
    throw typeError(`%${type} format: an integer is required, not float`);
  return formatNumber(value, type, places, alternate);
}
