// What a template inserts into a JSON text: between quotes the text, escaped; anywhere else the value itself, as JSON. Only outputs at
// the top are treated so, once; what macros and blocks make is text until it is inserted. `safe` is taken as it is, and so is `tojson`
// where a value may stand. What was escaped for HTML is not JSON for that: it is text.

import { dumpJson } from './json.js';
import type { JsonPlace } from './json-place.js';
import type { Run } from './limits.js';
import { toText } from './text.js';
import { EscapedText, JsonText, Markup, type Value } from './values.js';

export function insertedIntoJson(run: Run, place: JsonPlace, value: Value): string {
  const isVouchedFor = value instanceof Markup && !(value instanceof EscapedText);
  if (isVouchedFor && !(place.isInString && value instanceof JsonText)) return value.text;
  if (place.isInString) return JSON.stringify(toText(run, value)).slice(1, -1);
  if (typeof value === 'string') return JSON.stringify(value);
  return value instanceof Markup ? JSON.stringify(value.text) : dumpJson(run, value);
}
