import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../../kit/receiver.js';
import { aPost, aTransport } from './sending.js';

describe('an answer that comes byte by byte', () => {
  const transport = aTransport();
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver({ drip: '.', everyMs: 20, bytes: 1_000_000 });
  });
  afterAll(async () => {
    await transport.close();
    await receiver.close();
  });

  it('ends at the total limit although bytes kept coming', async () => {
    const answer = await transport.send(aPost(receiver.url), 300);
    expect(answer).toMatchObject({ status: 200, error: { code: 'timeout' } });
    expect(answer.error?.message).toContain('no complete answer');
    expect(answer.body).toMatch(/^\.+$/);
    expect(answer.body.length).toBeLessThan(1_000);
  });
});
