// `/in/<source>/<key>/heartbeat`, and the URL itself of sources made to be pinged: the key is checked, the beat is heard, no alert comes of it.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Running, refusalOf, startTcp } from './kit/listener.js';
import { makeRuntime, makeSource, type TestRuntime } from './kit/runtime.js';

let runtime: TestRuntime;
let server: Running;
beforeEach(async () => {
  runtime = makeRuntime({
    sources: [
      makeSource('crm', { heartbeatMs: 600_000 }),
      makeSource('backup', { pings: true, heartbeatMs: 600_000 }),
      makeSource('plain'),
      makeSource('resting', { paused: true, pings: true, heartbeatMs: 600_000 }),
    ],
  });
  server = await startTcp(runtime);
});
afterEach(() => server.close());

const call = (path: string, init?: RequestInit) => fetch(server.at + path, init);
const HEARD = { heard: true };

describe('the heartbeat URL', () => {
  it.each([
    ['GET', {}],
    ['POST', {}],
    ['POST', { body: 'a body of no type at all' }],
    ['POST', { body: '{"half":', headers: { 'content-type': 'application/json' } }],
    ['POST', { body: '<a/>', headers: { 'content-type': 'application/xml' } }],
  ])('hears %s %j', async (method, init) => {
    const answer = await call('/in/crm/key-of-crm/heartbeat', { method, ...init });
    expect([answer.status, await answer.json()]).toEqual([200, HEARD]);
    expect(runtime.heard).toEqual(['crm']);
    expect(runtime.ingested).toEqual([]);
  });

  it('hears HEAD', async () => {
    expect((await call('/in/crm/key-of-crm/heartbeat', { method: 'HEAD' })).status).toBe(200);
    expect(runtime.heard).toEqual(['crm']);
  });

  it('hears it with a slash at its end', async () => {
    expect((await call('/in/crm/key-of-crm/heartbeat/', { method: 'POST' })).status).toBe(200);
    expect(runtime.heard).toEqual(['crm']);
  });

  it('says when nobody listens for a source’s silence', async () => {
    const answer = await call('/in/plain/key-of-plain/heartbeat');
    expect(await answer.json()).toEqual({ heard: true, note: expect.stringContaining('has no heartbeat') });
  });

  it.each([
    ['a wrong key', '/in/crm/wrong/heartbeat', [403, 'ingest.wrong_key']],
    ['an unknown source', '/in/nobody/key-of-crm/heartbeat', [404, 'ingest.unknown_source']],
    ['a paused source', '/in/resting/key-of-resting/heartbeat', [409, 'ingest.source_paused']],
  ])('refuses %s', async (_, path, refusal) => {
    expect(await refusalOf(await call(path))).toEqual(refusal);
    expect(runtime.heard).toEqual([]);
  });

  it('refuses while the daemon stops', async () => {
    runtime.isDraining = true;
    expect(await refusalOf(await call('/in/crm/key-of-crm/heartbeat'))).toEqual([503, 'daemon.draining']);
    expect(runtime.heard).toEqual([]);
  });

  it('refuses PUT', async () => {
    expect((await call('/in/crm/key-of-crm/heartbeat', { method: 'PUT' })).status).toBe(404);
  });
});

describe('the Integration URL of a source made to be pinged', () => {
  it.each([
    ['GET', undefined],
    ['POST', undefined],
    ['POST', ' \n'],
  ])('hears %s with body %j', async (method, body) => {
    const answer = await call('/in/backup/key-of-backup', { method, ...(body ? { body } : {}) });
    expect([answer.status, await answer.json()]).toEqual([200, HEARD]);
    expect(runtime.heard).toEqual(['backup']);
    expect(runtime.ingested).toEqual([]);
  });

  it('takes a body with something in it as an alert', async () => {
    const answer = await call('/in/backup/key-of-backup', { method: 'POST', body: 'state=fail' });
    expect(answer.status).toBe(202);
    expect(runtime.ingested).toHaveLength(1);
  });

  it('takes its key in the usual places, and refuses a wrong one', async () => {
    expect((await call('/in/backup?key=key-of-backup')).status).toBe(200);
    expect(await refusalOf(await call('/in/backup/wrong'))).toEqual([403, 'ingest.wrong_key']);
    expect(await refusalOf(await call('/in/backup'))).toEqual([401, 'ingest.unauthorized']);
    expect(await refusalOf(await call('/in/resting/key-of-resting', { method: 'POST' }))).toEqual([
      409,
      'ingest.source_paused',
    ]);
    expect(runtime.heard).toEqual(['backup']);
  });

  it('is no more for others: a GET of an ordinary source is refused, an empty body goes the way of alerts', async () => {
    expect(await refusalOf(await call('/in/crm/key-of-crm'))).toEqual([405, 'http.method_not_allowed']);
    await call('/in/crm/key-of-crm', { method: 'POST' });
    expect(runtime.ingested).toHaveLength(1);
    expect(runtime.heard).toEqual([]);
  });
});
