// Runs the schema and says what is wrong in the words of a person: each ajv error becomes one problem, cascades are left out.

import { Ajv, type ValidateFunction } from 'ajv';
import { FORMATS } from './formats.js';
import { describeMistake } from './mistake-words.js';
import { ownerOf, type PathPart, type Problem } from './problem.js';
import type { JsonSchema } from './schema-parts.js';

/** Keywords whose errors only repeat that something below them is wrong. */
const CASCADES = new Set(['if', 'allOf', 'anyOf', 'oneOf', 'not', 'propertyNames']);

export type SchemaCheck = (data: unknown, labelOf?: (path: readonly PathPart[]) => string) => Problem[];

/** Compiles a schema into a check that returns every mistake. Takes some milliseconds: compile once. */
export function compileCheck(schema: JsonSchema): SchemaCheck {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });
  for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, (text) => format.check(text));
  ajv.addFormat('uri', (text) => URL.canParse(text));
  ajv.addKeyword({ keyword: 'x-not-yet', validate: (isLater: boolean) => !isLater });
  ajv.addKeyword({
    keyword: 'x-text-enum',
    type: 'string',
    validate: (known: string[], value: string) => known.includes(value),
  });
  ajv.addKeyword({
    keyword: 'x-only-false',
    type: 'boolean',
    validate: (_on: boolean, value: boolean) => !value,
  });
  const validate: ValidateFunction = ajv.compile(schema);
  return (data, labelOf = (path) => ownerOf(data, path)) => {
    if (validate(data)) return [];
    return (validate.errors ?? [])
      .filter((error) => !CASCADES.has(error.keyword) && error.propertyName === undefined)
      .map((error) => describeMistake(error, pathOf(error.instancePath, data), labelOf));
  };
}

function pathOf(pointer: string, data: unknown): PathPart[] {
  let value = data;
  return pointer
    .split('/')
    .slice(1)
    .map((raw) => {
      const part = raw.replaceAll('~1', '/').replaceAll('~0', '~');
      const isIndex = Array.isArray(value);
      value = (value as Record<string, unknown> | undefined)?.[part];
      return isIndex ? Number(part) : part;
    });
}
