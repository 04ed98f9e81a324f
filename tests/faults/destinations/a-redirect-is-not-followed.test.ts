import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../../kit/receiver.js';
import { pause } from '../../kit/wait.js';
import { aPost, aTransport } from './sending.js';

describe('a redirect', () => {
  const transport = aTransport();
  let receiver: Receiver;
  let elsewhere: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
    elsewhere = await startReceiver();
  });
  afterAll(async () => {
    await transport.close();
    await receiver.close();
    await elsewhere.close();
  });

  it.each([301, 302, 303, 307, 308])(
    '%i comes back as it is; its Location is never asked',
    async (status) => {
      receiver.answer({ status, headers: { location: elsewhere.url } });
      const answer = await transport.send(aPost(receiver.url), 5_000);
      expect(answer).toMatchObject({ status, error: null });
      expect(answer.headers.location).toBe(elsewhere.url);
      await pause(20);
      expect(elsewhere.requests).toHaveLength(0);
    },
  );
});
