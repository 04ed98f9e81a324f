import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RelayError } from '../../src/core/errors.js';
import type { ErrorAnswer } from '../../src/http/wire/api-types.js';
import { type Running, refusalOf, startTcp } from './kit/listener.js';
import { makeRuntime, storeFull, type TestRuntime } from './kit/runtime.js';

let runtime: TestRuntime;
let server: Running;
beforeEach(async () => {
  runtime = makeRuntime();
  server = await startTcp(runtime);
});
afterEach(() => server.close());

const post = () => fetch(`${server.at}/in/crm/key-of-crm`, { method: 'POST', body: '{}' });

describe('what cannot be kept', () => {
  it('is answered 503 with how long to wait, when the disk is full', async () => {
    runtime.failure = storeFull();
    const answer = await post();
    expect(answer.headers.get('retry-after')).toBe('30');
    expect(await refusalOf(answer)).toEqual([503, 'store.full']);
  });

  it('is answered 503 with a default wait, when the store does not say', async () => {
    runtime.failure = new RelayError('store.unavailable', 'the database is locked');
    const answer = await post();
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await refusalOf(answer)).toEqual([503, 'store.unavailable']);
  });

  it('is a line in the log, with a stack only of what lies behind it', async () => {
    const stacks = () => runtime.logged.filter((line) => line.includes('    at ')).length;
    runtime.failure = new RelayError('ingest.cannot_verify', 'the signature cannot be checked', {
      why: 'the certificate cannot be fetched',
      cause: new Error('connect ECONNREFUSED'),
    });
    expect(await refusalOf(await post())).toEqual([503, 'ingest.cannot_verify']);
    expect(runtime.logged.join('')).toContain('the certificate cannot be fetched');
    runtime.failure = new RelayError('store.unavailable', 'the database is locked');
    await post();
    expect(stacks()).toBe(0);
    runtime.failure = new RelayError('store.unavailable', 'x', { cause: new Error('SQLITE_BUSY') });
    await post();
    expect(stacks()).toBe(1);
  });

  it('is answered 503 while the daemon stops, and nothing is taken in', async () => {
    runtime.isDraining = true;
    const answer = await post();
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await refusalOf(answer)).toEqual([503, 'daemon.draining']);
    expect(runtime.ingested).toEqual([]);
  });

  it('by a defect is answered 500 without a word of the inside, which is in the log', async () => {
    runtime.failure = new Error('password=hunter2 is wrong');
    const answer = await post();
    const body = (await answer.json()) as ErrorAnswer;
    expect([answer.status, body.error.code]).toEqual([500, 'internal.bug']);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(runtime.logged.join('')).toContain('what-cannot-be-kept-is-answered-503.test');
  });

  it('with a reason from the sources keeps their code and status', async () => {
    runtime.failure = new RelayError('ingest.invalid_payload', 'no alert in it');
    expect(await refusalOf(await post())).toEqual([422, 'ingest.invalid_payload']);
  });
});
