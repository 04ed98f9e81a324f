import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../../kit/receiver.js';
import { aPost, aTransport } from './sending.js';

describe('a receiver that never answers', () => {
  const transport = aTransport();
  let receiver: Receiver;
  /** Takes connections and says nothing, not even a TLS greeting. */
  let silent: Server;
  beforeAll(async () => {
    receiver = await startReceiver('hang');
    silent = createServer((socket) => socket.resume().on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await transport.close();
    await receiver.close();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('is a failed attempt with the code timeout, and the request had arrived', async () => {
    const answer = await transport.send(aPost(receiver.url), 200);
    expect(answer).toMatchObject({ status: null, error: { code: 'timeout' } });
    expect(answer.error?.message).toContain('no answer within 0.2 s');
    expect(receiver.requests).toHaveLength(1);
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
});
