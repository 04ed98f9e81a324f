import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Running, startTcp } from './kit/listener.js';
import { makeRuntime, makeSource } from './kit/runtime.js';

const runtime = makeRuntime({ sources: [makeSource('crm'), makeSource('datadog-prod')] });
let server: Running;
beforeAll(async () => {
  server = await startTcp(runtime);
});
afterAll(() => server.close());

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

async function post(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(server.at + path, { method: 'POST', body: '{"a":1}', headers });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as { error: { code: string } },
  };
}

describe('a source takes its key', () => {
  it.each([
    ['in the path', '/in/crm/key-of-crm', {}],
    ['in the query', '/in/crm?key=key-of-crm', {}],
    ['as the password of Basic', '/in/crm', { authorization: basic('anyone:key-of-crm') }],
    ['as a bearer token', '/in/crm', { authorization: 'Bearer key-of-crm' }],
    ['beside parameters it does not know', '/in/crm/key-of-crm?utm=1&x=2', {}],
  ])('%s', async (_where, path, headers) => {
    const { status, body } = await post(path, headers);
    expect(status).toBe(202);
    expect(body).toEqual({
      alerts: [{ id: 'alt_00000000001', incident: 'inc_00000000001', duplicate: false, result: 'opened' }],
    });
  });

  it.each([
    ['no key', '/in/crm', {}, 401, 'ingest.unauthorized'],
    ['an unknown token', '/in/crm', { authorization: 'Bearer tok_123' }, 401, 'ingest.unauthorized'],
    ['a wrong key', '/in/crm/nope', {}, 403, 'ingest.wrong_key'],
    ["another source's key", '/in/crm/key-of-datadog-prod', {}, 403, 'ingest.wrong_key'],
    ['a wrong password', '/in/crm', { authorization: basic('crm:nope') }, 403, 'ingest.wrong_key'],
    ['an unknown source', '/in/crmm/key-of-crm', {}, 404, 'ingest.unknown_source'],
    ['a name of every object', '/in/constructor/x', {}, 404, 'ingest.unknown_source'],
  ])('and refuses %s', async (_what, path, headers, status, code) => {
    const before = runtime.ingested.length;
    const answer = await post(path, headers as Record<string, string>);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.headers.has('www-authenticate')).toBe(status === 401);
    expect(runtime.ingested.length).toBe(before);
  });

  it('and tells strangers neither the names of other sources nor the key', async () => {
    const unknown = await post('/in/crmm/x');
    expect(JSON.stringify(unknown.body)).not.toContain('"crm"');
    const wrong = await post('/in/crm/nope');
    expect(JSON.stringify(wrong.body)).not.toContain('key-of-crm');
    expect(runtime.logged.join('')).not.toContain('key-of-');
  });
});
