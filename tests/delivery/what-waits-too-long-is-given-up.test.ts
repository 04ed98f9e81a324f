import { afterEach, describe, expect, it } from '@jest/globals';
import { pause, untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig } from './rig.js';

afterEach(closeAll);

const HOUR = 3_600_000;
const retry = { max: 10, baseMs: HOUR, factor: 1, jitter: 0, giveUpAfterMs: 3 * HOUR };

describe('give_up_after', () => {
  it('ends a delivery whose next try would come too late, retries left or not', async () => {
    const receiver = await aReceiver({ status: 500 });
    const rig = await openRig([aDestination('crm', receiver.url, { retry })]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    for (let tries = 1; tries <= 3; tries++) {
      await rig.attempted(tries);
      rig.advance(tries < 3 ? HOUR : 0);
    }
    await rig.reaches(delivery, 'dead');
    expect((await rig.store.getDelivery(delivery)).reason).toBe(
      'given up: not delivered within 3h; answered 500',
    );
    expect(rig.notices.map(({ type }) => type)).toContain('delivery.failed');
  });

  it('holds for answers of 429 as well', async () => {
    const receiver = await aReceiver({ status: 429, headers: { 'retry-after': '36000' } });
    const rig = await openRig([aDestination('crm', receiver.url, { retry })]);
    const [delivery = ''] = await rig.publish(['webhook/crm']);
    await rig.reaches(delivery, 'dead');
  });

  it('ends what waits behind a pause, without an attempt, and says so once for all of it', async () => {
    const receiver = await aReceiver({ status: 503, headers: { 'retry-after': '7200' } });
    const rig = await openRig([aDestination('crm', receiver.url, { retry })]);
    await rig.publish(['webhook/crm']);
    await rig.attempted(1);
    const [first = ''] = await rig.publish(['webhook/crm']);
    const [second = ''] = await rig.publish(['webhook/crm']);
    receiver.answer({ status: 200 });
    rig.advance(3 * HOUR + 1_000);
    const dead = await rig.reaches(first, 'dead');
    expect(dead).toMatchObject({ tries: 0, reason: 'given up: not delivered within 3h' });
    await rig.reaches(second, 'dead');
    await untilTrue('it is told', () => rig.notices.length > 0);
    const told = rig.notices.filter(({ type }) => type === 'delivery.failed');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ delivery: null, reason: expect.stringContaining('given up') });
  });

  it('frees what waited behind it in its incident, and sends that', async () => {
    const receiver = await aReceiver({ status: 500 });
    const crm = (giveUpAfterMs: number) =>
      aDestination('crm', receiver.url, { retry: { ...retry, baseMs: 10 * HOUR, giveUpAfterMs } });
    const rig = await openRig([crm(20 * HOUR)]);
    await rig.publishIncident('webhook/crm', 'db', 1);
    await rig.attempted(1);
    rig.advance(2 * HOUR);
    const younger = await rig.followUp('webhook/crm', 'incident.resolved');
    rig.advance(HOUR);
    await pause(60);
    receiver.answer({ status: 200 });
    // It was looked at a moment ago under the old rule: what is too old is found by the next look, a minute later.
    await rig.configure(crm(2 * HOUR));
    await pause(60);
    rig.clock.advance(61_000);
    expect(await rig.reaches(younger, 'delivered')).toMatchObject({ tries: 1 });
  });

  it('leaves alone what is held, and what a person asked for', async () => {
    const receiver = await aReceiver({ status: 500 });
    const url = receiver.url;
    const rig = await openRig([aDestination('crm', url, { retry }), aDestination('old', url)]);
    const [resent = ''] = await rig.publish(['webhook/old']);
    await rig.attempted(1);
    await rig.configure(aDestination('crm', url, { retry, paused: true }), aDestination('old', url));
    const [held = ''] = await rig.publish(['webhook/crm']);
    rig.advance(10 * HOUR);
    await pause(60);
    expect(await rig.store.getDelivery(held)).toMatchObject({ state: 'held' });
    await rig.store.resend(resent, rig.clock.now());
    expect(await rig.store.giveUpWaiting('webhook/old', rig.clock.now(), 'too old', 10)).toEqual({
      changed: 0,
      newsworthy: 0,
      next: null,
    });
  });
});
