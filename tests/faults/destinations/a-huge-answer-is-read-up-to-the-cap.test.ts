import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { untilTrue } from '../../kit/wait.js';
import { aPost, aTransport } from './sending.js';

const GIGABYTE = 1_000_000_000;
const CHUNK = Buffer.alloc(1_000_000, 'x');

describe('an answer of a gigabyte', () => {
  const transport = aTransport();
  let server: Server;
  let url = '';
  let written = 0;
  let closed = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      let left = GIGABYTE;
      response.on('close', () => (closed += 1));
      const more = (): void => {
        while (left > 0 && !response.destroyed) {
          left -= CHUNK.length;
          written += CHUNK.length;
          if (!response.write(CHUNK)) {
            response.once('drain', more);
            return;
          }
        }
        if (!response.destroyed) response.end();
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is judged by its status, kept up to the cap, and not read to its end', async () => {
    const answer = await transport.send(aPost(url), 20_000);
    expect(answer).toMatchObject({ status: 200, error: null, truncated: true });
    expect(answer.body).toBe('x'.repeat(65_536));
    await untilTrue('the connection is closed', () => closed === 1);
    expect(written).toBeLessThan(GIGABYTE / 10);
  });

  it('does not make memory grow, however often it comes', async () => {
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 20; i++) await transport.send(aPost(url), 20_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  it('of exactly the cap is whole', async () => {
    const exact = createServer((_request, response) => response.end('y'.repeat(65_536)));
    await new Promise<void>((resolve) => exact.listen(0, '127.0.0.1', resolve));
    const exactUrl = `http://127.0.0.1:${(exact.address() as AddressInfo).port}/`;
    const answer = await transport.send(aPost(exactUrl), 5_000);
    expect(answer).toMatchObject({ status: 200, truncated: false, error: null });
    expect(answer.body).toHaveLength(65_536);
    exact.closeAllConnections();
    await new Promise((resolve) => exact.close(resolve));
  });
});
