// JSON Schemas of what the API answers: the shapes of `api-types.ts` for the OpenAPI document. Tests hold real answers against them.
export const ANSWERS = {};
