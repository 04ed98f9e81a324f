// Fields and methods of datetime and timedelta values.

import { calendar, formatTime, inZone, isoText } from './clock-time.js';
import { typeError } from './errors.js';
import { toFloat } from './numbers.js';
import { define, table } from './signature.js';
import { isText, Markup, type PyDateTime, type PyTimeDelta, type Value } from './values.js';

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'] as const;

export function datetimeField(time: PyDateTime, name: string): Value {
  const field = FIELDS.find((candidate) => candidate === name);
  return field === undefined ? undefined : calendar(time)[field];
}

export function deltaField(delta: PyTimeDelta, name: string): Value {
  const days = Math.floor(delta.micros / 86_400e6);
  const rest = delta.micros - days * 86_400e6;
  if (name === 'days') return days;
  if (name === 'seconds') return Math.floor(rest / 1e6);
  if (name === 'microseconds') return rest % 1e6;
  return undefined;
}

function textArgument(value: Value): string {
  if (!isText(value)) throw typeError('an argument must be str');
  return value instanceof Markup ? value.text : value;
}

export const DATETIME_METHODS = table(
  define('strftime', 'format', (run, time, [format]) =>
    formatTime(run, time as PyDateTime, textArgument(format)),
  ),
  define('isoformat', 'sep?', (_run, time, [mark]) =>
    isoText(time as PyDateTime, mark === undefined ? 'T' : textArgument(mark)),
  ),
  define('timestamp', '', (_run, subject) => {
    const time = subject as PyDateTime;
    return toFloat(time.wall / 1e6 - (time.offset ?? 0));
  }),
  define('weekday', '', (_run, time) => calendar(time as PyDateTime).weekday),
  define('isoweekday', '', (_run, time) => calendar(time as PyDateTime).weekday + 1),
  define('astimezone', 'tz?', (run, time, [zone]) =>
    inZone(run, time as PyDateTime, zone === undefined ? 'UTC' : textArgument(zone)),
  ),
);

export const TIMEDELTA_METHODS = table(
  define('total_seconds', '', (_run, delta) => toFloat((delta as PyTimeDelta).micros / 1e6)),
);
