import { afterEach, describe, expect, it } from '@jest/globals';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

const retry = { max: 0, baseMs: 1, factor: 1, jitter: 0 };
const HOUR = 3_600_000;

describe('the redelivery sweep', () => {
  it('sends what failed once more, and gives up what is too old', async () => {
    const receiver = await aReceiver({ status: 500 });
    const redelivery = { schedule: '0 0 1 1 *', maxAgeMs: 24 * HOUR };
    const rig = await openRig([aDestination('crm', receiver.url, { retry, redelivery })]);
    const [old = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(old, 'failed');
    rig.advance(23 * HOUR);
    const [young = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(young, 'failed');
    rig.advance(2 * HOUR);
    expect(await rig.engine.sweep('webhook/crm')).toBe(1);
    await rig.attempted(3);
    expect(await rig.store.getDelivery(old)).toMatchObject({
      state: 'dead',
      reason: 'given up: failed and older than 1d',
    });
    expect(await rig.store.getDelivery(young)).toMatchObject({ state: 'failed', tries: 2 });
    receiver.answer({ status: 200 });
    expect(await rig.engine.sweep('webhook/crm')).toBe(1);
    await rig.reaches(young, 'delivered');
    expect(await rig.engine.sweep('webhook/crm')).toBe(0);
    expect(rig.attempts.slice(-2).map(({ record }) => record.trigger)).toEqual(['sweep', 'sweep']);
    // Told when it failed first, not for every sweep in vain.
    expect(rig.notices.filter(({ delivery }) => delivery === young)).toHaveLength(1);
  });

  it('leaves a test that failed alone: it was to be one request', async () => {
    const receiver = await aReceiver({ status: 500 });
    const redelivery = { schedule: '0 0 1 1 *', maxAgeMs: 24 * HOUR };
    const rig = await openRig([aDestination('crm', receiver.url, { retry, redelivery })]);
    const [tried = ''] = await rig.publish(['webhook/crm'], {}, 'test');
    await rig.reaches(tried, 'dead');
    expect(await rig.engine.sweep('webhook/crm')).toBe(0);
    expect(receiver.requests).toHaveLength(1);
  });

  it('sends nothing that is older than give_up_after, and says nothing of it again', async () => {
    const receiver = await aReceiver({ status: 500 });
    const redelivery = { schedule: '0 0 1 1 *', maxAgeMs: 24 * HOUR };
    const rig = await openRig([
      aDestination('crm', receiver.url, { retry: { ...retry, giveUpAfterMs: HOUR }, redelivery }),
    ]);
    const [old = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(old, 'failed');
    rig.advance(2 * HOUR);
    const [young = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(young, 'failed');
    expect(await rig.engine.sweep('webhook/crm')).toBe(1);
    await rig.attempted(3);
    expect(rig.attempts.at(-1)).toMatchObject({ delivery: young, record: { trigger: 'sweep' } });
    expect(await rig.store.getDelivery(old)).toMatchObject({
      state: 'dead',
      tries: 1,
      reason: 'given up: failed and older than 1h',
    });
    expect(rig.notices.filter(({ type }) => type === 'delivery.failed')).toHaveLength(2);
  });

  it('ends with its destination: nothing is taken up for one that was removed meanwhile', async () => {
    const redelivery = { schedule: '0 0 1 1 *', maxAgeMs: HOUR };
    const destination = aDestination('crm', 'http://127.0.0.1:1/', { retry, redelivery, circuit: null });
    let afterFirstStep: () => Promise<void> = async () => undefined;
    const rig = await openRig([destination], {
      wrapStore: (store) => ({
        ...store,
        async redeliver(...order) {
          const step = await store.redeliver(...order);
          await afterFirstStep();
          return step;
        },
      }),
    });
    await Promise.all(Array.from({ length: 600 }, (_, i) => rig.publish(['webhook/crm'], { i })));
    await untilTrue('all failed', async () => (await rig.store.counts(0)).deliveries.failed === 600);
    afterFirstStep = () => rig.configure();
    await rig.engine.sweep('webhook/crm');
    await untilTrue('none is left over', async () => {
      const { pending, held, sending } = (await rig.store.counts(0)).deliveries;
      return pending + held + sending === 0;
    });
    expect((await rig.store.counts(0)).deliveries.failed).toBeGreaterThanOrEqual(100);
  });

  it('runs on its cron schedule', async () => {
    const receiver = await aReceiver({ status: 500 });
    const redelivery = { schedule: '* * * * * *', maxAgeMs: HOUR };
    const rig = await openRig([aDestination('crm', receiver.url, { retry, redelivery })]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(delivery, 'failed');
    receiver.answer({ status: 200 });
    await rig.reaches(delivery, 'delivered');
  });

  it('takes thousands in small batches, each once', async () => {
    const receiver = await aReceiver();
    const redelivery = { schedule: '0 0 1 1 *', maxAgeMs: HOUR };
    const destination = aDestination('crm', 'http://127.0.0.1:1/', {
      retry,
      redelivery,
      concurrency: 32,
      circuit: null,
    });
    const rig = await openRig([destination]);
    await Promise.all(Array.from({ length: 1_200 }, (_, i) => rig.publish(['webhook/crm'], { i })));
    await rig.attempted(1_200);
    await rig.configure({ ...destination, settings: { url: receiver.url } });
    expect(await rig.engine.sweep('webhook/crm')).toBe(1_200);
    await receiver.received(1_200);
    await rig.attempted(2_400);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1_200);
  });
});
