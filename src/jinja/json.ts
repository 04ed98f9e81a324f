// biome-ignore-all lint/suspicious/noControlCharactersInRegex: JSON escapes by code range.
// JSON in and out with nothing lost: 1.0 stays a float, integers of any size keep their digits, keys keep their order.

import { compare } from './compare.js';
import { dictEntries } from './dicts.js';
import { limitError, typeError } from './errors.js';
import type { Run } from './limits.js';
import { floatText, intText, parseInteger, toFloat } from './numbers.js';
import { toText } from './text.js';
import {
  isDict,
  isPlainDict,
  isSequence,
  itemsOf,
  JsonText,
  Markup,
  PyDateTime,
  PyFloat,
  PyTimeDelta,
  typeName,
  Undefined,
  type Value,
} from './values.js';

/**
 * Where plain JSON.parse would lose something: a number with a fraction, an exponent or 16 digits, a NaN, or a key like "12". Looks for
 * numbers where JSON has them (after a key, in a list, alone), so that times and sizes inside strings do not count.
 */
const NEEDS_CARE = /(?:"\s*:|[[,]|^)\s*-?(?:\d+[.eE]|\d{16}|NaN|Infinity)|"\d+"\s*:/;
const MAX_DEPTH = 500;

/**
 * A JSON text as a value of the template language. Throws SyntaxError like JSON.parse. Objects with keys that JavaScript
 * would reorder come back as Maps; everything else as plain objects.
 */
export function parseJson(text: string): Value {
  return needsCare(text) ? new Reader(text).read() : JSON.parse(text);
}

/** Whether the text has something that plain JSON.parse would lose; reading it is then several times the work. */
export function needsCare(text: string): boolean {
  return NEEDS_CARE.test(text);
}

const TOKEN =
  /[\s]*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|-?Infinity|NaN)|(true|false|null))/y;

class Reader {
  private readonly text: string;
  private offset = 0;
  constructor(text: string) {
    this.text = text;
  }

  read(): Value {
    const value = this.value(this.next(), 0);
    if (/\S/.test(this.text.slice(this.offset))) this.fail();
    return value;
  }

  private next(): RegExpExecArray {
    TOKEN.lastIndex = this.offset;
    const token = TOKEN.exec(this.text);
    if (token === null) this.fail();
    this.offset += token[0].length;
    return token;
  }

  private value(token: RegExpExecArray, depth: number): Value {
    if (depth > MAX_DEPTH) throw new SyntaxError(`JSON nested deeper than ${MAX_DEPTH}`);
    if (token[2] !== undefined) return JSON.parse(token[2]);
    if (token[3] !== undefined) return numberFrom(token[3], token[4] !== undefined || token[5] !== undefined);
    if (token[6] !== undefined) return JSON.parse(token[6]);
    if (token[1] === '[') return this.list(depth);
    if (token[1] === '{') return this.dict(depth);
    return this.fail();
  }

  private list(depth: number): Value[] {
    const items: Value[] = [];
    let token = this.next();
    if (token[1] === ']') return items;
    for (;;) {
      items.push(this.value(token, depth + 1));
      token = this.next();
      if (token[1] === ']') return items;
      if (token[1] !== ',') this.fail();
      token = this.next();
    }
  }

  private dict(depth: number): Value {
    const entries = new Map<string, Value>();
    let token = this.next();
    if (token[1] === '}') return {};
    for (;;) {
      if (token[2] === undefined) this.fail();
      const key: string = JSON.parse(token[2]);
      if (this.next()[1] !== ':') this.fail();
      entries.set(key, this.value(this.next(), depth + 1));
      token = this.next();
      if (token[1] === '}') return asDict(entries);
      if (token[1] !== ',') this.fail();
      token = this.next();
    }
  }

  private fail(): never {
    throw new SyntaxError(`Unexpected token in JSON at position ${this.offset}`);
  }
}

function asDict(entries: Map<string, Value>): Value {
  for (const key of entries.keys()) if (/^\d+$/.test(key) || key === '__proto__') return entries;
  return Object.fromEntries(entries);
}

function numberFrom(text: string, isFloat: boolean): Value {
  if (isFloat) return toFloat(Number(text));
  if (text === 'NaN') return Number.NaN;
  if (text.endsWith('Infinity')) return text.startsWith('-') ? -Infinity : Infinity;
  if (text.length < 16) return Number(text) || 0;
  return parseInteger(text, 10) ?? Number(text);
}

/** Whether JSON.stringify would lose something of the value. */
function needsWriter(value: Value): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' && !Number.isFinite(value);
  if (Array.isArray(value)) return value.some(needsWriter);
  return !isPlainDict(value) || Object.values(value).some(needsWriter);
}

/** Compact JSON of a value; what parseJson read comes out with the same numbers and order. TypeError for other objects. */
export function toJson(value: Value): string {
  return needsWriter(value) ? write(value, 0) : JSON.stringify(value);
}

function write(value: Value, depth: number): string {
  if (depth > MAX_DEPTH) throw limitError('a value nested too deep for JSON');
  if (isSequence(value))
    return `[${itemsOf(value)
      .map((item) => write(item, depth + 1))
      .join(',')}]`;
  if (isDict(value)) {
    const pairs = dictEntries(value).filter(([, item]) => item !== undefined);
    return `{${pairs.map(([key, item]) => `${JSON.stringify(jsonKey(key))}:${write(item, depth + 1)}`).join(',')}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  return scalar(value, false);
}

function scalar(value: Value, ascii: boolean): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoteJson(value, ascii);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return Number.isInteger(value) ? intText(value) : jsonFloat(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof PyFloat) return jsonFloat(value.value);
  if (value instanceof Markup) return quoteJson(value.text, ascii);
  throw typeError(`Object of type ${typeName(value)} is not JSON serializable`);
}

/** What JSON has no words for, where a body that is not JSON would never be sent: nothing for no number, text for an instant. */
function scalarOfBody(run: Run, value: Value, ascii: boolean): string {
  if (value === undefined || value instanceof Undefined) return toText(run, value) || 'null';
  if (value instanceof PyDateTime || value instanceof PyTimeDelta) return JSON.stringify(toText(run, value));
  const number = value instanceof PyFloat ? value.value : value;
  return typeof number === 'number' && !Number.isFinite(number) ? 'null' : scalar(value, ascii);
}

export interface DumpOptions {
  readonly indent?: number | string | null;
  readonly sortKeys?: boolean;
  readonly ascii?: boolean;
}

/** Python's json.dumps, in a template whose result is JSON without NaN and infinities. TypeError for values JSON does not have. */
export function dumpJson(run: Run, value: Value, options: DumpOptions = {}): string {
  const { indent = null } = options;
  const width = typeof indent === 'number' ? ' '.repeat(Math.max(0, Math.min(indent, 100))) : indent;
  const text = dump(run, value, options, width, '\n');
  run.room(text.length);
  return text;
}

function dump(run: Run, value: Value, options: DumpOptions, indent: string | null, line: string): string {
  run.charge(typeof value === 'string' ? 1 + (value.length >>> 5) : typeof value === 'object' ? 3 : 1);
  if (line.length > 2000 || (indent === null && line.length > MAX_DEPTH)) {
    throw limitError('a value nested too deep for JSON');
  }
  const inner = indent === null ? `${line} ` : line + indent;
  if (isSequence(value)) {
    const items = itemsOf(value).map((item) => dump(run, item, options, indent, inner));
    return wrap('[', items, ']', indent, line, inner);
  }
  if (isDict(value)) {
    const pairs = jsonPairs(value, options).map(
      ([key, item]) =>
        `${quoteJson(key, options.ascii !== false)}: ${dump(run, item, options, indent, inner)}`,
    );
    return wrap('{', pairs, '}', indent, line, inner);
  }
  const ascii = options.ascii !== false;
  return run.json === undefined ? scalar(value, ascii) : scalarOfBody(run, value, ascii);
}

function wrap(
  open: string,
  parts: readonly string[],
  close: string,
  indent: string | null,
  line: string,
  inner: string,
): string {
  if (parts.length === 0) return open + close;
  if (indent === null) return open + parts.join(', ') + close;
  return open + inner + parts.join(`,${inner}`) + line + close;
}

function jsonPairs(
  value: Record<string, Value> | Map<Value, Value>,
  options: DumpOptions,
): [string, Value][] {
  const entries = dictEntries(value);
  if (options.sortKeys === true) entries.sort(([a], [b]) => compare(a, b));
  return entries.map(([key, item]) => [jsonKey(key), item]);
}

function jsonKey(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean' || typeof key === 'bigint') return String(key);
  if (typeof key === 'number') return Number.isInteger(key) ? intText(key) : jsonFloat(key);
  if (key instanceof PyFloat) return jsonFloat(key.value);
  throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

function unicodeEscape(code: number): string {
  return `\\u${(code + 0x10000).toString(16).slice(1)}`;
}

function quoteJson(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text);
  if (!ascii) return quoted;
  return quoted.replace(/[\u007f-\uffff]+/g, (units) => {
    let text = '';
    for (let index = 0; index < units.length; index += 1) text += unicodeEscape(units.charCodeAt(index));
    return text;
  });
}

/** The `tojson` filter: sorted keys, and nothing in it that HTML could read as markup. */
export function htmlSafeJson(run: Run, value: Value, indent: number | null): JsonText {
  const text = dumpJson(run, value, { indent, sortKeys: true });
  const safe = text.replace(/[<>&']/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new JsonText(safe);
}
