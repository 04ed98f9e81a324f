// How values print: Python's str() and repr(), and HTML escaping.

import { formatOffset, isoText } from './clock-time.js';
import { dictEntries } from './dicts.js';
import { limitError } from './errors.js';
import { iterate } from './iterate.js';
import type { Run } from './limits.js';
import { floatText, intText } from './numbers.js';
import {
  Callable,
  DictView,
  EscapedText,
  Generator,
  isDict,
  Markup,
  Namespace,
  PyDateTime,
  PyFloat,
  PyObject,
  PyRange,
  PySet,
  PyTimeDelta,
  Tuple,
  Undefined,
  type Value,
} from './values.js';

/** Python prints an object's address here; a fixed one keeps renderings the same from run to run. */
const ADDRESS = '0x7f0000000000';

/** Python's str(value). SecurityError for a refused name, a limit error when the text would be too long. */
export function toText(run: Run, value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? intText(value) : floatText(value);
  if (value instanceof Markup) return value.text;
  if (value instanceof Undefined) {
    if (value.refused) throw value.fault();
    return '';
  }
  if (value === undefined) return '';
  if (value instanceof PyDateTime) return isoText(value, ' ');
  if (value instanceof PyTimeDelta) return deltaText(value.micros);
  return toRepr(run, value);
}

/** Python's repr(value). */
export function toRepr(run: Run, value: Value): string {
  const text = represent(run, value, 0);
  run.room(text.length);
  return text;
}

function represent(run: Run, value: Value, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quote(run, value);
    case 'number':
      return Number.isInteger(value) ? intText(value) : floatText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? 'None' : representObject(run, value, depth);
    default:
      return value === undefined ? 'Undefined' : '<object>';
  }
}

function representObject(run: Run, value: object, depth: number): string {
  run.charge(2);
  if (depth > 200) throw limitError('a value nested too deep to print');
  if (Array.isArray(value)) return `[${listItems(run, value, depth)}]`;
  if (value instanceof PyFloat) return floatText(value.value);
  if (isDict(value)) {
    const pairs = dictEntries(value);
    run.charge(pairs.length);
    return `{${pairs.map(([k, v]) => `${represent(run, k, depth + 1)}: ${represent(run, v, depth + 1)}`).join(', ')}}`;
  }
  return value instanceof PyObject ? representSpecial(run, value, depth) : '<object>';
}

function listItems(run: Run, items: readonly Value[], depth: number): string {
  run.charge(items.length);
  return items.map((item) => represent(run, item, depth + 1)).join(', ');
}

function representSpecial(run: Run, value: PyObject, depth: number): string {
  if (value instanceof Tuple) {
    return `(${listItems(run, value.items, depth)}${value.items.length === 1 ? ',' : ''})`;
  }
  if (value instanceof PySet) {
    return value.items.length === 0 ? 'set()' : `{${listItems(run, value.items, depth)}}`;
  }
  if (value instanceof Markup) return `Markup(${quote(run, value.text)})`;
  if (value instanceof Undefined) {
    if (value.refused) throw value.fault();
    return 'Undefined';
  }
  if (value instanceof DictView) {
    return `${value.typeName}([${listItems(run, [...iterate(run, value)], depth)}])`;
  }
  if (value instanceof PyRange) {
    const stride = value.stride === 1 ? '' : `, ${value.stride}`;
    return `range(${value.start}, ${value.stop}${stride})`;
  }
  if (value instanceof Generator) {
    return value.typeName === 'generator'
      ? `<generator object ${value.name} at ${ADDRESS}>`
      : `<${value.typeName} object at ${ADDRESS}>`;
  }
  if (value instanceof Namespace) return `<Namespace ${represent(run, value.fields, depth + 1)}>`;
  if (value instanceof Callable) return `<${value.typeName} ${value.name}>`;
  if (value instanceof PyDateTime) return datetimeRepr(value);
  if (value instanceof PyTimeDelta) return `datetime.timedelta(seconds=${floatText(value.micros / 1e6)})`;
  return `<${value.typeName} object at ${ADDRESS}>`;
}

function datetimeRepr(time: PyDateTime): string {
  const parts = isoText(time, ' ')
    .split(/[-: .+]/, 6)
    .map(Number);
  const zone =
    time.offset === null
      ? ''
      : `, tzinfo=${time.offset === 0 ? 'datetime.timezone.utc' : formatOffset(time.offset, ':')}`;
  return `datetime.datetime(${parts.join(', ')}${zone})`;
}

function deltaText(micros: number): string {
  const days = Math.floor(micros / 86_400e6);
  let rest = micros - days * 86_400e6;
  const hours = Math.floor(rest / 3600e6);
  rest -= hours * 3600e6;
  const minutes = Math.floor(rest / 60e6);
  rest -= minutes * 60e6;
  const seconds = Math.floor(rest / 1e6);
  const fraction = rest - seconds * 1e6;
  const clock = `${hours}:${String(minutes).padStart(2, '0')}:${String(seconds).padStart(2, '0')}`;
  const tail = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`;
  return `${days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `}${clock}${tail}`;
}

const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/;
const SPECIAL = /['"\\\p{C}\p{Z}]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function quote(run: Run, text: string): string {
  if (text.length > 64) run.charge(text.length >>> 6);
  if (PLAIN.test(text)) return `'${text}'`;
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  run.charge(text.length >>> 2);
  const quoted = text.replace(SPECIAL, (character) => quoteCharacter(character, mark));
  return `${mark}${quoted}${mark}`;
}

function quoteCharacter(character: string, mark: string): string {
  if (character === mark) return `\\${character}`;
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  if (character === ' ' || character === '"' || character === "'") return character;
  const code = character.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => HTML[character]!) : text;
}

/** markupsafe.escape: safe text stays, everything else is printed and escaped. */
export function escapeValue(run: Run, value: Value): Markup {
  return value instanceof Markup ? value : new EscapedText(escapeHtml(toText(run, value)));
}
