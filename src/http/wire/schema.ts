// Small words to write the API's JSON Schemas with (the subset that ajv 8 and OpenAPI 3.1 share). No schema of a route stands here.

import { LISTS, type ListShape } from '../../model/lists.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

export const text: JsonSchema = { type: 'string' };
export const name: JsonSchema = { type: 'string', minLength: 1, maxLength: 200 };
export const whole: JsonSchema = { type: 'integer' };
export const flag: JsonSchema = { type: 'boolean' };
export const instant: JsonSchema = { type: 'string', format: 'date-time' };
export const anything: JsonSchema = {};
export const textMap: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
export const freeMap: JsonSchema = { type: 'object', additionalProperties: true };

export const described = (schema: JsonSchema, description: string): JsonSchema => ({
  ...schema,
  description,
});
export const oneOf = (...values: readonly (string | null)[]): JsonSchema => ({ enum: values });
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const ref = (component: string): JsonSchema => ({ $ref: `#/components/schemas/${component}` });

export function nullable(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

export const maybeText = nullable(text);
export const maybeInstant = nullable(instant);
/** Where an object was made. */
export const origin = oneOf('file', 'cli', 'api');

/** An object that has these keys and no others. `optional` names those that may be absent. */
export function record(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** For requests: only the `required` keys must be there. */
export function input(properties: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema {
  return record(
    properties,
    Object.keys(properties).filter((key) => !required.includes(key)),
  );
}

export const pageOf = (component: string): JsonSchema =>
  record({ items: list(ref(component)), next: nullable(text), searched_until: instant }, ['searched_until']);

const TIME_WORDS = 'An instant (ISO 8601) or a span ago (2h)';

/** The query of a list: what every list takes, `since` and `until` where its rows have a time, and its own filters. */
export function listQuery(name: keyof typeof LISTS, filters: Record<string, JsonSchema> = {}): JsonSchema {
  const { sort, time }: ListShape = LISTS[name];
  const times = {
    since: described(text, `From this time on, by ${time}: ${TIME_WORDS}`),
    until: described(text, `Up to this time, by ${time}: ${TIME_WORDS}`),
  };
  return input({
    sort: described(oneOf(...sort), `A column; ${sort[0]} when left out`),
    desc: flag,
    search: described(text, 'Case-insensitive part of any shown column'),
    ...(time === undefined ? {} : times),
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
    after: described(text, 'The `next` of the page before'),
    ...filters,
  });
}
