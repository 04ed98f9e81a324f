// One ajv error in the words of a person: what is wrong, where, and what to write instead. Values of secrets are never printed.

import type { ErrorObject } from 'ajv';
import { nearestName } from '../core/nearest.js';
import { maskUrl } from '../core/redaction.js';
import { KNOWN_EVENT_TYPES } from '../model/event-types.js';
import { neverComes } from './cron-days.js';
import { FORMATS } from './formats.js';
import { isNounList, type PathPart, type Problem, problemAt, suggest } from './problem.js';
import type { JsonSchema } from './schema-parts.js';
import { isSecretName } from './secret-names.js';

/** Of values that must not be printed. */
const SECRET_FORMATS: ReadonlySet<string> = new Set([
  'signing-secret',
  'private-key',
  'source-key',
  'source-secret',
  'pem',
  'pem-key',
  'proxy-url',
]);

const isSecret = (path: readonly PathPart[], format: unknown): boolean =>
  SECRET_FORMATS.has(String(format)) || isSecretName(keyName(path));

/** `labelOf` gives what a reader calls the object that a path leads into. */
export function describeMistake(
  error: ErrorObject,
  path: PathPart[],
  labelOf: (path: readonly PathPart[]) => string,
): Problem {
  const schema = (error.parentSchema ?? {}) as JsonSchema;
  const key = keyName(path);
  const owner = labelOf(path);
  const what = whatIs(path, owner);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, path, schema, owner);
    case 'required': {
      const missing = String(error.params.missingProperty);
      return problemAt(
        path,
        'missing_key',
        `missing key "${missing}" in ${what}`,
        exampleOf(missing, schema),
      );
    }
    case 'type':
      return wrongType(error, path, schema, what, key);
    case 'enum':
    case 'x-text-enum':
      return badEnum(error, path, schema, what);
    case 'format':
      return badFormat(error, path, what);
    case 'x-not-yet':
      return problemAt(
        path,
        'not_yet',
        `${what} is not in this version of Relay yet: it comes with a later one`,
        'remove it for now',
        { on: 'key' },
      );
    case 'x-only-false':
      return problemAt(path, 'invalid_value', `${what} cannot be true`, `must be ${schema['x-expects']}`);
    case 'maxItems':
      return tooMany(error, path, what);
    default:
      return otherLimit(error, path, what);
  }
}

function unknownKey(error: ErrorObject, path: PathPart[], schema: JsonSchema, owner: string): Problem {
  const key = String(error.params.additionalProperty);
  const known = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const usable = known.filter(([, property]) => property['x-not-yet'] !== true).map(([name]) => name);
  const inside = path.length === 0 ? owner : whatIs(path, owner);
  const place = inside === '' ? '' : ` in ${inside}`;
  return problemAt(
    [...path, key],
    'unknown_key',
    `unknown key "${key}"${place}`,
    suggest(key, usable, 'known keys'),
    {
      on: 'key',
    },
  );
}

function wrongType(
  error: ErrorObject,
  path: PathPart[],
  schema: JsonSchema,
  what: string,
  key: string,
): Problem {
  const format = FORMATS[schema.format as string];
  const wanted = [error.params.type as string | string[]].flat().map((type) => TYPE_WORDS[type] ?? type);
  const expects = (schema['x-expects'] as string | undefined) ?? format?.expects ?? wanted.join(' or ');
  if (error.data === null) {
    return problemAt(
      path,
      'wrong_type',
      `${what} is empty; it must be ${expects}`,
      'give it a value, or remove the key',
      {
        on: typeof path.at(-1) === 'string' ? 'key' : 'value',
      },
    );
  }
  const fix = rightType(error.data, wanted, schema, key);
  return problemAt(
    path,
    'wrong_type',
    `${what} must be ${expects}, not ${isSecret(path, schema.format) ? 'this' : typeWord(error.data)}`,
    fix,
  );
}

/** The words of YAML 1.1 for true and false are texts in YAML 1.2. */
const BOOLEAN_WORDS: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  true: true,
  no: false,
  off: false,
  false: false,
};

/** What to write in place of a value of the wrong type; null where nothing better than the message can be said. */
function rightType(data: unknown, wanted: readonly string[], schema: JsonSchema, key: string): string | null {
  const format = FORMATS[schema.format as string];
  const usual = typeof schema.default === 'string' ? schema.default : format?.example;
  const example = ((schema.examples ?? []) as string[])[0] ?? (format && usual);
  if (example !== undefined) return `write for example: ${key}: ${example}`;
  if (typeof data === 'object') return null;
  if (wanted.includes('text')) return 'put it in quotes';
  if (wanted.includes('a list') && (schema.items as JsonSchema | undefined)?.type === 'string')
    return `write for example: ${key}: [${String(data)}]`;
  const word = schema.type === 'boolean' ? BOOLEAN_WORDS[String(data).toLowerCase()] : undefined;
  return word === undefined ? null : `write ${key}: ${word}`;
}

function badEnum(error: ErrorObject, path: PathPart[], schema: JsonSchema, what: string): Problem {
  const known = (schema['x-text-enum'] ?? schema.enum) as string[];
  const later = (schema['x-later'] ?? []) as string[];
  const value = String(error.data);
  if (later.includes(value)) {
    return problemAt(
      path,
      'not_yet',
      `${what} cannot be "${value}" in this version of Relay yet: it comes with a later one`,
      `for now: ${known.join(', ')}`,
    );
  }
  const never = (schema['x-never'] ?? {}) as Record<string, string>;
  if (Object.hasOwn(never, value.toUpperCase())) {
    const message = `${what} cannot be "${value}": ${never[value.toUpperCase()]}`;
    return problemAt(path, 'invalid_value', message, `one of: ${known.join(', ')}`);
  }
  const near = nearestName(value, known);
  const expects = schema['x-expects'];
  if (expects !== undefined)
    return problemAt(path, 'invalid_value', `${what} cannot be "${shorten(value)}"`, `must be ${expects}`);
  const fix = `${near === undefined ? '' : `did you mean "${near}"? `}${known.length === 1 ? 'must be' : 'one of'}: ${known.join(', ')}`;
  return problemAt(path, 'invalid_value', `${what} cannot be "${shorten(value)}"`, fix);
}

function badFormat(error: ErrorObject, path: PathPart[], what: string): Problem {
  const name = String(error.params.format);
  const value = String(error.data);
  const format = FORMATS[name];
  if (name === 'event-pattern') {
    const known = KNOWN_EVENT_TYPES;
    const near = known.find((type) => type.endsWith(`.${value}`)) ?? nearestName(value, known);
    const fix = near
      ? `did you mean "${near}"?`
      : 'such as incident.triggered, incident.resolved; or area.*, or *; see: relay event types';
    return problemAt(path, 'invalid_value', `"${shorten(value)}" is not an event type`, fix);
  }
  if (name === 'cron' && neverComes(value)) {
    const message = `${what} never comes: no month in "${shorten(value)}" has such a day`;
    return problemAt(path, 'invalid_value', message, 'minute, hour, day of month, month, day of week');
  }
  // A secret that is wrong must not be printed.
  const plain = name === 'http-url' && /[@?]/.test(value) ? maskUrl(value) : value;
  const shown = isSecret(path, name) ? '' : `: "${shorten(plain)}"`;
  return problemAt(
    path,
    'invalid_value',
    `${what} is not valid${shown}`,
    format ? `must be ${format.expects}, such as ${format.example}` : `must be a ${name}`,
  );
}

/** Told at the first entry that is too many. */
function tooMany(error: ErrorObject, path: PathPart[], what: string): Problem {
  const { limit } = error.params as { limit: number };
  const over = (error.data as readonly unknown[]).length - limit;
  const message = `${what} must have at most ${limit} entries`;
  return problemAt([...path, limit], 'too_many', message, `take ${over} out`);
}

function otherLimit(error: ErrorObject, path: PathPart[], what: string): Problem {
  const { limit } = error.params as { limit?: number };
  const text: Readonly<Record<string, string>> = {
    minItems: limit === 1 ? 'must not be an empty list' : `must have at least ${limit} entries`,
    minLength: limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`,
    maxLength: `must have at most ${limit} characters`,
    minimum: `must be at least ${limit}`,
    maximum: `must be at most ${limit}`,
    uniqueItems: 'must not hold the same entry twice',
  };
  const words = text[error.keyword] ?? (error.keyword === 'pattern' ? 'is not valid' : error.message);
  const { description, 'x-expects': expects } = (error.parentSchema ?? {}) as Record<string, string>;
  const headerWords = path.includes('headers') ? 'one line of text without control characters' : null;
  const fix = error.keyword === 'pattern' ? (expects ?? headerWords ?? description ?? null) : null;
  return problemAt(path, 'invalid_value', `${what} ${words}`, fix && `must be: ${lowerFirst(fix)}`);
}

function exampleOf(missing: string, schema: JsonSchema): string | null {
  const property = ((schema.properties ?? {}) as Record<string, JsonSchema>)[missing];
  const example =
    (property?.examples as string[] | undefined)?.[0] ??
    FORMATS[property?.format as string]?.example ??
    (property?.enum as string[] | undefined)?.[0];
  return example === undefined ? `add: ${missing}: …` : `add for example: ${missing}: ${example}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'keys with values',
  array: 'a list',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function typeWord(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys with values';
  if (typeof value === 'string') return `the text "${shorten(value)}"`;
  return typeof value === 'boolean' ? String(value) : `the number ${String(value)}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
const shorten = (value: string): string => (value.length > 60 ? `${value.slice(0, 57)}…` : value);

/** `"max" in "retry" of webhook "crm"`, `entry 2 of "urls" in webhook "crm"`, `webhook 3`, `"listen" in server`, `the file`. */
function whatIs(path: readonly PathPart[], owner: string): string {
  const last = path.at(-1);
  if (last === undefined) return owner || 'the file';
  const lastIndex = path.findLastIndex((part) => typeof part === 'number');
  const keys = path.slice(lastIndex + 1);
  const isOwner = keys.length === 0 && / (\d+|".*")$/.test(owner) && ownsEntries(path);
  if (isOwner) return owner;
  const named = keys.length === 0 ? `entry ${Number(last) + 1} of "${keyName(path)}"` : `"${last}"`;
  const parent = keys.length > 1 ? keys.at(-2) : undefined;
  if (parent !== undefined && parent !== owner)
    return `${named} in "${parent}"${owner === '' ? '' : ` of ${owner}`}`;
  return owner === '' || owner === last ? named : `${named} in ${owner}`;
}

const ownsEntries = (path: readonly PathPart[]): boolean => isNounList(path.at(-2));

/** The last named step of a path: `urls` for `urls/0`. */
function keyName(path: readonly PathPart[]): string {
  const named = path.filter((part) => typeof part === 'string');
  return (named.at(-1) as string | undefined) ?? '';
}
