import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorAnswer } from '../../src/http/wire/api-types.js';
import { type Running, refusalOf, startTcp } from './kit/listener.js';
import { makeRuntime } from './kit/runtime.js';

const runtime = makeRuntime();
let server: Running;
beforeAll(async () => {
  server = await startTcp(runtime);
});
afterAll(() => server.close());

function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.at).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('an Integration URL', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('answers %s with what to do instead', async (method) => {
    const answer = await fetch(`${server.at}/in/crm/key-of-crm`, { method });
    const { error } = (await answer.json()) as ErrorAnswer;
    expect([answer.status, answer.headers.get('allow'), error.code]).toEqual([
      405,
      'POST',
      'http.method_not_allowed',
    ]);
    expect(error.fix).toContain('curl');
    expect(JSON.stringify(error)).not.toContain('key-of-crm');
  });

  it('may end in a slash, as those of Grafana OnCall do', async () => {
    const answer = await fetch(`${server.at}/in/crm/key-of-crm/`, { method: 'POST', body: '{"title":"x"}' });
    expect(answer.status).toBe(202);
    expect((await fetch(`${server.at}/in/crm/key-of-crm/`)).status).toBe(405);
  });

  it.each([
    ['a part too many', '/in/crm/key-of-crm/more', [404, 'http.not_found']],
    ['nothing at all', '/', [404, 'http.not_found']],
    ['a URL that cannot be decoded', '/in/crm/%zz', [400, 'http.bad_request']],
    ['a key as long as a book', `/in/crm/${'x'.repeat(600)}`, [400, 'http.bad_request']],
  ])('and answers %s in the same shape', async (_what, path, refusal) => {
    expect(await refusalOf(await fetch(server.at + path, { method: 'POST', body: 'x' }))).toEqual(refusal);
  });

  it('and even what is no HTTP at all', async () => {
    const answer = await sendRaw('HELLO\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] as string).error.code).toBe('http.bad_request');
  });

  it('and too many headers', async () => {
    const answer = await sendRaw(
      `POST /in/crm/key-of-crm HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('says nothing of what it is made with', async () => {
    const answer = await fetch(`${server.at}/healthz`);
    expect([answer.headers.get('x-powered-by'), answer.headers.get('server')]).toEqual([null, null]);
  });
});
