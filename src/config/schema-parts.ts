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
export const notYet = (description: string): JsonSchema => ({ description, 'x-not-yet': true });
