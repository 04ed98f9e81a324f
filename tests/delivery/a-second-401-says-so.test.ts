// Where a fresh access token does not help either, the history says that it was tried: another one will not help.

import { afterEach, expect, it } from '@jest/globals';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

it('an attempt that was answered 401 with a new token too says so', async () => {
  let tokens = 0;
  const issuer = await aReceiver(() => ({
    status: 200,
    body: JSON.stringify({ access_token: `token-${++tokens}`, token_type: 'Bearer', expires_in: 3_600 }),
  }));
  const receiver = await aReceiver({ status: 401 });
  const oauth2 = { token_url: issuer.url, client_id: 'relay', client_secret: 'secret' };
  const settings = { url: receiver.url, auth: { oauth2 } };
  const retry = { max: 0, baseMs: 1_000, factor: 1, jitter: 0 };
  const rig = await openRig([aDestination('crm', receiver.url, { settings, retry })]);
  const [delivery = ''] = await rig.publish(['webhook/crm']);
  await rig.attempted(1);
  expect(receiver.requests).toHaveLength(2);
  await rig.reaches(delivery, 'failed');
  const [attempt] = await rig.store.listAttempts(delivery);
  expect(attempt).toMatchObject({
    status: 401,
    reason: expect.stringMatching(/^answered 401, to a new access token as well/),
  });
  const plain = aDestination('plain', receiver.url, { retry });
  await rig.configure(plain);
  const [other = ''] = await rig.publish(['webhook/plain']);
  await rig.reaches(other, 'failed');
  expect((await rig.store.listAttempts(other))[0]?.reason).toBe('answered 401');
});
