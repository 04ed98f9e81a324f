import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller, Scope } from '../../src/http/listen/rights.js';
import { API_ROUTES } from '../../src/http/routes/all.js';
import { type Running, refusalOf, startTcp } from './kit/listener.js';
import { makeDestination, makeRuntime } from './kit/runtime.js';

const added: unknown[] = [];
const runtime = makeRuntime(
  { destinations: [makeDestination('webhook/crm')] },
  {
    runtime: {
      control: {
        add: async (noun: string, spec: unknown, origin: string) => {
          added.push([noun, spec, origin]);
          return { name: 'x', secret: 's' };
        },
      } as never,
      engine: { laneState: () => undefined } as never,
    },
    store: { backlog: async () => [], listObjects: async () => [] },
  },
);
runtime.config = () => ({ server: { bodyLimitBytes: 1_000 }, objects: [] }) as never;

let closed: Running;
let opened: Running;
beforeAll(async () => {
  closed = await startTcp(runtime);
  // What a later issue provides: tokens. Here the token is the list of its scopes.
  opened = await startTcp(runtime, (request): Caller | null => {
    const token = /^Bearer scopes:(.*)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return null;
    return { actor: 'api:test', origin: 'api', scopes: new Set(token.split(',') as Scope[]) };
  });
});
afterAll(() => Promise.all([closed.close(), opened.close()]));

describe('the API over TCP', () => {
  it.each(API_ROUTES.map((route) => [route.method, route.path]))(
    'refuses a stranger: %s %s',
    async (method, path) => {
      const answer = await fetch(`${closed.at}/api/v1${path.replace(/:\w+/g, 'x')}`, { method });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await refusalOf(answer)).toEqual([401, 'auth.required']);
    },
  );

  it('refuses a token it does not know, and believes no header about who acts', async () => {
    const headers = { authorization: 'Bearer tok_1', 'x-relay-actor': 'cli:dana' };
    const answer = await fetch(`${closed.at}/api/v1/sources`, { headers });
    expect(await refusalOf(answer)).toEqual([401, 'auth.required']);
  });

  it.each([
    ['read', 'GET', '/webhooks', 200],
    ['webhooks', 'GET', '/webhooks', 200],
    ['admin', 'GET', '/webhooks', 200],
    ['ingest', 'GET', '/webhooks', 403],
    ['read', 'POST', '/webhooks', 403],
    ['incidents', 'POST', '/webhooks', 403],
    ['webhooks', 'POST', '/webhooks', 201],
    ['read', 'GET', '/sources/crm/url', 403],
    ['admin', 'GET', '/sources/crm/url', 200],
  ])('lets a token with scope %s do what it covers: %s %s → %i', async (scope, method, path, status) => {
    const body = method === 'POST' ? JSON.stringify({ name: 'x', urls: [] }) : undefined;
    const answer = await fetch(`${opened.at}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer scopes:${scope}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body } : {}),
    });
    expect(answer.status).toBe(status);
    if (status === 403) expect(await refusalOf(answer)).toEqual([403, 'auth.forbidden']);
  });

  it('marks what a token made as made over the API', () => {
    expect(added).toEqual([['webhook', { name: 'x', urls: [] }, 'api']]);
  });
});
