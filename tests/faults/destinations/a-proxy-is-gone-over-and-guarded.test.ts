// Requests over an HTTP proxy: plain ones are asked of it, https goes through a tunnel; the egress rules still hold for the receiver, as
// far as its name can be resolved here, and for the proxy itself.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEgressRule } from '../../../src/core/egress.js';
import { type Receiver, startReceiver } from '../../kit/receiver.js';
import { startProxy, type TestProxy } from './proxy.js';
import { aPost, aTransport, failsToResolve, resolvesTo } from './sending.js';
import { AUTHORITY, startTlsReceiver, type TlsReceiver } from './tls-receiver.js';

describe('a proxy', () => {
  let proxy: TestProxy;
  let receiver: Receiver;
  let secure: TlsReceiver;
  let port = '';
  const tls = { ca: AUTHORITY };

  beforeAll(async () => {
    proxy = await startProxy();
    receiver = await startReceiver();
    secure = await startTlsReceiver('receiver');
    port = new URL(receiver.url).port;
  });
  afterAll(() => Promise.all([proxy, receiver, secure].map((each) => each?.close())));

  const lastAsked = () => proxy.asked.at(-1);

  it('gets plain requests whole, and tunnels https, whose certificate is still checked', async () => {
    const transport = aTransport({ resolve: resolvesTo('203.0.113.7') });
    const plain = await transport.send(aPost(`http://relay.test:${port}/a?b=1`, { proxy: proxy.url }), 5_000);
    expect(plain).toMatchObject({ status: 200, error: null });
    expect(lastAsked()?.what).toBe(`POST http://relay.test:${port}/a?b=1`);
    expect(receiver.requests.at(-1)).toMatchObject({ path: '/a?b=1', text: '{"a":1}' });
    expect(receiver.requests.at(-1)?.headers.host).toBe(`relay.test:${port}`);

    const url = `https://relay.test:${secure.port}/`;
    const tunnelled = await transport.send(aPost(url, { proxy: proxy.url, tls }), 5_000);
    expect(tunnelled).toMatchObject({ status: 200, body: 'taken' });
    expect(lastAsked()?.what).toBe(`CONNECT relay.test:${secure.port}`);
    expect((await transport.send(aPost(url, { proxy: proxy.url }), 5_000)).error?.code).toBe('tls');
    await transport.close();
  });

  it('of the config is that of every request but those that name another, or none', async () => {
    const other = await startProxy();
    const transport = aTransport({ proxy: proxy.url });
    const url = receiver.url;
    const before = proxy.asked.length;
    expect(await transport.send(aPost(url), 5_000)).toMatchObject({ status: 200 });
    expect(proxy.asked.length).toBe(before + 1);
    await transport.send(aPost(url, { proxy: null }), 5_000);
    await transport.send(aPost(url, { proxy: other.url }), 5_000);
    expect([proxy.asked.length, other.asked.length]).toEqual([before + 1, 1]);
    transport.useRule(createEgressRule({ allow: [], deny: [] }), null);
    await transport.send(aPost(url), 5_000);
    expect(proxy.asked.length).toBe(before + 1);
    await transport.close();
    await other.close();
  });

  it('is given its credentials, and the receiver is not', async () => {
    const transport = aTransport();
    const over = proxy.url.replace('//', '//relay:p%40ss@');
    await transport.send(aPost(receiver.url, { proxy: over }), 5_000);
    expect(lastAsked()?.authorization).toBe(`Basic ${Buffer.from('relay:p@ss').toString('base64')}`);
    expect(receiver.requests.at(-1)?.headers['proxy-authorization']).toBeUndefined();
    await transport.send(aPost(`https://localhost:${secure.port}/`, { proxy: over, tls }), 5_000);
    expect(lastAsked()?.authorization).toBe(`Basic ${Buffer.from('relay:p@ss').toString('base64')}`);
    await transport.close();
  });

  it('is asked for nothing that the rules refuse: an address, or a name that leads to one', async () => {
    const before = proxy.asked.length;
    const direct = aTransport();
    for (const url of ['http://169.254.169.254/', 'http://[fe80::1]/', 'https://2852039166/']) {
      expect((await direct.send(aPost(url, { proxy: proxy.url }), 5_000)).error?.code).toBe('egress');
    }
    const named = aTransport({ resolve: resolvesTo('93.184.216.34', '169.254.169.254') });
    const answer = await named.send(aPost(`http://meta.test:${port}/`, { proxy: proxy.url }), 5_000);
    expect(answer.error).toMatchObject({ code: 'egress', message: expect.stringContaining('egress: {') });
    const outside = { reach: 'public' } as const;
    const inner = aTransport({ proxy: proxy.url, resolve: resolvesTo('10.0.0.1') });
    const refused = await inner.send(aPost(`http://inner.test:${port}/`), 5_000, outside);
    expect(refused.error?.code).toBe('egress');
    expect(proxy.asked.length).toBe(before);
    await Promise.all([direct, named, inner].map((transport) => transport.close()));
  });

  it('is left to resolve the names that only it knows', async () => {
    const transport = aTransport({ resolve: failsToResolve('ENOTFOUND') });
    const answer = await transport.send(aPost(`http://inside.test:${port}/`, { proxy: proxy.url }), 5_000);
    expect(answer).toMatchObject({ status: 200 });
    await transport.close();
  });

  it('is judged itself: by its address, and by what its name leads to', async () => {
    const direct = aTransport();
    const literal = await direct.send(aPost(receiver.url, { proxy: 'http://169.254.169.254:3128' }), 5_000);
    expect(literal.error).toMatchObject({ code: 'egress', message: expect.stringContaining('proxy') });
    const named = aTransport({ resolve: resolvesTo('169.254.169.254') });
    const answer = await named.send(aPost(receiver.url, { proxy: 'http://proxy.test:3128' }), 5_000);
    expect(answer.error?.code).toBe('egress');
    // A proxy that the config names for all is the operator's; one that came with an API object is not.
    const reach = { reach: 'public' } as const;
    const own = aPost('http://93.184.216.34/', { proxy: proxy.url });
    expect((await direct.send(own, 5_000, reach)).error?.message).toContain('loopback');
    await Promise.all([direct, named].map((transport) => transport.close()));
  });

  it('of the config lends its connections to no API object that names the same one', async () => {
    const over = `http://proxy.test:${new URL(proxy.url).port}`;
    const transport = aTransport({ proxy: over, resolve: resolvesTo('127.0.0.1') });
    const url = `http://93.184.216.34:${port}/`;
    expect(await transport.send(aPost(url), 5_000, { reach: 'public' })).toMatchObject({ status: 200 });
    const before = proxy.asked.length;
    const own = await transport.send(aPost(url, { proxy: over }), 5_000, { reach: 'public' });
    expect(own.error).toMatchObject({ code: 'egress', message: expect.stringContaining('loopback') });
    expect(proxy.asked.length).toBe(before);
    await transport.close();
  });

  it('keeps apart who checks certificates and who does not', async () => {
    const transport = aTransport();
    const url = `https://localhost:${secure.port}/`;
    const unchecked = aPost(url, { proxy: proxy.url, verifyTls: false });
    expect(await transport.send(unchecked, 5_000)).toMatchObject({ status: 200 });
    expect((await transport.send(aPost(url, { proxy: proxy.url }), 5_000)).error?.code).toBe('tls');
    await transport.close();
  });

  it('that refuses or is not there fails the attempt as `proxy`, not as the receiver', async () => {
    const refusing = await startProxy({ refuseWith: 407 });
    const transport = aTransport();
    for (const url of [receiver.url, `https://localhost:${secure.port}/`]) {
      const answer = await transport.send(aPost(url, { proxy: refusing.url, tls }), 5_000);
      expect(answer.error).toMatchObject({ code: 'proxy', message: expect.stringContaining('407') });
    }
    await refusing.close();
    for (const url of [receiver.url, `https://localhost:${secure.port}/`]) {
      const over = refusing.url.replace('//', '//relay:hidden@');
      const answer = await transport.send(aPost(url, { proxy: over, tls }), 5_000);
      expect(answer.error).toMatchObject({
        code: 'proxy',
        message: expect.stringContaining(new URL(refusing.url).host),
      });
      expect(answer.error?.message).not.toContain('hidden');
    }
    await transport.close();
  });
});
