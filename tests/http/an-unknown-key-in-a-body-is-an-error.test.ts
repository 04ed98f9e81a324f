import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, type Running, startSocket } from './kit/listener.js';
import { makeDestination, makeRuntime, makeSource } from './kit/runtime.js';

const runtime = makeRuntime({
  sources: [makeSource('crm')],
  destinations: [makeDestination('webhook/crm'), makeDestination('webhook/crm#2')],
});
let server: Running;
beforeAll(async () => {
  server = await startSocket(runtime);
});
afterAll(() => server.close());

const post = (path: string, body: unknown) => ask(server.at, 'POST', `/api/v1${path}`, body);

describe('a request that is not as its route says', () => {
  it.each([
    [
      'an unknown key',
      '/events',
      { type: 'a.b', chanel: 'ops' },
      'unknown key "chanel"',
      'did you mean "channel"?',
    ],
    ['a key nobody takes', '/incidents/inc_1/resolve', { why: 'x' }, 'unknown key "why"', 'it takes none'],
    ['a missing key', '/events', { channel: 'ops' }, '"type" is missing', undefined],
    ['a text for a flag', '/config/reload', { dry_run: 'yes' }, '"dry_run" must be boolean', undefined],
    ['a number for a text', '/events', { type: 7 }, '"type" must be string', undefined],
    ['a list for an object', '/events', ['x'], 'the body must be object', undefined],
    [
      'an unknown state',
      '/deliveries/redeliver',
      { status: ['faild'] },
      '"status" cannot be "faild"',
      'did you mean "failed"?',
    ],
    [
      'an unknown priority',
      '/incidents/inc_1/priority',
      { priority: 'P9' },
      '"priority" cannot be "P9"',
      'one of: P1, P2, P3, P4, P5',
    ],
  ])('%s', async (_what, path, body, message, fix) => {
    const { status, json } = await post(path, body);
    expect([400, 422]).toContain(status);
    expect([json.error.message, json.error.fix]).toEqual([message, fix]);
    expect(json.error.code).toMatch(/^(object|usage)\.invalid$/);
  });

  it.each([
    ['a source', 'GET', '/sources/crmm', 'object.not_found', 'did you mean "crm"?'],
    ['a webhook', 'GET', '/webhooks/cmr', 'object.not_found', 'did you mean "crm"?'],
    ['a URL of a webhook', 'POST', '/webhooks/crm/test', 'object.not_found', 'did you mean "webhook/crm#2"?'],
    ['a name of every object', 'GET', '/channels/constructor', 'object.not_found', 'see: relay channel list'],
    ['a route', 'GET', '/nothing', 'http.not_found', expect.stringContaining('openapi.json')],
  ])('names %s that is not there', async (_what, method, path, code, fix) => {
    const answer = await ask(
      server.at,
      method,
      `/api/v1${path}`,
      method === 'POST' ? { ref: 'webhook/crm#3' } : undefined,
    );
    expect([answer.status, answer.json.error.code, answer.json.error.fix]).toEqual([404, code, fix]);
  });

  it('a verb its URL does not take, with those it does', async () => {
    const answer = await ask(server.at, 'DELETE', '/api/v1/sources');
    expect([answer.status, answer.headers.allow, answer.json.error.code]).toEqual([
      405,
      'GET, POST',
      'http.method_not_allowed',
    ]);
  });

  it.each([
    ['broken JSON', '{"type":', 'application/json', 400, 'http.bad_request'],
    ['a key that would change every object', '{"__proto__":{}}', 'application/json', 400, 'http.bad_request'],
    ['another type', 'type: a.b', 'application/yaml', 415, 'ingest.unsupported_type'],
    ['no body at all', '', 'application/json', 422, 'object.invalid'],
    ['too much', JSON.stringify('x'.repeat(3 * 1024 * 1024)), 'application/json', 413, 'ingest.too_large'],
  ])('%s', async (_what, body, type, status, code) => {
    const answer = await ask(server.at, 'POST', '/api/v1/events', Buffer.from(body), {
      'content-type': type,
    });
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });
});
