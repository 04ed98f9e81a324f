// The filters Grafana OnCall adds to Jinja2, so that its users can paste their templates. Where OnCall gives None for a
// value of the wrong kind, so do these.

import { formatTime, inZone, parseIso, parseTime } from './clock-time.js';
import { Fault } from './errors.js';
import { dumpJson, needsCare, parseJson } from './json.js';
import type { Run } from './limits.js';
import { asDouble, isNumber } from './numbers.js';
import { matchesStart, searches, substitute } from './regex.js';
import { define, type Operation, table } from './signature.js';
import { isText, Markup, PyDateTime, PyTimeDelta, Undefined, type Value } from './values.js';

const DEFAULT_FORMAT = '%H:%M / %d-%m-%Y';
const DURATION = /^(-?)(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/;
const UNIT_SECONDS = [604_800, 86_400, 3600, 60, 1];

function textOr(value: Value, absent: string): string | null {
  if (value === undefined) return absent;
  if (typeof value === 'string') return value;
  return value instanceof Markup ? value.text : null;
}

/** None where the operation fails for the kind of value it was given; limits still end the rendering. */
function noneOnMisuse(operation: Operation): Operation {
  return (run, subject, args, call) => {
    try {
      return operation(run, subject, args, call);
    } catch (error) {
      // Making and catching an error is dearer than the work that failed.
      run.charge(40);
      const isMisuse = error instanceof SyntaxError || (error instanceof Fault && error.kind === 'runtime');
      if (isMisuse) return null;
      throw error;
    }
  };
}

function overTexts(work: (run: Run, text: string, args: readonly string[]) => Value): Operation {
  return (run, value, args) => {
    const texts = [value, ...args].map((item) => textOr(item, ''));
    if (!isText(value) || texts.includes(null)) return null;
    return work(run, texts[0]!, texts.slice(1) as string[]);
  };
}

function timestamp(value: Value): Value {
  if (!isNumber(value)) return null;
  const micros = Math.round(asDouble(value) * 1e6);
  return Math.abs(micros) < 8.64e18 && Number.isFinite(micros) ? new PyDateTime(micros, 0, 'UTC') : null;
}

function duration(text: string): Value {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const seconds = UNIT_SECONDS.reduce((sum, unit, index) => sum + unit * Number(match[index + 2] ?? 0), 0);
  return new PyTimeDelta((match[1] === '-' ? -seconds : seconds) * 1e6);
}

function decodeBase64(text: string): Value {
  const compact = text.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    return null;
  }
}

export const ONCALL_FILTERS = table(
  define('datetimeformat', 'format?', (run, value, [format]) => {
    const pattern = textOr(format, DEFAULT_FORMAT);
    if (value instanceof Undefined) throw value.fault();
    return value instanceof PyDateTime && pattern !== null ? formatTime(run, value, pattern) : null;
  }),
  define('datetimeformat_as_timezone', 'format? tz?', (run, value, [format, zone]) => {
    const pattern = textOr(format, DEFAULT_FORMAT);
    const name = textOr(zone, 'UTC');
    if (value instanceof Undefined) throw value.fault();
    if (!(value instanceof PyDateTime) || pattern === null || name === null) return null;
    return formatTime(run, inZone(run, value, name), pattern);
  }),
  define(
    'datetimeparse',
    'format?',
    overTexts((run, text, [format]) => parseTime(run, text, format ?? DEFAULT_FORMAT) ?? null),
  ),
  define(
    'iso8601_to_time',
    '',
    overTexts((_run, text) => parseIso(text) ?? null),
  ),
  define('timestamp_to_datetime', '', (_run, value) => timestamp(value)),
  define(
    'timedeltaparse',
    '',
    overTexts((_run, text) => duration(text)),
  ),
  define(
    'json_dumps',
    '',
    noneOnMisuse((run, value) => dumpJson(run, value)),
  ),
  define(
    'tojson_pretty',
    '',
    noneOnMisuse((run, value) => dumpJson(run, value, { indent: 4, sortKeys: true, ascii: false })),
  ),
  define(
    'parse_json',
    '',
    noneOnMisuse(
      overTexts((run, text) => {
        run.charge(text.length >>> (needsCare(text) ? 2 : 3));
        return parseJson(text);
      }),
    ),
  ),
  define(
    'regex_replace',
    'find replace',
    overTexts((run, text, [find, replace]) => substitute(run, find!, replace!, text)),
  ),
  define(
    'regex_match',
    'pattern',
    overTexts((run, text, [pattern]) => matchesStart(run, pattern!, text)),
  ),
  define(
    'regex_search',
    'pattern',
    overTexts((run, text, [pattern]) => searches(run, pattern!, text)),
  ),
  define(
    'b64decode',
    '',
    overTexts((run, text) => {
      run.charge(60 + (text.length >>> 5));
      return decodeBase64(text);
    }),
  ),
);
