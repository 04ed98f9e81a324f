// The OpenAPI 3.1 document, made from the same list of routes that the server registers.

import { SCOPES } from '../../model/access-token.js';
import { API_PREFIX, type ApiRoute, paramsSchema } from '../api-route.js';
import { ANSWERS } from './answers.js';
import type { JsonSchema } from './schema.js';

const errorAnswer = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

function parametersOf(schema: JsonSchema | undefined, place: 'path' | 'query'): unknown[] {
  const properties = (schema?.properties ?? {}) as Record<string, JsonSchema>;
  const required = (schema?.required ?? []) as string[];
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description ? { description } : {}),
    schema: rest,
  }));
}

/** `getSourcesName`: a name for generated clients, unique because method and path are. */
function operationId(route: ApiRoute): string {
  const words = route.path.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  return route.method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

function operationOf(route: ApiRoute): unknown {
  const status = String(route.status ?? 200);
  const media = route.streams ?? 'application/json';
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: `Scope: \`${route.scope}\`.`,
    security: [{ token: [route.scope] }],
    parameters: [...parametersOf(paramsSchema(route.path), 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body ? { requestBody: { content: { 'application/json': { schema: route.body } } } } : {}),
    responses: {
      [status]: { description: 'Done.', content: { [media]: { schema: route.answer } } },
      '401': errorAnswer('No access token, or one that is not known, was revoked or has ended.'),
      '403': errorAnswer('The token lacks the scope.'),
      default: errorAnswer('Anything else that went wrong; `code` tells what.'),
    },
  };
}

function ingestPath(): unknown {
  return {
    post: {
      operationId: 'postAlert',
      tags: ['ingest'],
      summary: 'Take in an alert: JSON, a form or text; gzip, deflate and br are inflated.',
      security: [],
      parameters: ['source', 'key'].map((name) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: {} }, 'text/plain': { schema: { type: 'string' } } },
      },
      responses: {
        '202': {
          description: 'Kept: alert, incident, events and deliveries are on disk.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/IngestAnswer' } } },
        },
        default: errorAnswer('Not kept; `code` tells why.'),
      },
    },
  };
}

/** @param version Relay's own */
export function openApiDocument(routes: readonly ApiRoute[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = `${API_PREFIX}${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Relay',
      version,
      description:
        'The same calls on the local socket (every right) and over TCP (an access token with the scope).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths: { ...paths, '/in/{source}/{key}': ingestPath() },
    components: {
      schemas: ANSWERS,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: `Scopes: ${SCOPES.join(', ')}.` },
      },
    },
  };
}
