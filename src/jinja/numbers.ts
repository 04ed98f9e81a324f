// Python's numbers: ints without a bound (up to a limit of digits), floats kept apart from ints, true division, floor
// division and modulo with the sign of the divisor. Nothing here knows of strings or lists.

import { Fault, limitError, typeError, valueError } from './errors.js';
import { chargeActive, MAX_INTEGER_BITS, MAX_INTEGER_DIGITS } from './limits.js';
import { PyFloat, type Value } from './values.js';

export type Int = number | bigint;
export type Num = Int | PyFloat;

export function isFloat(value: Value): value is number | PyFloat {
  return (typeof value === 'number' && !Number.isInteger(value)) || value instanceof PyFloat;
}

/** int or bool. */
export function isInt(value: Value): value is Int | boolean {
  return Number.isInteger(value) || typeof value === 'bigint' || typeof value === 'boolean';
}

export function isNumber(value: Value): value is Num | boolean {
  const type = typeof value;
  return type === 'number' || type === 'bigint' || type === 'boolean' || value instanceof PyFloat;
}

export function toFloat(value: number): number | PyFloat {
  return Number.isInteger(value) || !Number.isFinite(value) ? new PyFloat(value) : value;
}

export function fromBig(value: bigint): Int {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  const limit = 1n << BigInt(MAX_INTEGER_BITS);
  if (value > limit || value < -limit) {
    throw limitError(`an integer of more than ${MAX_INTEGER_DIGITS} digits`);
  }
  return value;
}

export function toBig(value: Int | boolean): bigint {
  return typeof value === 'bigint' ? value : BigInt(value);
}

/** The value as a JS double. */
export function asDouble(value: Num | boolean): number {
  return value instanceof PyFloat ? value.value : Number(value);
}

function intResult(quick: number, exact: () => bigint): Int {
  return Number.isSafeInteger(quick) ? quick : fromBig(exact());
}

type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** Arithmetic on two numbers (bools count as ints). Throws ZeroDivisionError. */
export function arithmetic(op: Operator, a: Num | boolean, b: Num | boolean): Value {
  if (isInt(a) && isInt(b)) return intArithmetic(op, a, b);
  return floatArithmetic(op, asDouble(a), asDouble(b));
}

function intArithmetic(op: Operator, a: Int | boolean, b: Int | boolean): Value {
  const x = Number(a);
  const y = Number(b);
  switch (op) {
    case '+':
      return intResult(x + y, () => toBig(a) + toBig(b));
    case '-':
      return intResult(x - y, () => toBig(a) - toBig(b));
    case '*':
      return intResult(x * y, () => toBig(a) * toBig(b)) || 0;
    case '/':
      if (y === 0) throw zeroDivision('division by zero');
      return toFloat(x / y);
    case '//':
      if (y === 0) throw zeroDivision('integer division or modulo by zero');
      return floorDivide(toBig(a), toBig(b));
    case '%':
      if (y === 0) throw zeroDivision('integer modulo by zero');
      return fromBig(modulo(toBig(a), toBig(b)));
    default:
      return intPower(a, b);
  }
}

function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

function floorDivide(a: bigint, b: bigint): Int {
  return fromBig((a - modulo(a, b)) / b);
}

function intPower(a: Int | boolean, b: Int | boolean): Value {
  const exponent = Number(b);
  if (exponent < 0) {
    if (Number(a) === 0) throw zeroDivision('0.0 cannot be raised to a negative power');
    return toFloat(Number(a) ** exponent);
  }
  const base = toBig(a);
  const bits = base < 0n ? (-base).toString(2).length : base.toString(2).length;
  if (base !== 0n && base !== 1n && base !== -1n && bits * exponent > MAX_INTEGER_BITS * 2) {
    throw limitError(`an integer of more than ${MAX_INTEGER_DIGITS} digits`);
  }
  chargeActive((bits * exponent) >>> 6);
  if (base === -1n) return exponent % 2 === 0 ? 1 : -1;
  return base === 0n || base === 1n ? (exponent === 0 ? 1 : Number(base)) : fromBig(base ** toBig(b));
}

function floatArithmetic(op: Operator, x: number, y: number): Value {
  switch (op) {
    case '+':
      return toFloat(x + y);
    case '-':
      return toFloat(x - y);
    case '*':
      return toFloat(x * y);
    case '/':
      if (y === 0) throw zeroDivision('float division by zero');
      return toFloat(x / y);
    case '//':
      if (y === 0) throw zeroDivision('float floor division by zero');
      return toFloat(Math.floor(x / y));
    case '%': {
      if (y === 0) throw zeroDivision('float modulo');
      const rest = x % y;
      return toFloat(rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest);
    }
    default:
      return floatPower(x, y);
  }
}

function floatPower(x: number, y: number): Value {
  if (x === 0 && y < 0) throw zeroDivision('0.0 cannot be raised to a negative power');
  const result = x ** y;
  if (!Number.isFinite(result) && Number.isFinite(x) && Number.isFinite(y)) {
    throw new Fault('OverflowError', 'numerical result out of range');
  }
  return toFloat(result);
}

function zeroDivision(message: string): Fault {
  return new Fault('ZeroDivisionError', message);
}

/** NaN when either is nan. */
export function compareNumbers(a: Num | boolean, b: Num | boolean): number {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    const x = a instanceof PyFloat ? a.value : a;
    const y = b instanceof PyFloat ? b.value : b;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const x = asDouble(a);
  const y = asDouble(b);
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
}

export function negate(value: Num | boolean): Value {
  if (value instanceof PyFloat) return new PyFloat(-value.value);
  if (typeof value === 'bigint') return fromBig(-value);
  return -Number(value) || 0;
}

/** Python's repr of a float: shortest digits, a `.0` on integral ones, exponents from 1e16 and below 1e-4. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    const power = Number(exponent);
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

export function intText(value: Int): string {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? BigInt(value).toString() : String(value);
}

/** Fixed decimals with halves to even on the exact binary value, as C's printf does (10.25 → "10.2"). */
export function fixed(value: number, places: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [numerator, shift] = exactFraction(Math.abs(value));
  chargeActive((places + Number(shift) + (Math.abs(value) > 1e21 ? 1000 : 0)) >>> 6);
  const scaled = numerator * 10n ** BigInt(places);
  let whole = scaled >> shift;
  const rest = scaled - (whole << shift);
  const half = shift === 0n ? 0n : 1n << (shift - 1n);
  if (shift > 0n && (rest > half || (rest === half && (whole & 1n) === 1n))) whole += 1n;
  const digits = whole.toString().padStart(places + 1, '0');
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** value = numerator / 2^shift, exactly. */
function exactFraction(value: number): [bigint, bigint] {
  let shift = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift += 1;
  }
  return [BigInt(scaled), BigInt(shift)];
}

/** Python's round(): halves to even. Without places an int; with places the kind of number it was given. */
export function round(value: Num | boolean, places: number | null): Value {
  if (isInt(value)) {
    if (places === null || places >= 0) return typeof value === 'boolean' ? Number(value) : value;
    return roundInt(toBig(value), -places);
  }
  const double = asDouble(value);
  if (places === null) return parseInteger(fixed(double, 0), 10) ?? 0;
  if (!Number.isFinite(double) || places > 308) return toFloat(double);
  if (places >= 0) return toFloat(Number(fixed(double, places)));
  const factor = 10 ** -Math.max(places, -308);
  return toFloat(Number(fixed(double / factor, 0)) * factor);
}

function roundInt(value: bigint, zeros: number): Int {
  if (zeros > MAX_INTEGER_DIGITS) return 0;
  const unit = 10n ** BigInt(zeros);
  const rest = modulo(value, unit);
  const low = value - rest;
  const twice = rest * 2n;
  const up = twice > unit || (twice === unit && (low / unit) % 2n !== 0n);
  return fromBig(up ? low + unit : low);
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Python's int(text, base), or undefined when the text is not an integer of that base (0 reads the prefix). */
export function parseInteger(text: string, base: number): Int | undefined {
  if (base !== 0 && (base < 2 || base > 36)) throw valueError('int() base must be >= 2 and <= 36, or 0');
  const match = /^([+-]?)(0[xX]|0[oO]|0[bB])?_?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/.exec(text.trim());
  if (match === null) return undefined;
  const prefixes: Record<string, number> = { x: 16, o: 8, b: 2 };
  const prefixBase = match[2] === undefined ? undefined : prefixes[match[2][1]!.toLowerCase()];
  let digits = match[3]!.replaceAll('_', '').toLowerCase();
  let radix = base;
  if (prefixBase !== undefined && (base === 0 || base === prefixBase)) radix = prefixBase;
  else if (prefixBase !== undefined) digits = `0${match[2]![1]!.toLowerCase()}${digits}`;
  if (radix === 0) {
    if (/^0+[1-9]/.test(digits)) return undefined;
    radix = 10;
  }
  if (digits.length > MAX_INTEGER_DIGITS) throw valueError('integer string is too long');
  chargeActive(digits.length >>> 3);
  const result = digitsValue(digits, radix);
  return result === undefined ? undefined : fromBig(match[1] === '-' ? -result : result);
}

function digitsValue(digits: string, radix: number): bigint | undefined {
  for (const digit of digits) if (!DIGITS.slice(0, radix).includes(digit)) return undefined;
  if (radix === 10) return BigInt(digits);
  chargeActive(digits.length >>> 1);
  const size = Math.floor(52 / Math.log2(radix));
  let result = 0n;
  for (let index = 0; index < digits.length; index += size) {
    const piece = digits.slice(index, index + size);
    result = result * BigInt(radix) ** BigInt(piece.length) + BigInt(Number.parseInt(piece, radix));
  }
  return result;
}

/** Python's float(text), or undefined when it is not one. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?(inf|infinity)$/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN;
  if (
    !/^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/.test(trimmed)
  )
    return undefined;
  return Number(trimmed.replaceAll('_', ''));
}

/** An integer argument of a filter or method (a width, a count); TypeError for anything else. */
export function asIndex(value: Value): number {
  if (isInt(value))
    return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)));
  throw typeError('an integer is required');
}
