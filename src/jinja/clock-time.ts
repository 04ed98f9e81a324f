// Dates and times: calendar parts, Python's strftime and strptime, ISO 8601, time zones by name. No clock is read here.

import { valueError } from './errors.js';
import type { Run } from './limits.js';
import { PyDateTime } from './values.js';
import { shortZoneName } from './zone-names.js';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

export interface Calendar {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** Monday is 0. */
  readonly weekday: number;
  readonly dayOfYear: number;
}

export function calendar(time: PyDateTime): Calendar {
  const ms = Math.floor(time.wall / 1000);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) throw valueError('date out of range');
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: time.wall - ms * 1000 + date.getUTCMilliseconds() * 1000,
    weekday: (date.getUTCDay() + 6) % 7,
    dayOfYear: Math.floor((ms - Date.UTC(year, 0, 1)) / 86_400_000) + 1,
  };
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `+0200`, or with a mark `+02:00`. */
export function formatOffset(seconds: number, mark = ''): string {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  return `${seconds < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${mark}${pad(minutes % 60)}`;
}

/** Python's isoformat(): microseconds only when there are any, the offset only when the time has one. */
export function isoText(time: PyDateTime, mark: string): string {
  const at = calendar(time);
  const fraction = at.microsecond === 0 ? '' : `.${pad(at.microsecond, 6)}`;
  const zone = time.offset === null ? '' : formatOffset(time.offset, ':');
  return `${pad(at.year, 4)}-${pad(at.month)}-${pad(at.day)}${mark}${pad(at.hour)}:${pad(at.minute)}:${pad(at.second)}${fraction}${zone}`;
}

function weekOfYear(at: Calendar, firstWeekday: number): number {
  const since = (at.weekday - firstWeekday + 7) % 7;
  return Math.floor((at.dayOfYear + 6 - since) / 7);
}

function isoWeek(at: Calendar): { year: number; week: number } {
  const thursday = new Date(Date.UTC(at.year, at.month - 1, at.day + 3 - at.weekday));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 604_800_000) + 1 };
}

function zoneName(time: PyDateTime): string {
  if (time.offset === null) return '';
  if (time.zone !== null) return time.zone;
  return time.offset === 0 ? 'UTC' : `UTC${formatOffset(time.offset, ':')}`;
}

type Directive = (at: Calendar, time: PyDateTime) => string;

const twelve = (hour: number): number => hour % 12 || 12;

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  Y: (at) => String(at.year),
  y: (at) => pad(at.year % 100),
  m: (at) => pad(at.month),
  d: (at) => pad(at.day),
  e: (at) => String(at.day).padStart(2, ' '),
  H: (at) => pad(at.hour),
  I: (at) => pad(twelve(at.hour)),
  M: (at) => pad(at.minute),
  S: (at) => pad(at.second),
  f: (at) => pad(at.microsecond, 6),
  p: (at) => (at.hour < 12 ? 'AM' : 'PM'),
  A: (at) => WEEKDAYS[at.weekday]!,
  a: (at) => WEEKDAYS[at.weekday]!.slice(0, 3),
  B: (at) => MONTHS[at.month - 1]!,
  b: (at) => MONTHS[at.month - 1]!.slice(0, 3),
  h: (at) => MONTHS[at.month - 1]!.slice(0, 3),
  j: (at) => pad(at.dayOfYear, 3),
  w: (at) => String((at.weekday + 1) % 7),
  u: (at) => String(at.weekday + 1),
  U: (at) => pad(weekOfYear(at, 6)),
  W: (at) => pad(weekOfYear(at, 0)),
  G: (at) => String(isoWeek(at).year),
  V: (at) => pad(isoWeek(at).week),
  Z: (_at, time) => zoneName(time),
  z: (_at, time) => (time.offset === null ? '' : formatOffset(time.offset)),
  s: (_at, time) => String(Math.floor(time.wall / 1e6 - (time.offset ?? 0))),
  D: (at) => `${pad(at.month)}/${pad(at.day)}/${pad(at.year % 100)}`,
  x: (at) => `${pad(at.month)}/${pad(at.day)}/${pad(at.year % 100)}`,
  F: (at) => `${at.year}-${pad(at.month)}-${pad(at.day)}`,
  T: (at) => `${pad(at.hour)}:${pad(at.minute)}:${pad(at.second)}`,
  X: (at) => `${pad(at.hour)}:${pad(at.minute)}:${pad(at.second)}`,
  R: (at) => `${pad(at.hour)}:${pad(at.minute)}`,
  c: (at) =>
    `${WEEKDAYS[at.weekday]!.slice(0, 3)} ${MONTHS[at.month - 1]!.slice(0, 3)} ${String(at.day).padStart(2, ' ')} ${pad(at.hour)}:${pad(at.minute)}:${pad(at.second)} ${at.year}`,
  n: () => '\n',
  t: () => '\t',
  '%': () => '%',
};

/** Python's strftime; `%-d` drops the padding, unknown directives stay as they are. */
export function formatTime(run: Run, time: PyDateTime, format: string): string {
  run.charge(format.length * 2);
  const at = calendar(time);
  const text = format.replace(/%(-?)([a-zA-Z%])/g, (whole, bare: string, letter: string) => {
    const directive = DIRECTIVES[letter];
    if (directive === undefined) return whole;
    const text = directive(at, time);
    return bare === '' ? text : text.replace(/^[0 ]+(?=.)/, '');
  });
  run.room(text.length);
  return text;
}

/** Microseconds of a wall clock time; undefined when there is no such date. */
function wallOf(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  micros = 0,
): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return date.getTime() * 1000 + hour * 3600e6 + minute * 60e6 + second * 1e6 + micros;
}

const FIELDS: Readonly<Record<string, string>> = {
  Y: '(\\d{4})',
  y: '(\\d{2})',
  m: '(1[0-2]|0[1-9]|[1-9])',
  d: '(3[01]|[12]\\d|0[1-9]|[1-9])',
  H: '(2[0-3]|[01]\\d|\\d)',
  I: '(1[0-2]|0[1-9]|[1-9])',
  M: '([0-5]\\d|\\d)',
  S: '([0-5]\\d|\\d)',
  f: '(\\d{1,6})',
  p: '(am|pm)',
  A: `(${WEEKDAYS.join('|')})`,
  a: `(${WEEKDAYS.map((day) => day.slice(0, 3)).join('|')})`,
  B: `(${MONTHS.join('|')})`,
  b: `(${MONTHS.map((month) => month.slice(0, 3)).join('|')})`,
  z: '(Z|[+-]\\d{2}:?\\d{2})',
  Z: '(UTC|GMT)',
};

/** Python's strptime; undefined when the text does not fit. The pattern is made of fixed parts, so it cannot run away. */
export function parseTime(run: Run, text: string, format: string): PyDateTime | undefined {
  run.charge(100);
  const letters: string[] = [];
  if (format.length > 100 || text.length > 200) return undefined;
  const wide = format.replaceAll('%T', '%H:%M:%S').replaceAll('%F', '%Y-%m-%d');
  const pattern = wide.replace(/%([a-zA-Z%])|\s+|[.*+?^${}()|[\]\\]/g, (whole, letter?: string) => {
    if (letter === undefined) return /\s/.test(whole) ? '\\s+' : `\\${whole}`;
    if (letter === '%') return '%';
    letters.push(letter);
    return FIELDS[letter] ?? '(?!)';
  });
  // A directive given twice is an error in Python too, and without repeats there is little to try again.
  if (new Set(letters).size < letters.length) return undefined;
  const match = new RegExp(`^${pattern}$`, 'i').exec(text);
  return match === null
    ? undefined
    : timeFromFields(new Map(letters.map((letter, i) => [letter, match[i + 1]!])));
}

function timeFromFields(fields: ReadonlyMap<string, string>): PyDateTime | undefined {
  const number = (letter: string, absent: number): number => Number(fields.get(letter) ?? absent);
  const named = (letter: string, names: readonly string[]): number | undefined => {
    const name = fields.get(letter)?.toLowerCase().slice(0, 3);
    return name === undefined
      ? undefined
      : names.findIndex((known) => known.toLowerCase().startsWith(name)) + 1;
  };
  const short = fields.get('y');
  const year = short === undefined ? number('Y', 1900) : Number(short) + (Number(short) < 69 ? 2000 : 1900);
  let hour = number('H', 0);
  if (fields.has('I')) hour = (number('I', 0) % 12) + (fields.get('p')?.toLowerCase() === 'pm' ? 12 : 0);
  const month = named('B', MONTHS) ?? named('b', MONTHS) ?? number('m', 1);
  const micros = Number((fields.get('f') ?? '0').padEnd(6, '0'));
  const wall = wallOf(year, month, number('d', 1), hour, number('M', 0), number('S', 0), micros);
  const zone = fields.get('z');
  return wall === undefined ? undefined : new PyDateTime(wall, zone === undefined ? null : parseOffset(zone));
}

function parseOffset(text: string): number {
  if (text === 'Z' || text === 'z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes ?? 0) * 60);
}

const ISO =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** An ISO 8601 date and time; undefined when the text is none. */
export function parseIso(text: string): PyDateTime | undefined {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const micros = Number((fraction ?? '0').slice(0, 6).padEnd(6, '0'));
  const wall = wallOf(
    Number(year),
    Number(month),
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
    micros,
  );
  return wall === undefined ? undefined : new PyDateTime(wall, zone === undefined ? null : parseOffset(zone));
}

/** The same instant on the clock of a time zone (`Europe/Copenhagen`); a naive time counts as UTC. */
export function inZone(run: Run, time: PyDateTime, zone: string): PyDateTime {
  run.charge(50);
  run.chargeOnce(`zone ${zone.slice(0, 60)}`, 300);
  const utc = time.wall - (time.offset ?? 0) * 1e6;
  const whole = Math.floor(utc / 1e6) * 1e6;
  let parts: Intl.DateTimeFormatPart[];
  try {
    parts = zoneFormat(zone).formatToParts(new Date(whole / 1000));
  } catch {
    throw valueError(`unknown time zone '${zone.slice(0, 60)}'`);
  }
  const part = (type: string): number => Number(parts.find((candidate) => candidate.type === type)!.value);
  const wall = wallOf(
    part('year'),
    part('month'),
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )!;
  const longName = parts.find((candidate) => candidate.type === 'timeZoneName')?.value ?? '';
  const offset = (wall - whole) / 1e6;
  const name = shortZoneName(zone, offset, /Summer|Daylight|Irish Standard/.test(longName));
  return new PyDateTime(wall + (utc - whole), offset, name);
}

const ZONES = new Map<string, Intl.DateTimeFormat>();

function zoneFormat(zone: string): Intl.DateTimeFormat {
  const known = ZONES.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    timeZoneName: 'long',
  });
  if (ZONES.size < 500) ZONES.set(zone, format);
  return format;
}
