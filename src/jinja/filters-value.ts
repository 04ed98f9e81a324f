// Jinja2's filters on numbers and on values of any kind, JSON and HTML.

import { isUtf8 } from 'node:buffer';
import { getAttributeOnly } from './access.js';
import { dictEntries } from './dicts.js';
import { Fault, typeError, valueError } from './errors.js';
import { linkAddresses } from './html-links.js';
import { stripTags } from './html-text.js';
import { characters, isIterable, iterate, toList } from './iterate.js';
import { htmlSafeJson } from './json.js';
import type { Run } from './limits.js';
import {
  arithmetic,
  asDouble,
  asIndex,
  fixed,
  isFloat,
  isInt,
  isNumber,
  negate,
  parseFloatText,
  parseInteger,
  round,
  toFloat,
} from './numbers.js';
import { prettyPrint } from './pretty-print.js';
import { define, table } from './signature.js';
import { escapeHtml, escapeValue, toText } from './text.js';
import { EscapedText, isDict, isText, isTrue, Markup, typeName, Undefined, type Value } from './values.js';
import { words } from './white-space.js';

function text(value: string | Markup): string {
  return value instanceof Markup ? value.text : value;
}

function toInteger(_run: Run, value: Value, [absent, base]: readonly Value[]): Value {
  const fallback = absent === undefined ? 0 : absent;
  if (value instanceof Undefined) throw value.fault();
  if (isInt(value)) return typeof value === 'boolean' ? Number(value) : value;
  if (isNumber(value)) return truncated(asDouble(value)) ?? overflow(asDouble(value), fallback);
  if (!isText(value)) return fallback;
  const whole = parseInteger(text(value), base === undefined ? 10 : asIndex(base));
  if (whole !== undefined) return whole;
  const double = parseFloatText(text(value));
  return (double === undefined ? undefined : truncated(double)) ?? fallback;
}

function overflow(value: number, fallback: Value): Value {
  if (Number.isNaN(value)) return fallback;
  throw new Fault('OverflowError', 'cannot convert float infinity to integer');
}

function truncated(value: number): Value {
  return Number.isFinite(value) ? parseInteger(fixed(Math.trunc(value), 0), 10) : undefined;
}

/** Python's float(value), or undefined where it raises TypeError or ValueError. */
function floatOf(value: Value): number | undefined {
  if (value instanceof Undefined) throw value.fault();
  if (isNumber(value)) return asDouble(value);
  return isText(value) ? parseFloatText(text(value)) : undefined;
}

function roundFilter(_run: Run, value: Value, [precision, method]: readonly Value[]): Value {
  const how = method === undefined ? 'common' : method;
  if (how !== 'common' && how !== 'ceil' && how !== 'floor') {
    throw new Fault('FilterArgumentError', 'method must be common, ceil or floor');
  }
  if (value instanceof Undefined) throw value.fault();
  if (!isNumber(value)) throw typeError(`type ${typeName(value)} doesn't define __round__ method`);
  const places = precision === undefined ? 0 : precision === null ? null : asIndex(precision);
  if (how === 'common') return round(value, places);
  const factor = arithmetic('**', 10, places ?? 0);
  if (!isNumber(factor)) throw typeError('bad precision');
  const scaled = arithmetic('*', value, factor);
  const double = isNumber(scaled) ? asDouble(scaled) : 0;
  return toFloat((how === 'ceil' ? Math.ceil(double) : Math.floor(double)) / asDouble(factor));
}

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

function fileSize(_run: Run, value: Value, [binary]: readonly Value[]): Value {
  const bytes = floatOf(value);
  if (bytes === undefined) {
    if (isText(value)) throw valueError(`could not convert string to float: ${text(value).slice(0, 40)}`);
    throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
  }
  const base = isTrue(binary) ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const units = isTrue(binary) ? BINARY_UNITS : UNITS;
  const at = units.findIndex((_, index) => bytes < base ** (index + 2));
  const index = at === -1 ? units.length - 1 : at;
  return `${fixed((base * bytes) / base ** (index + 2), 1)} ${units[index]}`;
}

function quoteUrl(run: Run, source: string, inQuery: boolean): string {
  run.charge(source.length >>> 3);
  const quoted = encodeURIComponent(source.replace(/\p{Cs}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return inQuery ? quoted.replaceAll('%20', '+') : quoted.replaceAll('%2F', '/');
}

/** Percent-encoded UTF-8 as text (RFC 3986 2.1); what is none stays as it is. Not Jinja2's, but CloudEvents' headers need it. */
function urldecode(run: Run, value: Value): Value {
  const source = toText(run, value);
  run.charge(source.length >>> 2);
  return source.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    const bytes = Buffer.from(encoded.replaceAll('%', ''), 'hex');
    return isUtf8(bytes) ? bytes.toString('utf8') : encoded;
  });
}

function urlencode(run: Run, value: Value): Value {
  if (isText(value) || !isIterable(value)) return quoteUrl(run, toText(run, value), false);
  const pairs = isDict(value)
    ? dictEntries(value)
    : [...iterate(run, value)].map((pair) => toList(run, pair));
  run.charge(pairs.length * 4);
  return pairs
    .map((pair) => {
      if (pair.length !== 2) throw valueError(`expected 2 values to unpack, got ${pair.length}`);
      return pair.map((part) => quoteUrl(run, toText(run, part), true)).join('=');
    })
    .join('&');
}

function xmlattr(run: Run, value: Value, [autospace]: readonly Value[]): Value {
  if (value instanceof Undefined) throw value.fault();
  if (!isDict(value))
    throw new Fault('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  const parts: string[] = [];
  for (const [key, item] of dictEntries(value)) {
    run.charge(2);
    if (item === null || item instanceof Undefined) continue;
    const name = toText(run, key);
    if (/[\s/>=]/.test(name)) throw valueError(`Invalid character in attribute name: '${name.slice(0, 40)}'`);
    parts.push(`${escapeHtml(name)}="${escapeValue(run, item).text}"`);
  }
  const joined = parts.join(' ');
  return joined !== '' && (autospace === undefined || isTrue(autospace)) ? ` ${joined}` : joined;
}

function attributeName(value: Value): string {
  if (value instanceof Undefined) throw value.fault();
  if (!isText(value)) throw typeError('attribute name must be string');
  return text(value);
}

function wordsOf(run: Run, value: Value): string[] {
  return value === undefined || value === null ? [] : words(toText(run, value));
}

function urlize(run: Run, value: Value, [limit, nofollow, target, rel, schemes]: readonly Value[]): Value {
  const relations = new Set([...wordsOf(run, rel), 'noopener', ...(isTrue(nofollow) ? ['nofollow'] : [])]);
  const options = {
    limit: limit === undefined || limit === null ? null : asIndex(limit),
    rel: [...relations].sort(),
    target: target === undefined || target === null ? null : toText(run, target),
    schemes: isTrue(schemes) ? toList(run, schemes).map((scheme) => toText(run, scheme)) : [],
  };
  for (const scheme of options.schemes) {
    if (/^[\w.+-]{2,}:(?:\/){0,2}$/.test(scheme)) continue;
    throw new Fault('FilterArgumentError', `${scheme.slice(0, 40)} is not a valid URI scheme prefix.`);
  }
  return linkAddresses(run, escapeValue(run, value).text, options);
}

function defaultFilter(_run: Run, value: Value, [fallback, evenWhenFalse]: readonly Value[]): Value {
  if (value instanceof Undefined && value.refused) throw value.fault();
  const isAbsent = value instanceof Undefined || (isTrue(evenWhenFalse) && !isTrue(value));
  return isAbsent ? (fallback === undefined ? '' : fallback) : value;
}

const escapeFilter = (run: Run, value: Value): Value => escapeValue(run, value);

export const VALUE_FILTERS = table(
  define('default', 'default_value? boolean?', defaultFilter),
  define('d', 'default_value? boolean?', defaultFilter),
  define('int', 'default? base?', toInteger),
  define('float', 'default?', (_run, value, [fallback]) => {
    const double = floatOf(value);
    return double !== undefined ? toFloat(double) : fallback === undefined ? toFloat(0) : fallback;
  }),
  define('abs', '', (_run, value) => {
    if (!isNumber(value)) throw typeError(`bad operand type for abs(): '${typeName(value)}'`);
    if (isFloat(value)) return toFloat(Math.abs(asDouble(value)));
    return asDouble(value) < 0 ? negate(value) : typeof value === 'boolean' ? Number(value) : value;
  }),
  define('round', 'precision? method?', roundFilter),
  define('filesizeformat', 'binary?', fileSize),
  define('attr', 'name', (_run, value, [name]) => getAttributeOnly(value, attributeName(name))),
  define('tojson', 'indent?', (run, value, [indent]) =>
    htmlSafeJson(run, value, indent === undefined || indent === null ? null : asIndex(indent)),
  ),
  define('pprint', '', prettyPrint),
  define('urlize', 'trim_url_limit? nofollow? target? rel? extra_schemes?', urlize),
  define('random', '', (run, value) => {
    const items = isText(value) ? characters(text(value)) : toList(run, value);
    if (items.length === 0) return new Undefined('No random item, sequence was empty.');
    return items[Math.floor(run.random() * items.length)];
  }),
  define('escape', '', escapeFilter),
  define('e', '', escapeFilter),
  define('forceescape', '', (run, value) => new EscapedText(escapeHtml(toText(run, value)))),
  define('safe', '', (run, value) => new Markup(toText(run, value))),
  define('striptags', '', (run, value) => {
    const source = toText(run, value);
    run.charge(source.length >>> 3);
    return stripTags(source);
  }),
  define('urldecode', '', urldecode),
  define('urlencode', '', urlencode),
  define('xmlattr', 'autospace?', xmlattr),
);
