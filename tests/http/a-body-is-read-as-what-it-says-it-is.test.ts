import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Running, refusalOf, startTcp } from './kit/listener.js';
import { makeRuntime } from './kit/runtime.js';

const runtime = makeRuntime();
let server: Running;
beforeAll(async () => {
  server = await startTcp(runtime);
});
afterAll(() => server.close());
beforeEach(() => {
  runtime.ingested.length = 0;
  runtime.rejects.length = 0;
});

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${server.at}/in/crm/key-of-crm`, { method: 'POST', body, headers });
const bytes = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const TEXT = '{"title":"Überlast"}';

describe('a body is read', () => {
  it.each([
    ['application/json', 'application/json'],
    ['Application/JSON; charset=UTF-8', 'application/json'],
    ['application/vnd.monitor+json', 'application/vnd.monitor+json'],
    ['text/plain', 'text/plain'],
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded'],
    ['not a media type', 'not a media type'],
  ])('as text with its type: %s', async (header, contentType) => {
    expect((await post(TEXT, { 'content-type': header })).status).toBe(202);
    expect(runtime.ingested).toMatchObject([
      {
        source: 'crm',
        request: { text: TEXT, contentType, idempotencyKey: null, headers: { 'content-type': header } },
      },
    ]);
  });

  it('without any type', async () => {
    const answer = await post(bytes(Buffer.from(TEXT)));
    expect(answer.status).toBe(202);
    expect(runtime.ingested[0]?.request).toMatchObject({ text: TEXT, contentType: '' });
  });

  it.each([
    ['gzip', gzipSync(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['identity', Buffer.from(TEXT)],
  ])('inflated from %s', async (encoding, body) => {
    expect((await post(bytes(body), { 'content-encoding': encoding })).status).toBe(202);
    expect(runtime.ingested[0]?.request.text).toBe(TEXT);
  });

  it('without its byte order mark, and in the charset it names', async () => {
    await post(bytes(Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(TEXT)));
    await post(bytes(Buffer.from(TEXT, 'latin1')), { 'content-type': 'text/plain; charset=iso-8859-1' });
    expect(runtime.ingested.map(({ request }) => request.text)).toEqual([TEXT, TEXT]);
  });

  it.each([
    ['idempotency-key', 'abc-1'],
    ['webhook-id', 'msg_1'],
  ])('with the id the sender gave it in %s', async (header, id) => {
    await post(TEXT, { [header]: id });
    expect(runtime.ingested[0]?.request.idempotencyKey).toBe(id);
  });
});

describe('a body is refused, kept as a reject of its source, and not taken in', () => {
  it.each([
    ['multipart', 'multipart/form-data; boundary=x', '', Buffer.from('x'), 415, 'ingest.unsupported_type'],
    ['a picture', 'image/png', '', Buffer.from('x'), 415, 'ingest.unsupported_type'],
    ['bytes', 'application/octet-stream', '', Buffer.from('x'), 415, 'ingest.unsupported_type'],
    ['an unknown encoding', 'text/plain', 'zstd2', Buffer.from('x'), 415, 'ingest.unsupported_type'],
    ['a broken gzip', 'text/plain', 'gzip', Buffer.from('not gzip'), 400, 'ingest.unreadable'],
    ['a cut off gzip', 'text/plain', 'gzip', gzipSync(TEXT).subarray(0, 20), 400, 'ingest.unreadable'],
    ['what is not UTF-8', 'application/json', '', Buffer.from([0x22, 0xff, 0x22]), 400, 'ingest.unreadable'],
    ['an unknown charset', 'text/plain; charset=klingon', '', Buffer.from('x'), 400, 'ingest.unreadable'],
  ])('%s', async (_what, type, encoding, body, status, code) => {
    const headers = { 'content-type': type, ...(encoding ? { 'content-encoding': encoding } : {}) };
    expect(await refusalOf(await post(bytes(body), headers))).toEqual([status, code]);
    expect(runtime.rejects.map((reject) => [reject.source, reject.code])).toEqual([['crm', code]]);
    expect(runtime.ingested).toEqual([]);
  });

  it('an idempotency key that is too long is no fault of the payload', async () => {
    expect(await refusalOf(await post(TEXT, { 'idempotency-key': 'x'.repeat(256) }))).toEqual([
      400,
      'usage.invalid',
    ]);
    expect(runtime.ingested).toEqual([]);
  });
});
