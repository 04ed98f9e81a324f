// Python's format mini-language (`{:>8.2f}`), used by str.format and the numbers of the % operator.

import { formatTime } from './clock-time.js';
import { valueError } from './errors.js';
import { textLength } from './iterate.js';
import type { Run } from './limits.js';
import { asDouble, fixed, floatText, isFloat, isInt, type Num, toBig } from './numbers.js';
import { padLeft, padRight } from './string-work.js';
import { toText } from './text.js';
import { isText, PyDateTime, typeName, type Value } from './values.js';

const SPEC = /^(?:(.)?([<>=^]))?([+\- ])?(#)?(0)?(\d{1,9})?([,_])?(?:\.(\d{1,9}))?([bcdeEfFgGnosxX%])?$/su;

/** format(value, spec). */
export function formatValue(run: Run, value: Value, spec: string): string {
  if (value instanceof PyDateTime && spec !== '') return formatTime(run, value, spec);
  if (spec === '') return toText(run, value);
  const match = SPEC.exec(spec);
  if (match === null) throw valueError(`Invalid format specifier '${spec.slice(0, 40)}'`);
  const [, fill, align, sign, alternate, zero, width, comma, precision, type] = match;
  const places = precision === undefined ? undefined : boundedPlaces(Number(precision));
  let body: string;
  let numeric = true;
  if (isText(value) || (!isInt(value) && !isFloat(value))) {
    numeric = false;
    if (type !== undefined && type !== 's') throw unknownCode(type, value);
    const text = toText(run, value);
    body = places === undefined ? text : Array.from(text).slice(0, places).join('');
  } else {
    body = formatNumber(value, type, places, alternate !== undefined);
    if (comma !== undefined) body = groupDigits(body, comma);
    if (!body.startsWith('-') && (sign === '+' || sign === ' ')) body = sign + body;
  }
  const padTo = width === undefined ? 0 : Number(width);
  const with0 = zero !== undefined && align === undefined;
  return pad(
    run,
    body,
    padTo,
    with0 ? '0' : (fill ?? ' '),
    align ?? (with0 && numeric ? '=' : numeric ? '>' : '<'),
  );
}

function boundedPlaces(places: number): number {
  if (places > 300) throw valueError('precision too big');
  return places;
}

function pad(run: Run, body: string, width: number, fill: string, align: string): string {
  if (textLength(body) >= width) return body;
  if (align === '<') return padRight(run, body, width, fill);
  if (align === '^') return centerFormat(run, body, width, fill);
  if (align === '=') {
    const sign = /^[+\- ]/.test(body) ? body[0]! : '';
    return sign + padLeft(run, body.slice(sign.length), width - sign.length, fill);
  }
  return padLeft(run, body, width, fill);
}

/** format's ^ puts the odd one to the right, unlike str.center. */
function centerFormat(run: Run, body: string, width: number, fill: string): string {
  const left = (width - textLength(body)) >> 1;
  return left === 0 ? padRight(run, body, width, fill) : padRight(run, fill.repeat(left) + body, width, fill);
}

function groupDigits(body: string, mark: string): string {
  return body.replace(/^([+-]?\d+)/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, mark));
}

function unknownCode(type: string, value: Value): Error {
  return valueError(`Unknown format code '${type}' for object of type '${typeName(value)}'`);
}

const RADIX: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

export function formatNumber(
  value: Num | boolean,
  type: string | undefined,
  places: number | undefined,
  alternate = false,
): string {
  if (isInt(value) && (type === undefined || type === 'd' || type === 'n')) {
    if (type === undefined && typeof value === 'boolean' && places === undefined) return value ? '1' : '0';
    return toBig(value).toString();
  }
  if (type !== undefined && type in RADIX) {
    if (!isInt(value)) throw unknownCode(type, value);
    const digits = toBig(value).toString(RADIX[type]);
    const prefixed = alternate ? digits.replace(/^-?/, `$&0${type.toLowerCase()}`) : digits;
    return type === 'X' ? prefixed.toUpperCase() : prefixed;
  }
  if (type === 'c' && isInt(value)) return String.fromCodePoint(Number(value));
  return formatFloat(asDouble(value), type, places);
}

function formatFloat(value: number, type: string | undefined, places: number | undefined): string {
  switch (type) {
    case 'f':
    case 'F':
      return fixed(value, places ?? 6);
    case 'e':
    case 'E': {
      const text = exponent(value.toExponential(Math.min(100, places ?? 6)));
      return type === 'E' ? text.toUpperCase() : text;
    }
    case '%':
      return `${fixed(value * 100, places ?? 6)}%`;
    case 'g':
    case 'G': {
      const text = general(value, places ?? 6);
      return type === 'G' ? text.toUpperCase() : text;
    }
    case undefined:
    case 'n':
      return places === undefined ? floatText(value) : general(value, places);
    default:
      throw valueError(`Unknown format code '${type}' for object of type 'float'`);
  }
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  const digits = Math.min(100, precision || 1);
  const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  if (power < -4 || power >= digits) {
    return exponent(value.toExponential(digits - 1).replace(/\.?0+e/, 'e'));
  }
  const text = fixed(value, Math.max(0, digits - 1 - power));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
