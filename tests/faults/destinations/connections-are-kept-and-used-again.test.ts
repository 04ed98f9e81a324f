import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPost, aTransport } from './sending.js';

describe('requests to one origin', () => {
  const transport = aTransport();
  let server: Server;
  let connections = 0;
  let url = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    await transport.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('one after the other use few connections', async () => {
    for (let i = 0; i < 20; i++) await transport.send(aPost(`${url}${i}`), 5_000);
    // Two, because the next request may begin before undici has put the first connection back.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('at the same time do not wait for each other', async () => {
    await Promise.all(Array.from({ length: 8 }, () => transport.send(aPost(url), 5_000)));
    expect(connections).toBeGreaterThan(2);
    expect(connections).toBeLessThanOrEqual(10);
  });
});
