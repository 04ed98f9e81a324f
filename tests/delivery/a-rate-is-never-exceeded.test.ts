import { afterEach, describe, expect, it } from '@jest/globals';
import { parseRate } from '../../src/config/formats.js';
import { RateWindow } from '../../src/delivery/rate.js';
import type { RateLimit } from '../../src/model/topology.js';
import type { Answer } from '../kit/receiver.js';
import { pause, untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

afterEach(closeAll);

const rate = (text: string): RateLimit => parseRate(text) as RateLimit;

/** The most that any window of this length holds, wherever it begins. */
function mostWithin(times: readonly number[], spanMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(
    0,
    ...sorted.map((from, index) => sorted.filter((at, i) => i >= index && at < from + spanMs).length),
  );
}

/** xorshift: the same run for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A request that is answered at once. */
function request(window: RateWindow, now: number): void {
  window.begin();
  window.end(now);
}

/** Requests at random, each a while on its way there and a while back: when they began, and when the receiver had them. */
function runAtRandom(limit: RateLimit, random: () => number): { begun: number[]; arrived: number[] } {
  const wholeMs = Math.floor(random() * limit.spanMs);
  let window = new RateWindow(limit);
  let now = 1_000_000;
  let underWay: number[] = [];
  const begun: number[] = [];
  const arrived: number[] = [];
  const endUntil = (until: number): void => {
    for (const at of underWay.filter((end) => end <= until).sort((a, b) => a - b)) window.end(at);
    underWay = underWay.filter((end) => end > until);
  };
  for (let arrival = 0; arrival < 400; arrival++) {
    const next = now + Math.floor(random() * (random() < 0.1 ? limit.spanMs * 2 : 120));
    endUntil(next);
    now = next;
    if (random() < 0.05) window = new RateWindow(limit, window.save(now), window.underWay);
    if (window.freeAt(now) !== null) continue;
    window.begin();
    const thereMs = Math.floor(random() * wholeMs);
    begun.push(now);
    arrived.push(now + thereMs);
    underWay.push(now + thereMs + Math.floor(random() * (wholeMs - thereMs)));
  }
  return { begun, arrived };
}

describe('the sliding window', () => {
  it('never lets more through than the limit, by the clock of the receiver too, whatever arrives when', () => {
    const seed = Number(process.env.RELAY_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`RELAY_SEED=${seed} repeats this run`);
    const random = randomFrom(seed);
    for (let run = 0; run < 60; run++) {
      const limit = rate(`${1 + Math.floor(random() * 30)}/${1 + Math.floor(random() * 20)}s`);
      const { begun, arrived } = runAtRandom(limit, random);
      expect(begun.length).toBeGreaterThan(limit.requests);
      expect(mostWithin(begun, limit.spanMs)).toBeLessThanOrEqual(limit.requests);
      expect(mostWithin(arrived, limit.spanMs)).toBeLessThanOrEqual(limit.requests);
    }
  });

  it('wastes nothing: the next may begin exactly when the oldest ended a span ago', () => {
    const window = new RateWindow(rate('2/s'));
    request(window, 0);
    window.begin();
    expect([window.free(200), window.freeAt(200)]).toEqual([0, 1_000]);
    window.end(300);
    expect([window.free(999), window.freeAt(999)]).toEqual([0, 1_000]);
    expect([window.free(1_000), window.freeAt(1_000)]).toEqual([1, null]);
    request(window, 1_000);
    expect(window.freeAt(1_000)).toBe(1_300);
  });

  it('counts what is under way however long that takes', () => {
    const window = new RateWindow(rate('2/s'));
    window.begin();
    window.begin();
    expect([window.free(60_000), window.freeAt(60_000)]).toEqual([0, 61_000]);
    window.end(60_500);
    expect(window.freeAt(60_500)).toBe(61_500);
    expect(window.free(61_500)).toBe(1);
  });

  it('is saved in a few numbers, and delays a request by a twentieth of the span at most', () => {
    const limit = rate('1000/1m');
    const window = new RateWindow(limit);
    for (let n = 0; n < 1_000; n++) request(window, n * 50);
    const saved = window.save(50_000) as string;
    expect(saved.length).toBeLessThan(500);
    const again = new RateWindow(limit, saved);
    expect(again.free(50_000)).toBe(0);
    const freeAt = again.freeAt(50_000) as number;
    expect(freeAt).toBeGreaterThanOrEqual(60_000);
    expect(freeAt).toBeLessThanOrEqual(63_000);
    expect(new RateWindow(limit, 'no json').free(0)).toBe(1_000);
    expect(window.save(200_000)).toBeNull();
  });

  it('goes along with a clock that is set back', () => {
    const window = new RateWindow(rate('1/s'));
    request(window, 3_600_000);
    expect(window.freeAt(500)).toBe(1_500);
  });
});

describe('a destination with a rate', () => {
  const REF = 'webhook/crm';
  const publishMany = (rig: Rig, count: number): Promise<string[][]> =>
    Promise.all(Array.from({ length: count }, (_, n) => rig.publish([REF], { n })));

  it('gets no more than that in any window, loses nothing, and holds up nobody', async () => {
    const receiver = await aReceiver();
    const crm = aDestination('crm', receiver.url, { rate: rate('7/s'), concurrency: 16 });
    const rig = await openRig([crm, aDestination('other', receiver.url)]);
    await publishMany(rig, 60);
    const [other = ''] = await rig.publish(['webhook/other']);
    await rig.reaches(other, 'delivered');
    await untilTrue('all are delivered', () => {
      rig.advance(90);
      return rig.attempts.length === 61;
    });
    const times = rig.attempts.filter(({ destination }) => destination === REF).map(({ at }) => at);
    expect(times).toHaveLength(60);
    expect(mostWithin(times, 1_000)).toBe(7);
  });

  it('counts retries and resends, and tells when it goes on', async () => {
    const receiver = await aReceiver({ status: 500 });
    const retry = { max: 3, baseMs: 1_000, factor: 1, jitter: 0 };
    const rig = await openRig([aDestination('crm', receiver.url, { rate: rate('2/10s'), retry })]);
    const [[first = ''] = []] = await publishMany(rig, 3);
    await rig.attempted(2);
    expect(rig.engine.laneState(REF)).toMatchObject({
      nextTryAt: rig.clock.now() + 10_000,
      isHeldBack: true,
    });
    await rig.store.resend(first, rig.clock.now());
    rig.engine.wake(REF, first);
    rig.advance(9_999);
    await pause(80);
    expect(rig.attempts).toHaveLength(2);
    rig.advance(1);
    await rig.attempted(4);
    await pause(80);
    expect(rig.attempts).toHaveLength(4);
  });

  it('counts a request until a whole span after its answer, for nobody knows when it arrived', async () => {
    const answers: (() => void)[] = [];
    const receiver = await aReceiver(
      () => new Promise<Answer>((resolve) => answers.push(() => resolve({ status: 200 }))),
    );
    const rig = await openRig([aDestination('crm', receiver.url, { rate: rate('2/10s') })]);
    await publishMany(rig, 4);
    await receiver.received(2);
    rig.advance(12_000);
    await pause(80);
    expect(receiver.requests).toHaveLength(2);
    for (const answer of answers.splice(0)) answer();
    await rig.attempted(2);
    rig.advance(9_999);
    await pause(80);
    expect(receiver.requests).toHaveLength(2);
    rig.advance(1);
    await receiver.received(4);
    for (const answer of answers.splice(0)) answer();
    await rig.attempted(4);
  });

  it('leaves what it does not allow waiting in the store, not in its hands', async () => {
    const receiver = await aReceiver();
    const rig = await openRig([aDestination('crm', receiver.url, { rate: rate('2/1m') })]);
    for (let n = 0; n < 6; n++) await rig.publish([REF], { n });
    await rig.attempted(2);
    await pause(80);
    expect((await rig.store.counts(0)).deliveries).toMatchObject({ delivered: 2, pending: 4, sending: 0 });
  });

  it('keeps to it across a crash: what was answered and what was under way counts', async () => {
    const receiver = await aReceiver((_request, count) => (count <= 3 ? { status: 200 } : 'hang'));
    const crm = aDestination('crm', receiver.url, { rate: rate('5/1m') });
    const rig = await openRig([crm]);
    await publishMany(rig, 9);
    await rig.attempted(3);
    await receiver.received(5);
    // The life before has no part in what follows: its window is full.
    expect(await rig.store.recover(rig.clock.now())).toBe(2);
    const again = await openRig([crm], { wrapStore: () => rig.store, clock: rig.clock });
    await pause(80);
    expect(receiver.requests).toHaveLength(5);
    expect(again.engine.laneState(REF)?.nextTryAt).toBe(rig.clock.now() + 60_000);
  });

  it('counts the request that is made again with a new token', async () => {
    let tokens = 0;
    const issuer = await aReceiver(() => ({
      status: 200,
      body: JSON.stringify({ access_token: `token-${++tokens}`, token_type: 'Bearer', expires_in: 3_600 }),
    }));
    const receiver = await aReceiver(({ headers }) => ({
      status: headers.authorization === 'Bearer token-1' ? 401 : 200,
    }));
    const oauth2 = { token_url: issuer.url, client_id: 'relay', client_secret: 'secret' };
    const crm = (text: string) =>
      aDestination('crm', receiver.url, {
        rate: rate(text),
        settings: { url: receiver.url, auth: { oauth2 } },
        retry: { max: 3, baseMs: 1_000, factor: 1, jitter: 0 },
      });
    const rig = await openRig([crm('1/10s')]);
    const [delivery = ''] = await rig.publish([REF]);
    await rig.attempted(1);
    expect(receiver.requests).toHaveLength(1);
    rig.advance(9_999);
    await pause(80);
    expect(receiver.requests).toHaveLength(1);
    rig.advance(1);
    // By then with a token that is taken.
    await rig.reaches(delivery, 'delivered');
    expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    // Where the rate has room it is made at once, and takes that room.
    receiver.answer(({ headers }) => ({ status: headers.authorization === 'Bearer token-2' ? 401 : 200 }));
    await rig.configure(crm('3/10s'));
    const [again = ''] = await rig.publish([REF]);
    await rig.reaches(again, 'delivered');
    const [last = ''] = await rig.publish([REF]);
    await pause(80);
    expect(await rig.store.getDelivery(last)).toMatchObject({ state: 'pending', tries: 0 });
    rig.advance(10_000);
    await rig.reaches(last, 'delivered');
  });

  it('keeps to it across a restart, and after a change of the limit', async () => {
    const receiver = await aReceiver();
    const crm = aDestination('crm', receiver.url, { rate: rate('5/1m') });
    const rig = await openRig([crm]);
    await publishMany(rig, 12);
    await rig.attempted(5);
    await rig.engine.stop(1_000);
    const again = await openRig([crm], { wrapStore: () => rig.store });
    again.advance(59_999);
    await pause(80);
    expect(again.attempts).toHaveLength(0);
    again.advance(1);
    await again.attempted(5);
    await again.configure({ ...crm, rate: rate('6/1m') });
    await again.attempted(6);
    await pause(80);
    expect(again.attempts).toHaveLength(6);
    await again.configure(aDestination('crm', receiver.url));
    await again.attempted(7);
    await again.engine.stop(1_000);
  });
});
