// Reads an example payload as a person would: which key is the title, which says that it is over, what tells two alerts apart. The guesses
// are a head start for `pack new`, to be looked at by who knows the tool. Pure.

import type { Value } from '../../jinja/values.js';
import { parseSeverity } from '../../model/severity.js';

/** Where something stands in a payload, and what the example has there. */
export interface Found {
  /** `payload.alert.title`, safe where parts are missing. */
  readonly expression: string;
  readonly path: readonly string[];
  readonly value: Value;
}

export interface Guesses {
  readonly title: Found | null;
  readonly message: Found | null;
  readonly state: Found | null;
  readonly identity: Found | null;
  readonly severity: Found | null;
  readonly link: Found | null;
  readonly image: Found | null;
  readonly labels: Found | null;
  /** Objects in a list: perhaps one alert each. */
  readonly list: Found | null;
}

/** What tools say when it is over; also what Relay's generic pack takes. */
export const RESOLVED_WORDS = ['ok', 'resolved', 'closed', 'recovered', 'up', 'normal', 'cleared', 'success'];

const NAMES = {
  title: [
    'title',
    'summary',
    'name',
    'subject',
    'alertname',
    'alert_name',
    'rule_name',
    'rulename',
    'check_name',
  ],
  message: ['message', 'description', 'text', 'body', 'details', 'detail', 'msg', 'reason'],
  state: ['state', 'status', 'alert_status', 'alert_state', 'current_state', 'event_type', 'action'],
  identity: [
    'fingerprint',
    'alert_uid',
    'dedup_key',
    'incident_id',
    'alert_id',
    'monitor_id',
    'check_id',
    'id',
    'uid',
    'key',
  ],
  severity: ['severity', 'level', 'criticality', 'urgency', 'priority'],
  link: ['url', 'link', 'html_url', 'web_url', 'alert_url', 'incident_url', 'permalink'],
  image: ['image_url', 'image', 'snapshot', 'screenshot'],
  labels: ['labels', 'tags'],
} as const;

const DEPTH = 3;
/** No tool has such a key, and what is guessed is written into YAML and its comments. */
const LINE_END = /[\p{Cc}\u2028\u2029]/u;
/** In this language these are methods of a dict, as in Jinja2: `payload.items` would be the method. */
const METHODS = new Set([
  'items',
  'keys',
  'values',
  'get',
  'copy',
  'pop',
  'update',
  'clear',
  'setdefault',
  'popitem',
]);

function entriesOf(value: Value): [string, Value][] {
  if (value instanceof Map) return [...value.entries()].map(([key, inner]) => [String(key), inner as Value]);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.getPrototypeOf(value) === Object.prototype
    ? (Object.entries(value) as [string, Value][])
    : [];
}

const access = (key: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !METHODS.has(key)
    ? `.${key}`
    : `['${key.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;

/** `(payload.alert or {}).title`: a part that is missing or null gives an undefined, not an error. */
function expressionOf(path: readonly string[]): string {
  return path.reduce(
    (before, key, index) => (index === 0 ? `payload${access(key)}` : `(${before} or {})${access(key)}`),
    'payload',
  );
}

/** Every value with its path, nearest to the top first. */
function walk(payload: Value): Found[] {
  const found: Found[] = [];
  let level: { path: string[]; value: Value }[] = [{ path: [], value: payload }];
  for (let depth = 0; depth < DEPTH; depth++) {
    level = level.flatMap(({ path, value }) =>
      entriesOf(value)
        .filter(([key]) => !LINE_END.test(key))
        .map(([key, inner]) => ({ path: [...path, key], value: inner })),
    );
    for (const { path, value } of level) found.push({ expression: expressionOf(path), path, value });
  }
  return found;
}

const isText = (value: Value): boolean => typeof value === 'string' && value.trim() !== '';
const isScalar = (value: Value): boolean =>
  isText(value) || typeof value === 'number' || typeof value === 'bigint';
const isUrl = (value: Value): boolean => typeof value === 'string' && /^https?:\/\/\S+$/.test(value);
const isLabels = (value: Value): boolean =>
  entriesOf(value).length > 0 ||
  (Array.isArray(value) && value.length > 0 && value.every(isText)) ||
  isText(value);
const isListOfObjects = (value: Value): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => entriesOf(item as Value).length > 0);

const wordOf = (found: Found): string => (found.path.at(-1) as string).toLowerCase().replaceAll('-', '_');

/** The first name of the list that the payload has, nearest to the top; below a list of labels nothing is looked for. */
function find(
  all: readonly Found[],
  names: readonly string[],
  fits: (value: Value) => boolean,
): Found | null {
  const own = all.filter(({ path }) => !path.slice(0, -1).some((key) => /^(labels|tags)$/i.test(key)));
  for (const name of names) {
    const match = own.find(
      (found) => wordOf(found).replaceAll('_', '') === name.replaceAll('_', '') && fits(found.value),
    );
    if (match !== undefined) return match;
  }
  return null;
}

export function guess(payload: Value): Guesses {
  const all = walk(payload);
  const title = find(all, NAMES.title, isText);
  const message = find(all, NAMES.message, isText);
  return {
    title: title ?? message,
    message: title === null ? null : message,
    state: find(all, NAMES.state, isText),
    identity: find(all, NAMES.identity, isScalar),
    severity: find(all, NAMES.severity, isScalar),
    link: find(all, NAMES.link, isUrl),
    image: find(all, NAMES.image, isUrl),
    labels: find(all, NAMES.labels, isLabels),
    list: all.find(({ value }) => isListOfObjects(value)) ?? null,
  };
}

/** Whether the example itself says that it is over. */
export const isResolvedState = (state: Found | null): boolean =>
  state !== null && RESOLVED_WORDS.includes(String(state.value).trim().toLowerCase());

/** Whether Relay knows this word for a severity, so that no translation is needed. */
export const knowsSeverity = (severity: Found): boolean => parseSeverity(String(severity.value)) !== null;
