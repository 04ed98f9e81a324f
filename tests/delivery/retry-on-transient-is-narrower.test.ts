import { afterEach, describe, expect, it } from '@jest/globals';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

const ONCE = { max: 1, baseMs: 1_000, factor: 1, jitter: 0 };
const NARROW = { ...ONCE, on: 'transient' } as const;
const DEAD_URL = 'http://127.0.0.1:1/hook';

describe('what is retried', () => {
  it.each([301, 400, 401, 404, 422, 408, 425, 500, 501, 503])('is by default also %d', async (status) => {
    const receiver = await aReceiver({ status });
    const rig = await openRig([aDestination('crm', receiver.url, { retry: ONCE })]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({ state: 'pending' });
  });

  it.each([301, 400, 401, 404, 422])('is not %d with on: transient: rejected at once', async (status) => {
    const receiver = await aReceiver({ status });
    const rig = await openRig([aDestination('crm', receiver.url, { retry: NARROW })]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({
      state: 'dead',
      reason: expect.stringMatching(new RegExp(`^answered ${status}.*; not retried: `)),
    });
    expect(rig.attempts[0]?.outcome).toBe('rejected');
    expect(rig.notices.map(({ type }) => type)).toEqual(['delivery.failed']);
  });

  it.each([408, 425, 429, 500, 501, 503])('is %d with on: transient', async (status) => {
    const receiver = await aReceiver({ status });
    const rig = await openRig([aDestination('crm', receiver.url, { retry: NARROW })]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({ state: 'pending' });
  });

  it('is with on: transient a network failure, but not a request that cannot be built', async () => {
    const rig = await openRig([
      aDestination('away', DEAD_URL, { retry: NARROW }),
      aDestination('odd', DEAD_URL, {
        retry: NARROW,
        settings: { url: DEAD_URL, signing_keys: ['not a key'] },
      }),
    ]);
    const [away = '', odd = ''] = await rig.publish(['webhook/away', 'webhook/odd']);
    await rig.attempted(2);
    expect(await rig.store.getDelivery(away)).toMatchObject({ state: 'pending' });
    expect((await rig.store.listAttempts(odd)).map(({ error }) => error)).toEqual(['build']);
    expect(await rig.store.getDelivery(odd)).toMatchObject({ state: 'dead' });
  });
});
