// Who may do what over TCP (S1: only those with the scope manage webhooks), and that a token that is no longer good opens nothing.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { API_ROUTES } from '../../src/http/routes/all.js';
import { allows, SCOPES, type Scope } from '../../src/model/access-token.js';
import { type Running, refusalOf, startTcp } from './kit/listener.js';
import { makeDestination, makeRuntime, NOW, type TestRuntime } from './kit/runtime.js';

let added: unknown[];
let now: number;
let runtime: TestRuntime;
let tcp: Running;

beforeEach(async () => {
  added = [];
  now = NOW;
  runtime = makeRuntime(
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
        clock: { now: () => now },
      },
      store: { backlog: async () => [], listObjects: async () => [] },
    },
  );
  runtime.config = () => ({ server: { bodyLimitBytes: 1_000 }, objects: [] }) as never;
  tcp = await startTcp(runtime);
});
afterEach(() => tcp.close());

async function tokenWith(...scopes: Scope[]): Promise<string> {
  return (await runtime.tokens.create(`with-${scopes.join('-')}`, scopes, null, 'cli:dana')).secret;
}

function call(method: string, path: string, token: string, body?: unknown): Promise<Response> {
  return fetch(`${tcp.at}/api/v1${path.replace(/:\w+/g, 'x')}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('the API over TCP', () => {
  it('refuses a stranger at every route', async () => {
    for (const { method, path } of API_ROUTES) {
      const answer = await fetch(`${tcp.at}/api/v1${path.replace(/:\w+/g, 'x')}`, { method });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="relay"');
      expect([method, path, ...(await refusalOf(answer))]).toEqual([method, path, 401, 'auth.required']);
    }
  });

  it.each(SCOPES)('refuses a token with scope %s at every route that needs another', async (scope) => {
    const token = await tokenWith(scope);
    const closed = API_ROUTES.filter((route) => !allows(new Set([scope]), route.scope));
    expect(closed.length > 0).toBe(scope !== 'admin');
    for (const { method, path } of closed) {
      const answer = await call(method, path, token);
      expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
      expect([method, path, ...(await refusalOf(answer))]).toEqual([method, path, 403, 'auth.forbidden']);
    }
  });

  it.each([
    ['read', 'GET', '/webhooks', 200],
    ['webhooks', 'GET', '/webhooks', 200],
    ['incidents', 'GET', '/webhooks', 200],
    ['admin', 'GET', '/webhooks', 200],
    ['ingest', 'GET', '/webhooks', 403],
    ['read', 'POST', '/webhooks', 403],
    ['incidents', 'POST', '/webhooks', 403],
    ['webhooks', 'POST', '/webhooks', 201],
    ['webhooks', 'POST', '/channels', 403],
    ['webhooks', 'POST', '/tokens', 403],
    ['read', 'GET', '/sources/crm/url', 403],
    ['admin', 'GET', '/sources/crm/url', 200],
  ] as const)(
    'lets a token with scope %s do what it covers: %s %s → %i',
    async (scope, method, path, status) => {
      const body = method === 'POST' ? { name: 'x', urls: [] } : undefined;
      const answer = await call(method, path, await tokenWith(scope), body);
      expect(answer.status).toBe(status);
    },
  );

  it('marks what a token made as made over the API', async () => {
    await call('POST', '/webhooks', await tokenWith('webhooks'), { name: 'x', urls: [] });
    expect(added).toEqual([['webhook', { name: 'x', urls: [] }, 'api']]);
  });

  it('refuses a token it does not know, and believes no header about who acts', async () => {
    const headers = { authorization: 'Bearer rly_made-up', 'x-relay-actor': 'cli:dana' };
    const answer = await fetch(`${tcp.at}/api/v1/sources`, { headers });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="relay", error="invalid_token"');
    expect(await refusalOf(answer)).toEqual([401, 'auth.invalid_token']);
  });

  it.each(['Basic cmVsYXk6cmVsYXk=', 'Bearer', 'Bearer a b', 'rly_without-a-scheme'])(
    'refuses what is no bearer token: %s',
    async (authorization) => {
      const answer = await fetch(`${tcp.at}/api/v1/sources`, { headers: { authorization } });
      expect(await refusalOf(answer)).toEqual([401, 'auth.invalid_token']);
    },
  );

  it('takes the scheme in any case, and no token from the URL (RFC 6750 2.1, 5.3)', async () => {
    const token = await tokenWith('read');
    const lower = await fetch(`${tcp.at}/api/v1/webhooks`, { headers: { authorization: `bearer ${token}` } });
    expect(lower.status).toBe(200);
    const query = await fetch(`${tcp.at}/api/v1/webhooks?access_token=${token}`);
    expect(query.status).toBe(401);
  });

  it('refuses a token from the instant it ends', async () => {
    const { secret } = await runtime.tokens.create('short', ['read'], 60_000, 'cli:dana');
    now += 59_999;
    expect((await call('GET', '/webhooks', secret)).status).toBe(200);
    now += 1;
    const answer = await call('GET', '/webhooks', secret);
    const { error } = (await answer.json()) as { error: { code: string; why: string } };
    expect([answer.status, error.code]).toEqual([401, 'auth.invalid_token']);
    expect(error.why).toContain(new Date(NOW + 60_000).toISOString());
  });

  it('refuses a revoked token from the next request on, and ends its live tail', async () => {
    const gone = await tokenWith('read');
    const stays = await runtime.tokens.create('stays', ['read'], null, 'cli:dana');
    const [tail, other] = [await call('GET', '/tail', gone), await call('GET', '/tail', stays.secret)];
    const ended = tail.text();
    await runtime.tokens.revoke('with-read');
    expect(await refusalOf(await call('GET', '/webhooks', gone))).toEqual([401, 'auth.invalid_token']);
    expect(JSON.parse(await ended)).toEqual({ kind: 'end', text: 'the access token was revoked' });
    expect(runtime.tails.size).toBe(1);
    await other.body?.cancel();
  });

  it('ends the live tail of a token that ends', async () => {
    const { secret } = await runtime.tokens.create('short', ['read'], 1_000, 'cli:dana');
    const tail = await call('GET', '/tail', secret);
    now += 1_000;
    expect(JSON.parse(await tail.text())).toEqual({ kind: 'end', text: 'the access token has ended' });
  });

  it('writes no file for a token, whatever its scope', async () => {
    const answer = await call('POST', '/db/backup', await tokenWith('admin'), {
      path: '/tmp/never-written.db',
    });
    expect(await refusalOf(answer)).toEqual([403, 'auth.forbidden']);
  });
});

describe('a source', () => {
  const post = (token: string): Promise<Response> =>
    fetch(`${tcp.at}/in/crm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });

  it.each([
    ['ingest', 202],
    ['admin', 202],
    ['read', 403],
    ['webhooks', 403],
  ] as const)('takes alerts by a token with scope ingest: %s → %i', async (scope, status) => {
    expect((await post(await tokenWith(scope))).status).toBe(status);
    expect(runtime.ingested).toHaveLength(status === 202 ? 1 : 0);
  });

  it('refuses a token that is not known, and one that was revoked', async () => {
    expect(await refusalOf(await post('rly_made-up'))).toEqual([401, 'auth.invalid_token']);
    const token = await tokenWith('ingest');
    await runtime.tokens.revoke('with-ingest');
    expect(await refusalOf(await post(token))).toEqual([401, 'auth.invalid_token']);
  });
});
