// What a template inserts into a JSON text: between quotes the text, escaped; anywhere else the value itself, as JSON. Only outputs at
// the top are treated so, once; what macros and blocks make is text until it is inserted. `tojson` and `safe` are taken as they are.

import { dumpJson } from './json.js';
import type { JsonPlace } from './json-place.js';
import type { Run } from './limits.js';
import { toText } from './text.js';
import { Markup, PyDateTime, PyTimeDelta, Undefined, type Value } from './values.js';

export function insertedIntoJson(run: Run, place: JsonPlace, value: Value): string {
  if (value instanceof Markup) return value.text;
  if (place.isInString) return JSON.stringify(toText(run, value)).slice(1, -1);
  if (value instanceof Undefined || value === undefined) return toText(run, value) || 'null';
  if (value instanceof PyDateTime || value instanceof PyTimeDelta) return JSON.stringify(toText(run, value));
  return typeof value === 'string' ? JSON.stringify(value) : dumpJson(run, value);
}
