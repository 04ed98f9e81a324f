// biome-ignore-all lint/suspicious/noControlCharactersInRegex: isascii asks for exactly that range.
// Methods of str.

import { dictEntries, dictGet } from './dicts.js';
import { Fault, typeError, valueError } from './errors.js';
import { formatBraces, type Reach } from './format-braces.js';
import { characters, sliceValue, textLength, toList } from './iterate.js';
import type { Run } from './limits.js';
import { asIndex } from './numbers.js';
import { type Definition, type Definitions, define, type Operation, table } from './signature.js';
import {
  capitalize,
  center,
  chargeSearch,
  padLeft,
  padRight,
  pythonTitle,
  replaceText,
} from './string-work.js';
import { escapeHtml } from './text.js';
import { type CallArguments, isDict, isText, Markup, Tuple, typeName, type Value } from './values.js';
import {
  isWhiteSpace,
  type Side,
  splitLines,
  splitWords,
  splitWordsFromEnd,
  strip,
  words,
} from './white-space.js';

/** A str argument; TypeError for anything else. */
function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.text;
  throw typeError(`expected str, got '${typeName(value)}'`);
}

type TextOperation = (run: Run, text: string, args: readonly Value[], call: CallArguments) => Value;

function method(name: string, parameters: string, operation: TextOperation): Definition {
  const onText: Operation = (run, subject, args, call) => {
    const text = textOf(subject);
    return operation(run, text, args, call);
  };
  return define(name, parameters, onText);
}

const given = <T>(value: Value, read: (value: Value) => T, absent: T): T =>
  value === undefined || value === null ? absent : read(value);

function stripper(name: string, side: Side): Definition {
  return method(name, 'chars?', (_run, text, [chars]) => strip(text, given(chars, textOf, null), side));
}

/** text[start:end] with bounds as methods take them. */
function sliceText(run: Run, text: string, start: Value, end: Value): string {
  const bounds = { start: start ?? null, stop: end ?? null, step: null };
  return bounds.start === null && bounds.stop === null ? text : (sliceValue(run, text, bounds) as string);
}

function predicate(name: string, test: (text: string) => boolean): Definition {
  return method(name, '', (run, text) => {
    run.charge(text.length >>> 4);
    return test(text);
  });
}

function affix(name: string, matches: (text: string, part: string) => boolean): Definition {
  return method(name, 'prefix start? end?', (run, text, [prefix, start, end]) => {
    const cut = sliceText(run, text, start, end);
    const candidates = prefix instanceof Tuple ? prefix.items : [prefix];
    return candidates.some((candidate) => matches(cut, textOf(candidate)));
  });
}

/** Offsets in characters, as Python counts them. */
function finder(name: string, fromEnd: boolean, required: boolean): Definition {
  return method(name, 'sub start? end?', (run, text, [sub, start, end]) => {
    const wanted = textOf(sub);
    const length = textLength(text);
    const from = given(start, asIndex, 0);
    const low = from < 0 ? Math.max(0, from + length) : from;
    const part = sliceText(run, text, low, end);
    chargeSearch(run, text, wanted);
    const at = fromEnd ? part.lastIndexOf(wanted) : part.indexOf(wanted);
    if (at === -1 || low > length) {
      if (required) throw valueError('substring not found');
      return -1;
    }
    return low + textLength(part.slice(0, at));
  });
}

function split(run: Run, text: string, separator: Value, limit: Value, fromEnd: boolean): Value[] {
  const most = given(limit, asIndex, -1);
  const count = most < 0 ? Number.MAX_SAFE_INTEGER : most;
  if (isText(separator)) chargeSearch(run, text, textOf(separator));
  run.charge(text.length >>> 4);
  const parts = splitParts(text, separator, count, fromEnd);
  run.roomForItems(parts.length);
  return parts;
}

function splitParts(text: string, separator: Value, count: number, fromEnd: boolean): string[] {
  if (separator === undefined || separator === null) {
    if (count === Number.MAX_SAFE_INTEGER) return words(text);
    return fromEnd ? splitWordsFromEnd(text, count) : splitWords(text, count);
  }
  const mark = textOf(separator);
  if (mark === '') throw valueError('empty separator');
  const parts = text.split(mark);
  if (parts.length <= count + 1) return parts;
  if (!fromEnd) return [...parts.slice(0, count), parts.slice(count).join(mark)];
  const kept = parts.length - count;
  return [parts.slice(0, kept).join(mark), ...parts.slice(kept)];
}

function partition(name: string, fromEnd: boolean): Definition {
  return method(name, 'sep', (run, text, [separator]) => {
    const mark = textOf(separator);
    chargeSearch(run, text, mark);
    if (mark === '') throw valueError('empty separator');
    const at = fromEnd ? text.lastIndexOf(mark) : text.indexOf(mark);
    if (at === -1) return new Tuple(fromEnd ? ['', '', text] : [text, '', '']);
    return new Tuple([text.slice(0, at), mark, text.slice(at + mark.length)]);
  });
}

function padder(
  name: string,
  pad: (run: Run, text: string, width: number, fill: string) => string,
): Definition {
  return method(name, 'width fillchar?', (run, text, [width, fill]) => {
    const character = given(fill, textOf, ' ');
    if (textLength(character) !== 1) throw typeError('The fill character must be exactly one character long');
    return pad(run, text, asIndex(width), character);
  });
}

function occurrences(text: string, part: string): number {
  if (part === '') return textLength(text) + 1;
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}

function swapCase(text: string): string {
  return characters(text)
    .map((unit) => (unit === unit.toUpperCase() ? unit.toLowerCase() : unit.toUpperCase()))
    .join('');
}

function joinText(run: Run, separator: string, items: Value): string {
  const parts = toList(run, items).map((item, index) => {
    if (isText(item)) return textOf(item);
    throw typeError(`sequence item ${index}: expected str instance, ${typeName(item)} found`);
  });
  run.room(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
  return parts.join(separator);
}

function expandTabs(run: Run, text: string, size: number): string {
  run.charge(text.length >>> 2);
  run.room(text.length + occurrences(text, '\t') * Math.max(0, size));
  let column = 0;
  let result = '';
  for (const unit of characters(text)) {
    const gap = size > 0 ? size - (column % size) : 0;
    result += unit === '\t' ? ' '.repeat(gap) : unit;
    column = unit === '\n' || unit === '\r' ? 0 : column + (unit === '\t' ? gap : 1);
  }
  return result;
}

/** str.maketrans: a dict from code points to texts, code points or None. */
function translation(from: Value, to: Value, removed: Value): Map<Value, Value> {
  const code = (unit: string): number => unit.codePointAt(0)!;
  if (to === undefined) {
    if (!isDict(from)) throw typeError('if you give only one argument to maketrans it must be a dict');
    return new Map(dictEntries(from).map(([key, value]) => [isText(key) ? code(textOf(key)) : key, value]));
  }
  const sources = characters(textOf(from));
  const targets = characters(textOf(to));
  if (sources.length !== targets.length) {
    throw valueError('the first two maketrans arguments must have equal length');
  }
  const made = new Map<Value, Value>(sources.map((unit, index) => [code(unit), code(targets[index]!)]));
  for (const unit of removed === undefined ? [] : characters(textOf(removed))) made.set(code(unit), null);
  return made;
}

function translated(unit: string, mapping: Value): string {
  if (!isDict(mapping)) throw typeError(`'${typeName(mapping)}' object is not subscriptable`);
  const to = dictGet(mapping, unit.codePointAt(0)!);
  if (to === undefined) return unit;
  if (to === null) return '';
  return isText(to) ? textOf(to) : String.fromCodePoint(Math.min(0x10ffff, Math.max(0, asIndex(to))));
}

const hasCase = (text: string): boolean => text.toLowerCase() !== text.toUpperCase();

const TEXT_METHODS = table(
  method('lower', '', (_run, text) => text.toLowerCase()),
  method('upper', '', (_run, text) => text.toUpperCase()),
  method('casefold', '', (_run, text) => text.toLowerCase().replaceAll('ß', 'ss')),
  method('title', '', (run, text) => {
    run.charge(text.length >>> 2);
    return pythonTitle(text);
  }),
  method('capitalize', '', (_run, text) => capitalize(text)),
  method('swapcase', '', (run, text) => {
    run.charge(text.length >>> 2);
    return swapCase(text);
  }),
  stripper('strip', 'both'),
  stripper('lstrip', 'left'),
  stripper('rstrip', 'right'),
  method('split', 'sep? maxsplit?', (run, text, [sep, limit]) => split(run, text, sep, limit, false)),
  method('rsplit', 'sep? maxsplit?', (run, text, [sep, limit]) => split(run, text, sep, limit, true)),
  method('splitlines', 'keepends?', (_run, text, [keep]) => splitLines(text, keep === true)),
  partition('partition', false),
  partition('rpartition', true),
  method('replace', 'old new count?', (run, text, [old, fresh, count]) =>
    replaceText(run, text, textOf(old), textOf(fresh), given(count, asIndex, -1)),
  ),
  method('removeprefix', 'prefix', (_run, text, [prefix]) =>
    text.startsWith(textOf(prefix)) ? text.slice(textOf(prefix).length) : text,
  ),
  method('removesuffix', 'suffix', (_run, text, [suffix]) =>
    textOf(suffix) !== '' && text.endsWith(textOf(suffix)) ? text.slice(0, -textOf(suffix).length) : text,
  ),
  affix('startswith', (text, part) => text.startsWith(part)),
  affix('endswith', (text, part) => text.endsWith(part)),
  finder('find', false, false),
  finder('rfind', true, false),
  finder('index', false, true),
  finder('rindex', true, true),
  method('count', 'sub start? end?', (run, text, [sub, start, end]) => {
    chargeSearch(run, text, textOf(sub));
    run.charge(text.length >>> 4);
    return occurrences(sliceText(run, text, start, end), textOf(sub));
  }),
  method('join', 'iterable', (run, text, [items]) => joinText(run, text, items)),
  padder('center', center),
  padder('ljust', padRight),
  padder('rjust', padLeft),
  method('zfill', 'width', (run, text, [width]) => {
    const sign = /^[+-]/.test(text) ? text[0]! : '';
    return sign + padLeft(run, text.slice(sign.length), asIndex(width) - sign.length, '0');
  }),
  method('expandtabs', 'tabsize?', (run, text, [size]) => expandTabs(run, text, given(size, asIndex, 8))),
  method('maketrans', 'x y? z?', (_run, _text, [from, to, removed]) => translation(from, to, removed)),
  method('translate', 'table', (run, text, [mapping]) => {
    run.charge(text.length);
    const result = characters(text)
      .map((unit) => translated(unit, mapping))
      .join('');
    run.room(result.length);
    return result;
  }),
  method('encode', '*', () => {
    throw new Fault('TypeError', 'bytes are not available in templates');
  }),
  predicate('isdigit', (text) => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+$/u.test(text)),
  predicate('isdecimal', (text) => /^\p{Nd}+$/u.test(text)),
  predicate('isnumeric', (text) => /^\p{N}+$/u.test(text)),
  predicate('isalpha', (text) => /^\p{L}+$/u.test(text)),
  predicate('isalnum', (text) => /^[\p{L}\p{N}]+$/u.test(text)),
  predicate('isspace', isWhiteSpace),
  predicate('isascii', (text) => !/[^\0-\x7f]/.test(text)),
  predicate('isidentifier', (text) => /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(text)),
  predicate('isprintable', (text) => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text)),
  predicate('islower', (text) => hasCase(text) && text === text.toLowerCase()),
  predicate('isupper', (text) => hasCase(text) && text === text.toUpperCase()),
  predicate('istitle', (text) => hasCase(text) && text === pythonTitle(text)),
);

const ESCAPING: ReadonlySet<string> = new Set(
  'replace strip lstrip rstrip ljust rjust center join'.split(' '),
);

function escaped(run: Run, value: Value): Value {
  if (typeof value === 'string') return escapeHtml(value);
  return Array.isArray(value) ? value.map((item) => escaped(run, item)) : value;
}

function safe(subject: Markup, value: Value): Value {
  if (typeof value === 'string') return subject.like(value);
  if (Array.isArray(value)) return value.map((item) => safe(subject, item));
  return value instanceof Tuple ? new Tuple(value.items.map((item) => safe(subject, item))) : value;
}

/** str.format and str.format_map, which reach into what they are given. */
function formatters(reach: Reach): Definition[] {
  const protectOf = (subject: Value): { protect?: typeof escapeHtml } =>
    subject instanceof Markup ? { protect: escapeHtml } : {};
  return [
    define('format', '*', (run, subject, positional, { named }) =>
      formatBraces(run, textOf(subject), { positional, named, reach, ...protectOf(subject) }),
    ),
    define('format_map', 'mapping', (run, subject, [mapping]) => {
      if (!isDict(mapping)) throw typeError('format_map() argument must be a dict');
      const named = new Map(dictEntries(mapping)) as ReadonlyMap<string, Value>;
      return formatBraces(run, textOf(subject), { positional: [], named, reach, ...protectOf(subject) });
    }),
  ];
}

/** A method of safe HTML: what it is given is escaped where it goes into the text, what it gives is safe again. */
function ofSafeText(definition: Definition): Definition {
  const escapes = ESCAPING.has(definition.name);
  const operation: Operation = (run, subject, args, call) =>
    safe(
      subject as Markup,
      definition.operation(run, subject, escapes ? args.map((item) => escaped(run, item)) : args, call),
    );
  return { ...definition, operation };
}

/** Methods of str, and of safe HTML. */
export function textMethods(reach: Reach): { readonly plain: Definitions; readonly safe: Definitions } {
  const plain = table(...TEXT_METHODS.values(), ...formatters(reach));
  return { plain, safe: table(...[...plain.values()].map(ofSafeText)) };
}
