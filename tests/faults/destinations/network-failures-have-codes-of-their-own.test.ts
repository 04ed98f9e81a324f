import { readFileSync } from 'node:fs';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPost, aTransport, failsToResolve, resolvesTo } from './sending.js';

const FIXTURES = new URL('../../delivery/fixtures/', import.meta.url);
const read = (name: string): Buffer => readFileSync(new URL(name, FIXTURES));

const portOf = (server: Server | TlsServer): number => (server.address() as AddressInfo).port;
const listening = (server: Server | TlsServer): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));

describe('a network failure', () => {
  const transport = aTransport();
  const servers: (Server | TlsServer)[] = [];
  let tlsUrl = '';

  async function serve(onConnection: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    servers.push(server);
    await listening(server);
    return `http://127.0.0.1:${portOf(server)}/`;
  }

  beforeAll(async () => {
    const tls = createTlsServer(
      { key: read('self-signed.key.pem'), cert: read('self-signed.cert.pem') },
      (_request, response) => response.end('over TLS'),
    );
    servers.push(tls);
    await listening(tls);
    tlsUrl = `https://localhost:${portOf(tls)}/`;
  });
  afterAll(async () => {
    await transport.close();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });

  async function codeOf(url: string, through = transport): Promise<string | undefined> {
    const answer = await through.send(aPost(url), 5_000);
    expect(answer.status).toBeNull();
    return answer.error?.code;
  }

  it('of a port nobody listens on is `refused`', async () => {
    const url = await serve(() => undefined);
    const server = servers.pop() as Server;
    await new Promise((resolve) => server.close(resolve));
    expect(await codeOf(url)).toBe('refused');
  });

  it('of a connection that is cut is `reset`', async () => {
    expect(await codeOf(await serve((socket) => socket.once('data', () => socket.resetAndDestroy())))).toBe(
      'reset',
    );
    expect(await codeOf(await serve((socket) => socket.once('data', () => socket.end())))).toBe('reset');
  });

  it('of an answer cut in its middle is `reset`, with what had come', async () => {
    const url = await serve((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart', () => socket.destroy());
      }),
    );
    const answer = await transport.send(aPost(url), 5_000);
    expect(answer).toMatchObject({ status: 200, error: { code: 'reset' } });
  });

  it('of a port that speaks plain HTTP where TLS is asked for is `tls`, and says so in words', async () => {
    const plain = await serve((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n')),
    );
    const answer = await transport.send(aPost(plain.replace('http:', 'https:')), 5_000);
    expect(answer.error).toMatchObject({
      code: 'tls',
      message: expect.stringContaining('what answers on this port does not speak TLS'),
    });
    expect(answer.error?.message).not.toMatch(/ssl3|openssl|:error:/i);
  });

  it('of something that does not speak HTTP is `protocol`', async () => {
    expect(
      await codeOf(await serve((socket) => socket.once('data', () => socket.end('220 smtp ready\r\n')))),
    ).toBe('protocol');
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN'])('of a name that gives %s is `dns`', async (code) => {
    const through = aTransport({ resolve: failsToResolve(code) });
    expect(await codeOf('http://nowhere.invalid/', through)).toBe('dns');
    await through.close();
  });

  it('of a name without addresses is `dns`', async () => {
    const through = aTransport({ resolve: resolvesTo() });
    expect(await codeOf('http://empty.invalid/', through)).toBe('dns');
    await through.close();
  });

  it('of a certificate nobody vouches for is `tls`, unless it is not to be checked', async () => {
    expect(await codeOf(tlsUrl)).toBe('tls');
    const unchecked = await transport.send(aPost(tlsUrl, { verifyTls: false }), 5_000);
    expect(unchecked).toMatchObject({ status: 200, body: 'over TLS', error: null });
    expect(await codeOf(tlsUrl)).toBe('tls');
  });

  it('of TLS spoken to a plain server is `tls`', async () => {
    const url = await serve((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 no\r\n\r\n')));
    expect(await codeOf(url.replace('http:', 'https:'))).toBe('tls');
  });

  it('names host and port, never the path or the query, which may hold secrets', async () => {
    const through = aTransport({ resolve: failsToResolve('ENOTFOUND') });
    const answer = await through.send(aPost('http://dana:pw@nowhere.invalid:81/t0ken?sig=abc'), 5_000);
    expect(answer.error?.message).toBe('nowhere.invalid:81: the name could not be resolved (ENOTFOUND)');
    await through.close();
  });
});
