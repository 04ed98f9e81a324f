// The words JSON Schemas of the config are written with. No schema of anything stands here.

export type JsonSchema = { readonly [keyword: string]: unknown };

export const text = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  description,
  ...more,
});
export const objectOf = (
  description: string,
  properties: Record<string, JsonSchema>,
  required: readonly string[] = [],
): JsonSchema => ({ type: 'object', description, properties, required, additionalProperties: false });
export const listOf = (description: string, items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({
  type: 'array',
  description,
  items,
  ...more,
});
/** Most secrets of one kind that may be in force at once. */
export const MOST_SECRETS = 10;

/** One secret, or a list of them, newest first, while one is rotated. */
export const secrets = (description: string, format: string, what = 'secret'): JsonSchema => ({
  type: ['string', 'array'],
  description,
  format,
  'x-expects': `a ${what}, or a list of ${what}s`,
  minItems: 1,
  maxItems: MOST_SECRETS,
  items: { type: 'string', format },
});
export const notYet = (description: string): JsonSchema => ({ description, 'x-not-yet': true });
