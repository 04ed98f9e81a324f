// The timings of an attempt: of the stages that happened for it, as far as they came, and of no other attempt's connection.

import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TransportAnswer } from '../../../src/delivery/exchange.js';
import type { Transport } from '../../../src/delivery/transport.js';
import type { HttpRequest } from '../../../src/destinations/driver.js';
import type { AttemptTimings } from '../../../src/model/delivery.js';
import { type HeldTls, Holds, resolvesLate, startHeldTls } from './held.js';
import { startProxy, type TestProxy } from './proxy.js';
import { aPost, aTransport, failsToResolve, resolvesTo } from './sending.js';
import { AUTHORITY, startTlsReceiver, type TlsReceiver } from './tls-receiver.js';

const tls = { ca: AUTHORITY };
const NOTHING = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null };
const SOME = expect.any(Number);

describe('the timings of an attempt', () => {
  /** Answers after a while; `cut` in the body cuts the connection, `hang` gets no answer. */
  let server: Server;
  let connections = 0;
  let port = 0;
  let secure: TlsReceiver;
  const answering = new Holds();
  const transports: Transport[] = [];

  const transport = (...options: Parameters<typeof aTransport>): Transport => {
    const made = aTransport(...options);
    transports.push(made);
    return made;
  };
  async function answer(body: string, response: ServerResponse): Promise<void> {
    if (body === 'hang') return;
    if (body === 'cut') response.socket?.destroy();
    else {
      await answering.wait();
      response.end('ok');
    }
  }
  /** Sends, and checks what holds of all timings: the stages do not overlap, and are within the whole. */
  async function send(
    through: Transport,
    url: string,
    change: Partial<HttpRequest> = {},
    timeoutMs = 5_000,
  ): Promise<TransportAnswer & { timings: AttemptTimings }> {
    const begun = performance.now();
    const got = await through.send(aPost(url, change), timeoutMs);
    const { timings } = got;
    if (timings === null) throw new Error(`no timings: ${got.error?.message}`);
    const { dnsMs, connectMs, tlsMs, firstByteMs } = timings;
    const sum = (dnsMs ?? 0) + (connectMs ?? 0) + (tlsMs ?? 0) + (firstByteMs ?? 0);
    expect(sum).toBeLessThanOrEqual(performance.now() - begun);
    if (timings.connectionReused) expect([dnsMs, connectMs, tlsMs]).toEqual([null, null, null]);
    return { ...got, timings };
  }

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      await answer(body, response);
    });
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    secure = await startTlsReceiver('receiver');
  });
  afterAll(async () => {
    await Promise.all(transports.map((one) => one.close()));
    await secure.close();
    await new Promise((resolve) => server.close(resolve));
  });

  describe('over a connection of its own', () => {
    it('are name, connection and first byte, each with what was waited for in it', async () => {
      const names = new Holds();
      const { timings } = await send(
        transport({ resolve: resolvesLate(names) }),
        `http://relay.test:${port}/`,
      );
      expect(timings).toEqual({
        connectionReused: false,
        dnsMs: SOME,
        connectMs: SOME,
        tlsMs: null,
        firstByteMs: SOME,
      });
      expect(timings.dnsMs).toBeGreaterThanOrEqual(names.last);
      expect(timings.firstByteMs).toBeGreaterThanOrEqual(answering.last);
    });

    it('are without a name where there was none to look up', async () => {
      const { timings } = await send(transport(), `http://127.0.0.1:${port}/`);
      expect(timings).toMatchObject({ connectionReused: false, dnsMs: null, connectMs: SOME });
    });

    it('are with the handshake over TLS', async () => {
      const held = await startHeldTls(() => 30);
      const through = transport({ resolve: resolvesTo('127.0.0.1') });
      const { timings } = await send(through, `https://relay.test:${held.port}/`, { tls, body: 'one' });
      expect(timings).toMatchObject({ dnsMs: SOME, connectMs: SOME, firstByteMs: SOME });
      expect(timings.tlsMs).toBeGreaterThanOrEqual(held.handshakes.get('one') as number);
      await held.close();
    });
  });

  describe('over a connection that stood already', () => {
    it('are the first byte alone: each connection is told of once', async () => {
      const through = transport({ resolve: resolvesTo('127.0.0.1') });
      const before = connections;
      const all: AttemptTimings[] = [];
      for (let i = 0; i < 6; i++) {
        const { timings } = await send(through, `http://relay.test:${port}/`);
        expect(timings.firstByteMs).toBeGreaterThanOrEqual(answering.last);
        all.push(timings);
      }
      const made = all.filter(({ connectionReused }) => !connectionReused);
      expect(made).toHaveLength(connections - before);
      expect(made.length).toBeLessThanOrEqual(2);
      for (const timings of made) expect(timings).toMatchObject({ dnsMs: SOME, connectMs: SOME });
    });

    it('say so as well when it broke', async () => {
      const through = transport();
      const url = `http://127.0.0.1:${port}/`;
      for (let i = 0; i < 3; i++) await send(through, url);
      const broken = await send(through, url, { body: 'cut' });
      expect(broken.error?.code).toBe('reset');
      expect(broken.timings).toEqual({ ...NOTHING, connectionReused: true });
      expect((await send(through, url)).timings.firstByteMs).toEqual(SOME);
    });
  });

  describe('that ended half way', () => {
    const made = { ...NOTHING, connectionReused: false };

    it('are none when nothing was sent', async () => {
      const refused = await transport().send(aPost('http://169.254.169.254/'), 5_000);
      expect(refused).toMatchObject({ error: { code: 'egress' }, timings: null });
      expect((await transport().send(aPost('nothing'), 5_000)).timings).toBeNull();
    });

    it('have no stage when the name was not found, and the name when it led where it must not', async () => {
      const lost = await send(transport({ resolve: failsToResolve('ENOTFOUND') }), 'http://nowhere.invalid/');
      expect([lost.error?.code, lost.timings]).toEqual(['dns', made]);
      const names = new Holds();
      const led = await send(transport({ resolve: resolvesLate(names, '169.254.1.1') }), 'http://meta.test/');
      expect([led.error?.code, led.timings]).toEqual(['egress', { ...made, dnsMs: SOME }]);
      expect(led.timings.dnsMs).toBeGreaterThanOrEqual(names.last);
    });

    it('have the name when nobody listens', async () => {
      const closed = createTcpServer();
      await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
      const { port: nobody } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      const through = transport({ resolve: resolvesTo('127.0.0.1') });
      const refused = await send(through, `http://relay.test:${nobody}/`);
      expect([refused.error?.code, refused.timings]).toEqual(['refused', { ...made, dnsMs: SOME }]);
    });

    it('have name and connection when TLS fails, or does not come to an end in time', async () => {
      const through = transport({ resolve: resolvesTo('127.0.0.1') });
      const doubted = await send(through, `https://relay.test:${secure.port}/`);
      expect([doubted.error?.code, doubted.timings]).toEqual([
        'tls',
        { ...made, dnsMs: SOME, connectMs: SOME },
      ]);
      const silent = createTcpServer((socket) => socket.resume().on('error', () => undefined));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const url = `https://relay.test:${(silent.address() as AddressInfo).port}/`;
      const late = await send(through, url, {}, 300);
      expect([late.error?.code, late.timings]).toEqual([
        'timeout',
        { ...made, dnsMs: SOME, connectMs: SOME },
      ]);
      await new Promise((resolve) => silent.close(resolve));
    });

    it('have all but the first byte when no answer came', async () => {
      const through = transport();
      const hung = await send(through, `http://127.0.0.1:${port}/`, { body: 'hang' }, 300);
      expect([hung.error?.code, hung.timings]).toEqual(['timeout', { ...made, connectMs: SOME }]);
      const cut = await send(through, `http://127.0.0.1:${port}/`, { body: 'cut' });
      expect([cut.error?.code, cut.timings]).toEqual(['reset', { ...made, connectMs: SOME }]);
    });

    it('do not reach the next attempt', async () => {
      const held = await startHeldTls((connection) => (connection === 0 ? 400 : 0));
      const through = transport();
      const url = `https://localhost:${held.port}/`;
      const late = await send(through, url, { tls, body: 'late' }, 200);
      expect(late).toMatchObject({ error: { code: 'timeout' }, timings: { tlsMs: null } });
      for (const body of ['two', 'three']) {
        const { timings } = await send(through, url, { tls, body });
        if (!timings.connectionReused) expect(timings.tlsMs).toEqual(SOME);
      }
      await held.close();
    });
  });

  describe('over a proxy', () => {
    const tunnels = new Holds();
    let proxy: TestProxy;
    let over = '';
    beforeAll(async () => {
      proxy = await startProxy({ beforeTunnel: () => tunnels.wait() });
      over = proxy.url.replace('127.0.0.1', 'proxy.test');
    });
    afterAll(() => proxy.close());

    it('are of the way to the proxy and what it answers for plain http', async () => {
      const names = new Holds();
      const through = transport({ resolve: resolvesLate(names) });
      const { timings } = await send(through, `http://127.0.0.1:${port}/`, { proxy: over });
      expect(timings).toMatchObject({ connectionReused: false, connectMs: SOME, tlsMs: null });
      expect(timings.dnsMs).toBeGreaterThanOrEqual(names.last);
      expect(timings.firstByteMs).toBeGreaterThanOrEqual(answering.last);
    });

    it('count the tunnel to the connection, and the handshake is the receiver’s', async () => {
      const names = new Holds();
      const held = await startHeldTls(() => 30);
      const through = transport({ resolve: resolvesLate(names) });
      const url = `https://127.0.0.1:${held.port}/`;
      const change = { proxy: over, tls: { ...tls }, body: 'tunnelled' };
      const { timings, status } = await send(through, url, { ...change, verifyTls: false });
      expect([status, timings.connectionReused]).toEqual([200, false]);
      expect(timings.dnsMs).toBeGreaterThanOrEqual(names.last);
      expect(timings.connectMs).toBeGreaterThanOrEqual(tunnels.last);
      expect(timings.tlsMs).toBeGreaterThanOrEqual(held.handshakes.get('tunnelled') as number);
      await held.close();
    });

    it('have no connection when the proxy refuses the tunnel, or is not there', async () => {
      const refusing = await startProxy({ refuseWith: 403 });
      const through = transport({ resolve: resolvesTo('127.0.0.1') });
      const url = `https://127.0.0.1:${secure.port}/`;
      const change = { tls, proxy: refusing.url.replace('127.0.0.1', 'proxy.test') };
      const expected = ['proxy', { ...NOTHING, connectionReused: false, dnsMs: SOME }];
      const refused = await send(through, url, change);
      expect([refused.error?.code, refused.timings]).toEqual(expected);
      await refusing.close();
      const gone = await send(through, url, change);
      expect([gone.error?.code, gone.timings]).toEqual(expected);
    });
  });

  it('of many at once are those of the connection each one used', async () => {
    // Later connections are faster, so that requests overtake each other.
    const held: HeldTls = await startHeldTls((connection) => Math.max(0, 90 - 10 * connection));
    const through = transport();
    let number = 0;
    let told = 0;
    for (const count of [10, 4, 14, 14]) {
      const bodies = Array.from({ length: count }, () => `request ${number++}`);
      const url = `https://localhost:${held.port}/`;
      const all = await Promise.all(
        bodies.map(async (sent) => ({ sent, ...(await send(through, url, { tls, body: sent })) })),
      );
      for (const { sent, status, timings } of all) {
        expect([status, timings.firstByteMs]).toEqual([200, SOME]);
        if (timings.connectionReused) continue;
        told += 1;
        expect(timings.tlsMs).toBeGreaterThanOrEqual(held.handshakes.get(sent) as number);
      }
      expect(told).toBe(held.connections());
    }
    expect(told).toBeLessThan(number);
    await held.close();
  });
});
