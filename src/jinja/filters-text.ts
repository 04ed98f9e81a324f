// Jinja2's filters on text: case, trimming, wrapping, truncating, formatting.

import { Fault, typeError, valueError } from './errors.js';
import { lengthOf, sliceValue, textLength } from './iterate.js';
import type { Run } from './limits.js';
import { asIndex } from './numbers.js';
import { formatPercent } from './operators.js';
import { type Definition, define, table } from './signature.js';
import { capitalize, center, replaceText } from './string-work.js';
import { escapeHtml, toText } from './text.js';
import { wrapLines } from './text-wrap.js';
import { isText, isTrue, Markup, Tuple, typeName, Undefined, type Value } from './values.js';
import { splitLines, strip } from './white-space.js';

/** A filter that prints whatever it is given and works on that; safe HTML stays safe unless the filter puts something in. */
function onText(
  name: string,
  parameters: string,
  work: (run: Run, text: string, args: readonly Value[]) => string,
  keepsSafe = true,
): Definition {
  return define(name, parameters, (run, value, args) => {
    const text = toText(run, value);
    const result = work(run, text, args);
    return keepsSafe && value instanceof Markup ? value.like(result) : result;
  });
}

/** A str argument of a filter that needs one; AttributeError, as Python gives, for others. */
function needText(value: Value, method: string): string {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.text;
  if (value instanceof Undefined) throw value.fault();
  throw new Fault('AttributeError', `'${typeName(value)}' object has no attribute '${method}'`);
}

/** The title filter starts a word after white space, a hyphen or an opening bracket only, unlike str.title. */
function titleWords(run: Run, text: string): string {
  run.charge(text.length >>> 2);
  return text.replace(/[^-\s({[<]+/g, (word) => capitalize(word));
}

function truncate(run: Run, value: Value, [length, kill, end, leeway]: readonly Value[]): Value {
  const limit = length === undefined ? 255 : asIndex(length);
  const tail = end === undefined ? '...' : toText(run, end);
  const slack = leeway === undefined || leeway === null ? 5 : asIndex(leeway);
  if (limit < textLength(tail))
    throw new Fault('AssertionError', `expected length >= ${textLength(tail)}, got ${limit}`);
  if (slack < 0) throw new Fault('AssertionError', `expected leeway >= 0, got ${slack}`);
  const size = lengthOf(value);
  if (size === undefined) throw typeError(`object of type '${typeName(value)}' has no len()`);
  if (size <= limit + slack) return value;
  const cut = sliceValue(run, value, { start: null, stop: limit - textLength(tail), step: null });
  if (!isText(cut)) throw new Fault('AttributeError', `'${typeName(value)}' object cannot be cut as text`);
  const text = toText(run, cut);
  const space = isTrue(kill) ? -1 : text.lastIndexOf(' ');
  const kept = space === -1 ? text : text.slice(0, space);
  return cut instanceof Markup ? cut.like(kept + escapeHtml(tail)) : kept + tail;
}

function indent(run: Run, value: Value, [width, first, blank]: readonly Value[]): Value {
  const prefix = isText(width) ? toText(run, width) : ' '.repeat(boundedWidth(run, width));
  if (!isText(value)) {
    if (value instanceof Undefined) throw value.fault();
    throw typeError(`unsupported operand type(s) for +=: '${typeName(value)}' and 'str'`);
  }
  const text = toText(run, value);
  const lines = splitLines(`${text}\n`, false);
  run.room(text.length + lines.length * prefix.length);
  const indented = lines.map((line, index) =>
    index === 0 || (line === '' && !isTrue(blank)) ? line : prefix + line,
  );
  const result = (isTrue(first) ? prefix : '') + indented.join('\n');
  return value instanceof Markup ? value.like(result) : result;
}

function boundedWidth(run: Run, width: Value): number {
  const spaces = width === undefined ? 4 : Math.max(0, asIndex(width));
  run.room(spaces);
  return spaces;
}

function wordwrap(run: Run, value: Value, [width, breakLong, mark, breakHyphens]: readonly Value[]): Value {
  const text = needText(value, 'splitlines');
  run.charge(10 + text.length);
  const columns = width === undefined ? 79 : asIndex(width);
  if (columns <= 0) throw valueError(`invalid width ${columns} (must be > 0)`);
  const separator = mark === undefined || mark === null ? '\n' : toText(run, mark);
  const lines = splitLines(text, false).map((line) =>
    wrapLines(
      line,
      columns,
      breakLong === undefined || isTrue(breakLong),
      breakHyphens === undefined || isTrue(breakHyphens),
    ).join(separator),
  );
  return lines.join(separator);
}

export const TEXT_FILTERS = table(
  onText('upper', '', (_run, text) => text.toUpperCase()),
  onText('lower', '', (_run, text) => text.toLowerCase()),
  onText('capitalize', '', (_run, text) => capitalize(text)),
  onText('title', '', (run, text) => titleWords(run, text), false),
  onText('trim', 'chars?', (_run, text, [chars]) =>
    strip(text, chars === undefined || chars === null ? null : needText(chars, 'strip'), 'both'),
  ),
  onText('center', 'width?', (run, text, [width]) =>
    center(run, text, width === undefined ? 80 : asIndex(width), ' '),
  ),
  onText(
    'replace',
    'old new count?',
    (run, text, [old, fresh, count]) =>
      replaceText(
        run,
        text,
        toText(run, old),
        toText(run, fresh),
        count === undefined || count === null ? -1 : asIndex(count),
      ),
    false,
  ),
  define('string', '', (run, value) => (value instanceof Markup ? value : toText(run, value))),
  define('wordcount', '', (run, value) => {
    const text = toText(run, value);
    run.charge(text.length >>> 3);
    return text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0;
  }),
  define('truncate', 'length? killwords? end? leeway?', truncate),
  define('indent', 'width? first? blank?', indent),
  define('wordwrap', 'width? break_long_words? wrapstring? break_on_hyphens?', wordwrap),
  define('format', '*', (run, value, args, { named }) => {
    if (args.length > 0 && named !== undefined && named.size > 0) {
      throw new Fault(
        'FilterArgumentError',
        "can't handle positional and keyword arguments at the same time",
      );
    }
    const operands = named !== undefined && named.size > 0 ? new Map<Value, Value>(named) : new Tuple(args);
    return formatPercent(run, isText(value) ? value : toText(run, value), operands);
  }),
);
