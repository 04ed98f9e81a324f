import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../../kit/receiver.js';
import { untilTrue } from '../../kit/wait.js';
import { aPost, aTransport } from './sending.js';

describe('a receiver that never answers', () => {
  const transport = aTransport();
  let receiver: Receiver;
  /** Takes connections and says nothing, not even a TLS greeting. */
  let silent: Server;
  let closed = 0;
  beforeAll(async () => {
    receiver = await startReceiver('hang');
    silent = createServer((socket) =>
      socket
        .resume()
        .on('error', () => undefined)
        .on('close', () => (closed += 1)),
    );
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await transport.close();
    await receiver.close();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('is a failed attempt with the code timeout, and the request had arrived', async () => {
    const answer = await transport.send(aPost(receiver.url), 1_000);
    expect(answer).toMatchObject({ status: null, error: { code: 'timeout' } });
    expect(answer.error?.message).toContain('no answer within 1 s');
    expect(receiver.requests).toHaveLength(1);
  });

  it('is left: the connection is closed, for an answer that comes later is nobody’s', async () => {
    const { port } = silent.address() as AddressInfo;
    const answer = await transport.send(aPost(`http://127.0.0.1:${port}/`), 1_000);
    expect(answer.error?.code).toBe('timeout');
    await untilTrue('it is closed', () => closed === 1);
  });

  it('is a timeout as well when it hangs before the connection stands', async () => {
    const { port } = silent.address() as AddressInfo;
    const answer = await transport.send(aPost(`https://127.0.0.1:${port}/`), 200);
    expect(answer).toMatchObject({ status: null, error: { code: 'timeout' } });
  });

  it('does not keep the connection: the next request gets its own and is answered', async () => {
    receiver.answer({ status: 200, body: 'well again' });
    const answer = await transport.send(aPost(receiver.url), 5_000);
    expect(answer).toMatchObject({ status: 200, body: 'well again', error: null });
  });

  it('is sent nothing any more once the attempt has ended without a connection', async () => {
    const found: (() => void)[] = [];
    const slow = aTransport({
      resolve: (_hostname, _options, done) =>
        void found.push(() => done(null, [{ address: '127.0.0.1', family: 4 }])),
    });
    receiver.answer({ status: 200 });
    const { port } = new URL(receiver.url);
    const late = await slow.send(aPost(`http://slow.example:${port}/late`), 50);
    expect(late).toMatchObject({ status: null, error: { code: 'timeout' } });
    // The name is found now, and the connection made. Requests after it show that the receiver had time to see the late one.
    for (const answer of found.splice(0)) answer();
    for (let count = 0; count < 3; count++) {
      const next = slow.send(aPost(`http://slow.example:${port}/next`), 5_000);
      for (const answer of found.splice(0)) answer();
      expect(await next).toMatchObject({ status: 200 });
    }
    expect(receiver.requests.map(({ path }) => path).filter((path) => path !== '/hook')).toEqual([
      '/next',
      '/next',
      '/next',
    ]);
    await slow.close();
  });
});
