import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Receiver } from '../kit/receiver.js';
import { pause } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

afterEach(closeAll);

describe('a resend', () => {
  let receiver: Receiver;
  let rig: Rig;
  beforeEach(async () => {
    receiver = await aReceiver();
    rig = await openRig([aDestination('crm', receiver.url)]);
  });

  async function resend(delivery: string): Promise<void> {
    await rig.store.resend(delivery, rig.clock.now());
    rig.engine.wake('webhook/crm');
  }

  it('of a delivered one sends the same bytes under the same id; asked twice, it is sent twice', async () => {
    const [delivery = ''] = await rig.publish(['webhook/crm'], { n: 1 });
    await rig.reaches(delivery, 'delivered');
    await Promise.all([resend(delivery), resend(delivery)]);
    await rig.attempted(2);
    rig.advance(1_000);
    await rig.attempted(3);
    expect(await rig.reaches(delivery, 'delivered')).toMatchObject({ tries: 3 });
    expect(new Set(receiver.requests.map(({ text }) => text)).size).toBe(1);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(rig.attempts.map(({ record }) => record.trigger)).toEqual(['automatic', 'resend', 'resend']);
  });

  it('asked for while it is being sent goes when that has failed, not with its retry', async () => {
    receiver.answer((_request, count) => (count === 1 ? { status: 500, delayMs: 200 } : { status: 200 }));
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await receiver.received(1);
    await resend(delivery);
    await rig.attempted(1);
    // Its retry is due after five seconds.
    rig.clock.advance(4_500);
    await rig.reaches(delivery, 'delivered');
    // Told once it is written.
    await rig.attempted(2);
    expect(rig.attempts.map(({ record }) => record.trigger)).toEqual(['automatic', 'resend']);
  });

  it('that fails leaves a delivered one delivered', async () => {
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(delivery, 'delivered');
    receiver.answer({ status: 500 });
    await resend(delivery);
    await rig.attempted(2);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({ state: 'delivered', result: '500' });
  });

  it('of a failed one gets a single attempt, and its success ends it', async () => {
    receiver.answer({ status: 500 });
    await rig.configure(
      aDestination('crm', receiver.url, { retry: { max: 0, baseMs: 1, factor: 1, jitter: 0 } }),
    );
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(delivery, 'failed');
    await resend(delivery);
    await rig.attempted(2);
    await rig.reaches(delivery, 'failed');
    receiver.answer({ status: 200 });
    await resend(delivery);
    await rig.reaches(delivery, 'delivered');
    // The first failure was news; the resend that failed too was not.
    expect(rig.notices.map(({ type }) => type)).toEqual(['delivery.failed']);
  });

  it('that succeeds while a retry waits calls the retry off', async () => {
    receiver.answer({ status: 500 });
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    receiver.answer({ status: 200 });
    await resend(delivery);
    await rig.reaches(delivery, 'delivered');
    rig.advance(3_600_000);
    await pause(60);
    expect(receiver.requests).toHaveLength(2);
  });

  it('that fails while a retry waits leaves the retry as it was', async () => {
    receiver.answer({ status: 500 });
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    const { dueAt } = await rig.store.getDelivery(delivery);
    await resend(delivery);
    await rig.attempted(2);
    expect(await rig.store.getDelivery(delivery)).toMatchObject({ state: 'pending', dueAt });
    rig.advance(5_000);
    await rig.attempted(3);
    expect(rig.attempts.map(({ record }) => record.trigger)).toEqual(['automatic', 'resend', 'retry']);
  });

  it('asked for while the delivery is under way is made right after it', async () => {
    receiver.answer({ status: 500, delayMs: 100 });
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await receiver.received(1);
    receiver.answer({ status: 200 });
    await resend(delivery);
    await rig.attempted(1);
    // Before the retry would be due.
    rig.advance(1_000);
    expect(await rig.reaches(delivery, 'delivered')).toMatchObject({ tries: 2 });
  });
});

describe('a test delivery', () => {
  it('is one attempt whose outcome can be waited for', async () => {
    const receiver = await aReceiver({ status: 500, body: 'no such hook' });
    const rig = await openRig([aDestination('crm', receiver.url)]);
    const published = rig.publish(['webhook/crm'], {}, 'test');
    const [delivery = ''] = await published;
    const notice =
      rig.attempts.find((attempt) => attempt.delivery === delivery) ??
      (await rig.engine.nextAttempt(delivery, 5_000));
    expect(notice).toMatchObject({
      state: 'dead',
      record: { trigger: 'test', status: 500, responseBody: 'no such hook' },
    });
    rig.advance(3_600_000);
    await pause(60);
    expect(receiver.requests).toHaveLength(1);
    expect(rig.notices).toEqual([]);
    await expect(rig.engine.nextAttempt(delivery, 20)).rejects.toMatchObject({ code: 'delivery.refused' });
  });
});
