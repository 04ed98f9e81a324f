// Bodies in memory have a limit over all requests together. Beyond it the answer is 503 with Retry-After, at once, and when the others
// are done it is taken again.

import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { untilTrue } from '../kit/wait.js';
import { type Running, refusalOf, startTcp } from './kit/listener.js';
import { makeRuntime } from './kit/runtime.js';

const runtime = makeRuntime({ bodyLimitBytes: 100 * 1024 * 1024 });
let server: Running;
beforeAll(async () => {
  server = await startTcp(runtime);
});
afterAll(() => server.close());

/** A chunked request that has begun and says nothing of its length: it may become as large as the limit. */
function begin(): { finish(): Promise<number> } {
  const call = request(`${server.at}/in/crm/key-of-crm`, { method: 'POST', agent: false });
  const status = new Promise<number>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode as number);
    });
  });
  call.write('{"id":');
  return {
    finish() {
      call.end('1}');
      return status;
    },
  };
}

const post = (body: Buffer) => fetch(`${server.at}/in/crm/key-of-crm`, { method: 'POST', body });

describe('more than can be held in memory at once', () => {
  it('is answered 503 with how long to wait, and taken when there is room again', async () => {
    const open = begin();
    const large = Buffer.from(`{"id":"${'x'.repeat(99 * 1024 * 1024)}"}`);
    const answer = await untilTrue('there is no room', async () => {
      const refused = await post(large);
      return refused.status === 503 ? refused : undefined;
    });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusalOf(answer)).toEqual([503, 'ingest.busy']);

    const small = await post(Buffer.from('{"id":2}'));
    expect(small.status).toBe(202);
    expect(await open.finish()).toBe(202);
    expect((await post(large)).status).toBe(202);
  });
});
