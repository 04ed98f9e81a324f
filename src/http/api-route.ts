// What an API route is: a plain record, so that the server and the OpenAPI document are made from the same list.

import type { FastifyReply } from 'fastify';
import type { Scope } from '../model/access-token.js';
import type { Caller } from './listen/rights.js';
import type { Runtime } from './runtime.js';
import type { JsonSchema } from './wire/schema.js';

export const API_PREFIX = '/api/v1';

export interface ApiCall<Query = unknown, Body = unknown, Params = Record<string, string>> {
  readonly runtime: Runtime;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body's JSON as it was written; empty without one. */
  readonly bodyText: string;
  readonly caller: Caller;
  readonly reply: FastifyReply;
  /** For answers without an end: called when the listener closes or the caller's token is no longer good. Returns the function that forgets it. */
  onClose(end: (why: string) => void): () => void;
}

export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, parameters as `:name`. */
  readonly path: string;
  readonly scope: Scope;
  /** The noun it belongs to; groups the OpenAPI document. */
  readonly tag: string;
  readonly summary: string;
  readonly query?: JsonSchema;
  readonly body?: JsonSchema;
  readonly answer: JsonSchema;
  readonly status?: 200 | 201;
  /** Media type of the answer when it is not JSON; then `handle` writes it itself. */
  readonly streams?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each route names its own query and body types; the schema, not the compiler, checks them.
  handle(call: ApiCall<any, any, any>): unknown;
}

/** A route's parameters are names or ids: text. */
export function paramsSchema(path: string): JsonSchema | undefined {
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  if (names.length === 0) return undefined;
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string', minLength: 1 }])),
    required: names,
  };
}
