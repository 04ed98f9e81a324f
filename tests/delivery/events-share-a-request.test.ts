import { afterEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Destination } from '../../src/model/topology.js';
import { runSeed, seededRandom } from '../kit/random.js';
import type { ReceivedRequest } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

interface Sent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly name?: string; readonly step: number };
}

const REF = 'webhook/crm';
const BATCH = { maxEvents: 10, lingerMs: 0 };
const eventsOf = ({ json }: ReceivedRequest): readonly Sent[] => json.data.events;
const stepsOf = (request: ReceivedRequest): number[] => eventsOf(request).map(({ data }) => data.step);
const idOf = ({ headers }: ReceivedRequest): string => String(headers['webhook-id']);

const taking = (url: string, change: Partial<Destination> = {}): Destination =>
  aDestination('crm', url, { batch: BATCH, ...change });

/** So many events, all of them there before the first is sent. */
async function oweAtOnce(rig: Rig, destination: Destination, count: number): Promise<string[]> {
  await rig.configure({ ...destination, paused: true });
  const ids: string[] = [];
  for (let step = 1; step <= count; step++) ids.push(...(await rig.publish([REF], { step })));
  await rig.configure(destination);
  return ids;
}

afterEach(closeAll);

describe('events of a destination that takes several', () => {
  it('come in one signed request of the type events.batch, and each is delivered', async () => {
    const receiver = await aReceiver();
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const destination = taking(receiver.url, { settings: { url: receiver.url, signing_keys: [secret] } });
    const rig = await openRig([destination]);
    // The verifier looks at the time.
    rig.clock.set(Date.now());
    const ids = await oweAtOnce(rig, destination, 3);
    await rig.attempted(3);
    const [request] = receiver.requests as [ReceivedRequest];
    expect(receiver.requests).toHaveLength(1);
    expect(new Webhook(secret).verify(request.text, request.headers as Record<string, string>)).toMatchObject(
      {
        type: 'events.batch',
      },
    );
    expect(stepsOf(request)).toEqual([1, 2, 3]);
    const { instanceId } = await rig.store.info();
    expect(eventsOf(request).map(({ id }) => id)).toEqual(ids.map((id) => `${id}_${instanceId}`));
    expect(eventsOf(request)[0]).toMatchObject({
      type: 'test.happened',
      timestamp: expect.stringMatching(/Z$/),
    });
    expect(idOf(request)).toMatch(new RegExp(`^bat_[0-9a-z]{11}_${instanceId}$`));
    for (const id of ids) {
      expect(await rig.store.getDelivery(id)).toMatchObject({ state: 'delivered', tries: 1, result: '200' });
      const [attempt] = await rig.store.listAttempts(id);
      expect(attempt).toMatchObject({ requestBody: request.text, batch: { deliveries: [{}, {}, {}] } });
    }
    // For those who count requests.
    expect(rig.attempts.filter(({ isSharedRequest }) => isSharedRequest !== true)).toHaveLength(1);
  });

  it('come in the same form when there is only one', async () => {
    const receiver = await aReceiver();
    const rig = await openRig([taking(receiver.url)]);
    const [id] = await rig.publish([REF], { step: 1 });
    const [request] = await receiver.received(1);
    expect(stepsOf(request as ReceivedRequest)).toEqual([1]);
    expect(idOf(request as ReceivedRequest)).toMatch(new RegExp(`^${id}_`));
  });

  it('come again as they were, under the same id, and newer ones apart', async () => {
    const receiver = await aReceiver((_request, count) => ({ status: count === 1 ? 503 : 200 }));
    const destination = taking(receiver.url);
    const rig = await openRig([destination]);
    await oweAtOnce(rig, destination, 2);
    await rig.attempted(2);
    await rig.publish([REF], { step: 3 });
    await rig.attempted(3);
    rig.advance(5_000);
    await rig.attempted(5);
    const [first, other, again] = receiver.requests as [ReceivedRequest, ReceivedRequest, ReceivedRequest];
    expect([first, other, again].map(stepsOf)).toEqual([[1, 2], [3], [1, 2]]);
    expect([idOf(again), again.text]).toEqual([idOf(first), first.text]);
    expect(rig.attempts.slice(3).map(({ record }) => record.trigger)).toEqual(['retry', 'retry']);
  });

  it('wait for others as long as they may linger, and no longer when the request is full', async () => {
    const receiver = await aReceiver();
    const rig = await openRig([taking(receiver.url, { batch: { maxEvents: 3, lingerMs: 2_000 } })]);
    const [first] = await rig.publish([REF], { step: 1 });
    rig.advance(1_999);
    await rig.publish([REF], { step: 2 });
    expect(await rig.store.getDelivery(first as string)).toMatchObject({ state: 'pending' });
    rig.advance(1);
    await rig.attempted(2);
    for (const step of [3, 4, 5]) await rig.publish([REF], { step });
    await rig.attempted(5);
    expect(receiver.requests.map(stepsOf)).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('are over when the receiver is gone, and what follows is held', async () => {
    const receiver = await aReceiver({ status: 410 });
    const destination = taking(receiver.url);
    const rig = await openRig([destination]);
    const ids = await oweAtOnce(rig, destination, 3);
    await rig.attempted(3);
    const [held = ''] = await rig.publish([REF], { step: 4 });
    for (const id of ids) expect(await rig.store.getDelivery(id)).toMatchObject({ state: 'dead', tries: 1 });
    expect(await rig.store.getDelivery(held)).toMatchObject({ state: 'held', tries: 0 });
    expect(rig.notices.map(({ type, count }) => [type, count])).toEqual([
      ['destination.disabled', undefined],
      ['delivery.failed', 3],
    ]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('go without what was cancelled while they gathered', async () => {
    const receiver = await aReceiver();
    const rig = await openRig([taking(receiver.url, { batch: { maxEvents: 3, lingerMs: 2_000 } })]);
    await rig.publish([REF], { step: 1 });
    const [gone] = await rig.publish([REF], { step: 2 });
    await rig.store.cancel(gone as string, rig.clock.now());
    rig.advance(2_000);
    await rig.attempted(1);
    expect(receiver.requests.map(stepsOf)).toEqual([[1]]);
  });

  it('are sent again alone by hand, under the id they had in the batch', async () => {
    const receiver = await aReceiver();
    const destination = taking(receiver.url);
    const rig = await openRig([destination]);
    const [, second] = await oweAtOnce(rig, destination, 3);
    await rig.attempted(3);
    await rig.store.resend(second as string, rig.clock.now());
    rig.engine.wake(REF, second);
    await rig.attempted(4);
    const [batch, alone] = receiver.requests as [ReceivedRequest, ReceivedRequest];
    expect(stepsOf(alone)).toEqual([2]);
    expect(idOf(alone)).toBe(eventsOf(batch)[1]?.id);
    expect(eventsOf(alone)[0]).toEqual(eventsOf(batch)[1]);
  });

  it('go one by one, in the form for one, when batches are no longer wanted', async () => {
    const receiver = await aReceiver({ status: 503 });
    const destination = taking(receiver.url);
    const rig = await openRig([destination]);
    await oweAtOnce(rig, destination, 2);
    await rig.attempted(2);
    receiver.answer({ status: 200 });
    const { batch: _batch, ...single } = destination;
    await rig.configure(single);
    rig.advance(5_000);
    await rig.attempted(4);
    expect(receiver.requests.slice(1).map(({ json }) => json.data.step)).toEqual([1, 2]);
  });

  it('count as one request for the rate', async () => {
    const receiver = await aReceiver();
    const destination = taking(receiver.url, {
      batch: { maxEvents: 2, lingerMs: 0 },
      rate: { requests: 1, spanMs: 1_000, text: '1/s' },
    });
    const rig = await openRig([destination]);
    await oweAtOnce(rig, destination, 4);
    await rig.attempted(2);
    expect(receiver.requests.map(stepsOf)).toEqual([[1, 2]]);
    rig.advance(1_000);
    await rig.attempted(4);
    expect(receiver.requests.map(stepsOf)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('are told as failed together, once', async () => {
    const receiver = await aReceiver({ status: 500 });
    const destination = taking(receiver.url, { retry: { max: 0, baseMs: 1, factor: 1, jitter: 0 } });
    const rig = await openRig([destination]);
    const ids = await oweAtOnce(rig, destination, 3);
    await rig.attempted(3);
    expect(rig.notices).toMatchObject([{ type: 'delivery.failed', delivery: ids[0], count: 3 }]);
    expect(rig.engine.laneState(REF)).toMatchObject({ consecutiveFailures: 1 });
  });

  it('are each of unknown end when Relay stops meanwhile', async () => {
    const receiver = await aReceiver('hang');
    const destination = taking(receiver.url);
    const rig = await openRig([destination]);
    const ids = await oweAtOnce(rig, destination, 2);
    await receiver.received(1);
    await rig.engine.stop(0);
    for (const id of ids) {
      expect(await rig.store.getDelivery(id)).toMatchObject({ state: 'pending' });
      expect(await rig.store.listAttempts(id)).toMatchObject([{ outcome: 'unknown', batch: {} }]);
    }
  });
});

describe('a request that is too large (413)', () => {
  it('goes on in halves at once, which is no failure of the destination and uses up no retry', async () => {
    const receiver = await aReceiver((request) => ({ status: eventsOf(request).length > 2 ? 413 : 200 }));
    const destination = taking(receiver.url, {
      retry: { max: 0, baseMs: 1, factor: 1, jitter: 0, on: 'transient' },
    });
    const rig = await openRig([destination]);
    const ids = await oweAtOnce(rig, destination, 7);
    for (const id of ids) await rig.reaches(id, 'delivered');
    expect(
      receiver.requests
        .filter((request) => eventsOf(request).length <= 2)
        .flatMap(stepsOf)
        .sort(),
    ).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(receiver.requests.map(idOf)).size).toBe(receiver.requests.length);
    expect(rig.notices).toEqual([]);
    expect(rig.engine.laneState(REF)).toMatchObject({ consecutiveFailures: 0 });
  });

  it('is an ordinary failure when it has one event', async () => {
    const receiver = await aReceiver({ status: 413 });
    const rig = await openRig([taking(receiver.url, { retry: { max: 0, baseMs: 1, factor: 1, jitter: 0 } })]);
    const [id] = await rig.publish([REF], { step: 1 });
    await rig.reaches(id as string, 'failed');
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('events of one incident', () => {
  it('keep their order in batches, under concurrency and random failures', async () => {
    const random = seededRandom(runSeed());
    console.info(`RELAY_SEED=${random.seed} repeats this run`);
    const delivered = new Map<string, number[]>();
    const bodies = new Map<string, string>();
    const changed: string[] = [];
    let shared = 0;
    const receiver = await aReceiver((request) => {
      // One id, one body.
      if ((bodies.get(idOf(request)) ?? request.text) !== request.text) changed.push(idOf(request));
      bodies.set(idOf(request), request.text);
      const events = eventsOf(request);
      if (events.length > 5) return { status: 413 };
      if (random.next() < 0.3) return { status: 500 };
      if (events.length > 1) shared += 1;
      for (const { data } of events) {
        const name = data.name as string;
        delivered.set(name, [...(delivered.get(name) ?? []), data.step]);
      }
      return { status: 200, delayMs: random.between(0, 4) };
    });
    const retry = { max: 50, baseMs: 1_000, factor: 1, jitter: 0 };
    const batch = { maxEvents: 8, lingerMs: 500 };
    const rig = await openRig([taking(receiver.url, { retry, concurrency: 4, batch, circuit: null })]);
    for (let i = 0; i < 20; i++) await rig.publishIncident(REF, `incident ${i}`, 5);
    await untilTrue('all are through', () => {
      rig.advance(1_000);
      return [...delivered.values()].flat().length === 100;
    });
    for (const steps of delivered.values()) expect(steps).toEqual([1, 2, 3, 4, 5]);
    expect(changed).toEqual([]);
    expect(shared).toBeGreaterThan(5);
  });
});
