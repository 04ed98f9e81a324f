import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Destination } from '../../src/model/topology.js';
import type { Receiver } from '../kit/receiver.js';
import { pause, untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

afterEach(closeAll);

const REF = 'webhook/crm';

describe('a destination that keeps failing', () => {
  let receiver: Receiver;
  let rig: Rig;
  beforeEach(async () => {
    receiver = await aReceiver({ status: 500 });
    rig = await openRig([destination()]);
  });
  const destination = (change: Partial<Destination> = {}): Destination =>
    aDestination('crm', receiver.url, change);
  const publishMany = (count: number): Promise<string[][]> =>
    Promise.all(Array.from({ length: count }, (_, n) => rig.publish([REF], { n })));

  /** Waits until the circuit is open and nothing is under way any more; the attempts made so far. */
  async function opened(): Promise<number> {
    await untilTrue('the circuit is open', () => rig.engine.laneState(REF)?.probeAt);
    return quiet();
  }

  async function quiet(): Promise<number> {
    await untilTrue('nothing is under way', async () => {
      const { sending } = (await rig.store.counts(0)).deliveries;
      return sending === 0 && rig.engine.laneState(REF)?.inFlight === 0;
    });
    await pause(80);
    return rig.attempts.length;
  }

  it('gets a handful of requests, not one for each of a thousand deliveries', async () => {
    await publishMany(1_000);
    const first = await opened();
    // Five failures open it; the other requests then under way are the rest of its concurrency.
    expect(first).toBeLessThanOrEqual(8);
    for (let minute = 1; minute <= 5; minute++) {
      rig.advance(60_000);
      await rig.attempted(first + minute);
      expect(await quiet()).toBe(first + minute);
    }
    const page = await rig.store.listDeliveries({ status: ['pending'], limit: 1_000 });
    expect(page.items).toHaveLength(1_000);
    // Waiting uses up no retries.
    expect(page.items.filter(({ tries }) => tries === 0).length).toBeGreaterThanOrEqual(1_000 - first - 5);
  });

  it('gets one for each where the circuit is switched off', async () => {
    await rig.configure(destination({ circuit: null }));
    await publishMany(50);
    await rig.attempted(50);
    expect(rig.engine.laneState(REF)).toMatchObject({ probeAt: null, nextTryAt: null, health: 'degraded' });
  });

  it('gets its next probe when the one under way is over, however long that takes', async () => {
    await publishMany(20);
    await opened();
    receiver.requests.length = 0;
    receiver.answer('hang');
    rig.advance(5_000);
    await receiver.received(1);
    for (let minute = 0; minute < 3; minute++) {
      rig.advance(60_000);
      await pause(60);
    }
    expect(receiver.requests).toHaveLength(1);
    expect((await rig.store.counts(0)).deliveries).toMatchObject({ sending: 1, pending: 19 });
  });

  it('is probed after 5 s, then 10, 20, 40 and every minute', async () => {
    await publishMany(20);
    let made = await opened();
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      expect(rig.engine.laneState(REF)?.nextTryAt).toBe(rig.clock.now() + seconds * 1_000);
      rig.advance(seconds * 1_000 - 1);
      expect(await quiet()).toBe(made);
      rig.advance(1);
      made += 1;
      await rig.attempted(made);
      expect(await quiet()).toBe(made);
    }
  });

  it('gets all that waited when a probe comes through, beginning with one at a time', async () => {
    await publishMany(100);
    const made = await opened();
    receiver.requests.length = 0;
    receiver.answer((_request, count) => (count === 1 ? { status: 200 } : 'hang'));
    rig.advance(5_000);
    await rig.attempted(made + 1);
    await receiver.received(2);
    await pause(80);
    expect(receiver.requests).toHaveLength(2);
    expect(rig.engine.laneState(REF)).toMatchObject({ probeAt: null, health: 'healthy', failingSince: null });
  });

  it('is up to speed again soon: nothing is lost', async () => {
    const made = (await publishMany(100)).length;
    await opened();
    receiver.answer({ status: 200 });
    rig.advance(60_000);
    await untilTrue('all are delivered', async () => {
      rig.advance(100_000);
      return (await rig.store.counts(0)).deliveries.delivered === made;
    });
    expect(rig.notices.map(({ type }) => type)).toEqual(['destination.degraded', 'destination.recovered']);
  });

  it('holds up nobody else, and keeps the order of an incident', async () => {
    const well = await aReceiver();
    await rig.configure(destination(), aDestination('well', well.url));
    await publishMany(20);
    const made = await opened();
    const [other = ''] = await rig.publish(['webhook/well']);
    await rig.reaches(other, 'delivered');
    await rig.publishIncident(REF, 'db', 3);
    receiver.requests.length = 0;
    receiver.answer({ status: 200 });
    rig.advance(5_000);
    await rig.attempted(made + 2);
    await untilTrue('the steps come', () => {
      rig.advance(60_000);
      return receiver.requests.filter(({ json }) => json.data.name === 'db').length === 3;
    });
    const steps = receiver.requests.map(({ json }) => json.data.step).filter((step) => step !== undefined);
    expect(steps).toEqual([1, 2, 3]);
  });

  it('gets a resend by hand at once, and its success ends the waiting', async () => {
    const ids = (await publishMany(20)).flat();
    const made = await opened();
    const { items } = await rig.store.listDeliveries({ status: ['pending'], limit: 50 });
    const untried = items.find(({ tries }) => tries === 0)?.id as string;
    expect(ids).toContain(untried);
    await rig.store.resend(untried, rig.clock.now());
    rig.engine.wake(REF, untried);
    await rig.attempted(made + 1);
    expect(rig.attempts.at(-1)).toMatchObject({ delivery: untried, record: { trigger: 'resend' } });
    // In vain: the wait for the probe is as long as it was.
    expect(rig.engine.laneState(REF)?.nextTryAt).toBe(rig.clock.now() + 5_000);
    expect(await quiet()).toBe(made + 1);
    receiver.answer({ status: 200 });
    await rig.store.resend(untried, rig.clock.now());
    rig.engine.wake(REF, untried);
    await rig.reaches(untried, 'delivered');
    await untilTrue('the others follow', () => rig.attempts.length > made + 2);
    expect(rig.engine.laneState(REF)?.nextTryAt).toBeNull();
  });

  it('gets no more by hand at once than its concurrency', async () => {
    const ids = (await publishMany(20)).flat();
    await opened();
    receiver.requests.length = 0;
    receiver.answer('hang');
    for (const id of ids.slice(0, 12)) {
      await rig.store.resend(id, rig.clock.now());
      rig.engine.wake(REF, id);
    }
    await receiver.received(4);
    await pause(80);
    expect(receiver.requests).toHaveLength(4);
  });

  it('is probed at once when its settings change', async () => {
    const well = await aReceiver();
    const [[first = ''] = []] = await publishMany(20);
    await opened();
    await rig.configure(destination({ settings: { url: receiver.url } }));
    expect(await quiet()).toBeLessThanOrEqual(8);
    await rig.configure(destination({ settings: { url: well.url } }));
    await well.received(1);
    rig.advance(60_000);
    await rig.reaches(first, 'delivered');
  });

  it('stays so across a restart', async () => {
    await publishMany(20);
    const made = await opened();
    await rig.engine.stop(1_000);
    const again = await openRig([destination()], { wrapStore: () => rig.store });
    expect(again.engine.laneState(REF)?.nextTryAt).toBe(rig.clock.now() + 5_000);
    await pause(80);
    expect(again.attempts).toHaveLength(0);
    again.advance(5_000);
    await again.attempted(1);
    await pause(80);
    expect(again.attempts).toHaveLength(1);
    expect(receiver.requests).toHaveLength(made + 1);
    await again.engine.stop(1_000);
  });

  it('that answers a probe by 429 is probed again after as long as before', async () => {
    await publishMany(20);
    const made = await opened();
    receiver.answer({ status: 429 });
    for (let probe = 1; probe <= 3; probe++) {
      rig.advance(5_000);
      await rig.attempted(made + probe);
      expect(await quiet()).toBe(made + probe);
      expect(rig.engine.laneState(REF)?.probeAt).toBe(rig.clock.now() + 5_000);
    }
  });

  it('is not one that answers 429', async () => {
    receiver.answer({ status: 429 });
    const [[delivery = ''] = []] = await publishMany(1);
    for (let tries = 1; tries <= 7; tries++) {
      await rig.attempted(tries);
      expect(rig.engine.laneState(REF)?.probeAt).toBeNull();
      rig.advance(400_000);
    }
    await rig.reaches(delivery, 'pending');
  });
});
