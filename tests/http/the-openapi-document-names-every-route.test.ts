import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { API_ROUTES } from '../../src/http/routes/all.js';
import { SCOPES } from '../../src/model/access-token.js';
import { type Running, startTcp } from './kit/listener.js';
import { makeRuntime } from './kit/runtime.js';

interface Operation {
  operationId: string;
  summary: string;
  security: Record<string, string[]>[];
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

let server: Running;
let document: Document;
beforeAll(async () => {
  server = await startTcp(makeRuntime());
  document = (await (await fetch(`${server.at}/api/v1/openapi.json`)).json()) as Document;
});
afterAll(() => server.close());

const operations = () => Object.values(document.paths).flatMap((path) => Object.values(path));

describe('the OpenAPI document', () => {
  it('is of version 3.1 and about this version of Relay, for anyone to read', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Relay', version: '0.0.0-test' });
  });

  it('has every route, with its scope, its path parameters, and nothing else', () => {
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => [method, path, security[0]?.token?.[0]]),
    );
    const routes = API_ROUTES.map((route) => [
      route.method.toLowerCase(),
      `/api/v1${route.path.replace(/:(\w+)/g, '{$1}')}`,
      route.scope,
    ]);
    expect(listed.sort()).toEqual([...routes, ['post', '/in/{source}/{key}', undefined]].sort());
    for (const [path, methods] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(methods)) {
        const named = operation.parameters.filter((parameter) => parameter.in === 'path');
        expect(named.map((parameter) => [parameter.name, parameter.required])).toEqual(
          inPath.map((name) => [name, true]),
        );
      }
    }
  });

  it('gives each operation an id of its own, a summary, an answer and a scope that exists', () => {
    const ids = operations().map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { summary, responses } of operations()) {
      expect(summary).toMatch(/\S/);
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
      expect(responses.default?.content['application/json']?.schema).toEqual({
        $ref: '#/components/schemas/Error',
      });
    }
    for (const route of API_ROUTES) expect(SCOPES).toContain(route.scope);
  });

  it('holds only schemas that a validator takes, with no reference to nowhere', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'relay', components: document.components });
    const atRoot = (schema: object) =>
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"relay#/components/')) as object;
    const schemas = operations().flatMap((operation) => [
      ...operation.parameters.map((parameter) => parameter.schema),
      ...Object.values(operation.requestBody?.content ?? {}).map((content) => content.schema),
      ...Object.values(operation.responses).flatMap((answer) =>
        Object.values(answer.content).map((content) => content.schema),
      ),
    ]);
    expect(schemas.length).toBeGreaterThan(API_ROUTES.length);
    for (const schema of [...schemas, ...Object.values(document.components.schemas)]) {
      expect(() => ajv.compile(atRoot(schema))).not.toThrow();
    }
  });
});
