import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEgressRule } from '../../../src/core/egress.js';
import type { ResolveName } from '../../../src/delivery/egress-lookup.js';
import { type Receiver, startReceiver } from '../../kit/receiver.js';
import { aPost, aTransport, resolvesTo } from './sending.js';

describe('a name under somebody else’s control', () => {
  let receiver: Receiver;
  let port = '';
  beforeAll(async () => {
    receiver = await startReceiver();
    port = new URL(receiver.url).port;
  });
  afterAll(() => receiver.close());

  it.each([
    ['the metadata address', ['169.254.169.254']],
    ['its IPv4-mapped form', ['::ffff:169.254.169.254']],
    ['a mixed answer', ['127.0.0.1', '169.254.169.254']],
  ])('that resolves to %s is not connected to', async (_name, addresses) => {
    const transport = aTransport({ resolve: resolvesTo(...addresses) });
    const answer = await transport.send(aPost(`http://rebind.example:${port}/`), 5_000);
    expect(answer).toMatchObject({ status: null, error: { code: 'egress' } });
    expect(answer.error?.message).toContain('egress: { allow: [');
    expect(receiver.requests).toHaveLength(0);
    await transport.close();
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://2852039166/',
    'http://0xA9FEA9FE/',
    'http://0251.0376.0251.0376/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fe80::1]/',
    'http://0/',
  ])('%s, which needs no name, is refused as well', async (url) => {
    const transport = aTransport();
    expect((await transport.send(aPost(url), 1_000)).error?.code).toBe('egress');
    await transport.close();
  });

  it('is connected to at the address that was judged, and asked for once', async () => {
    let asked = 0;
    const rebinding: ResolveName = (_hostname, _options, done) => {
      asked += 1;
      const address = asked === 1 ? '127.0.0.1' : '169.254.169.254';
      setImmediate(() => done(null, [{ address, family: 4 }]));
    };
    const transport = aTransport({ resolve: rebinding });
    const answer = await transport.send(aPost(`http://rebind.example:${port}/hook`), 5_000);
    expect(answer).toMatchObject({ status: 200, error: null });
    expect(receiver.requests.at(-1)?.headers.host).toBe(`rebind.example:${port}`);
    expect(asked).toBe(1);
    await transport.close();
  });

  it('is refused when the config denies its address', async () => {
    const transport = aTransport({ resolve: resolvesTo('127.0.0.1') }, { allow: [], deny: ['127.0.0.0/8'] });
    expect((await transport.send(aPost(`http://a.example:${port}/`), 5_000)).error?.code).toBe('egress');
    await transport.close();
  });

  it('is refused to what the API made, over a connection kept for others too', async () => {
    const transport = aTransport({ resolve: resolvesTo('127.0.0.1') });
    const request = aPost(`http://inside.example:${port}/`);
    const before = receiver.requests.length;
    const refused = async (): Promise<void> => {
      const { error } = await transport.send(request, 5_000, { reach: 'public' });
      expect(error).toMatchObject({ code: 'egress', message: expect.stringContaining('127.0.0.1') });
    };
    await refused();
    expect((await transport.send(request, 5_000)).status).toBe(200);
    await refused();
    expect(receiver.requests.length - before).toBe(1);
    await transport.close();
  });

  it('and an address as well, are refused once a new rule says so, kept connections or not', async () => {
    const transport = aTransport({ resolve: resolvesTo('127.0.0.1') });
    const requests = [aPost(`http://a.example:${port}/`), aPost(`http://127.0.0.1:${port}/`)];
    for (const request of requests) expect((await transport.send(request, 5_000)).status).toBe(200);
    transport.useRule(createEgressRule({ allow: [], deny: ['127.0.0.0/8'] }));
    for (const request of requests)
      expect((await transport.send(request, 5_000)).error?.message).toContain('egress.deny');
    await transport.close();
  });
});
