import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Running, startTcp } from './kit/listener.js';
import { makeRuntime } from './kit/runtime.js';

const FIFTY_MB = 50 * 1024 * 1024;
const runtime = makeRuntime({ bodyLimitBytes: 100_000 });
let server: Running;
beforeAll(async () => {
  server = await startTcp(runtime);
});
afterAll(() => server.close());

interface Refused {
  status: number;
  code: string;
  sentBytes: number;
}

/** Sends 64 KiB pieces until answered or `total` is sent. */
function sendMuch(headers: Record<string, string | number>, total: number): Promise<Refused> {
  return new Promise((resolve, reject) => {
    const call = request(`${server.at}/in/crm/key-of-crm`, { method: 'POST', headers, agent: false });
    const piece = Buffer.alloc(65_536, 'x');
    let sentBytes = 0;
    let answered = false;
    call.on('response', (response) => {
      answered = true;
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode as number, code: JSON.parse(text).error.code, sentBytes });
        call.destroy();
      });
    });
    call.on('error', (error) => (answered ? undefined : reject(error)));
    const push = (): void => {
      if (answered || sentBytes >= total) return;
      sentBytes += piece.length;
      call.write(piece, () => setImmediate(push));
    };
    push();
  });
}

describe('a body over the limit', () => {
  it('is refused by its Content-Length before it is there', async () => {
    const refused = await sendMuch({ 'content-length': FIFTY_MB }, 65_536);
    expect(refused).toEqual({ status: 413, code: 'ingest.too_large', sentBytes: 65_536 });
  });

  it('is refused as soon as the limit is passed when it is chunked', async () => {
    const refused = await sendMuch({ 'transfer-encoding': 'chunked' }, FIFTY_MB);
    expect([refused.status, refused.code]).toEqual([413, 'ingest.too_large']);
    expect(refused.sentBytes).toBeLessThan(FIFTY_MB);
  });

  it('is refused without a byte of it when the sender asks first', async () => {
    const answer = await new Promise<{ status: number; continued: boolean }>((resolve, reject) => {
      let continued = false;
      const headers = { expect: '100-continue', 'content-length': FIFTY_MB };
      const call = request(`${server.at}/in/crm/key-of-crm`, { method: 'POST', headers, agent: false });
      call.on('continue', () => (continued = true));
      call.on('response', (response) => {
        resolve({ status: response.statusCode as number, continued });
        call.destroy();
      });
      call.on('error', reject);
      call.flushHeaders();
    });
    expect(answer).toEqual({ status: 413, continued: false });
  });

  it('counts inflated: a gzip bomb is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(FIFTY_MB, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const answer = await fetch(`${server.at}/in/crm/key-of-crm`, { method: 'POST', body: bomb, headers });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({
      error: {
        code: 'ingest.too_large',
        message: expect.stringMatching(/^the inflated body is over the limit/),
      },
    });
  });

  it('is kept as a reject of its source, and nothing was taken in', () => {
    expect(runtime.rejects.map((reject) => [reject.source, reject.code])).toEqual(
      Array(4).fill(['crm', 'ingest.too_large']),
    );
    expect(runtime.ingested).toEqual([]);
  });

  it('exactly at the limit is taken', async () => {
    const answer = await fetch(`${server.at}/in/crm/key-of-crm`, {
      method: 'POST',
      body: 'x'.repeat(100_000),
    });
    expect(answer.status).toBe(202);
    expect(runtime.ingested[0]?.request.text.length).toBe(100_000);
  });
});
