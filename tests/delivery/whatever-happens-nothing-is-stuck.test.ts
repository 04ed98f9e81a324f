// A lane through everything at once, in random order: answers of every kind, pauses, new settings, restarts, resends, cancelling, sweeps.
// In the end the receiver works, and everything that was not called off arrives, in the order of its incident, within the rate.

import { afterEach, expect, it } from '@jest/globals';
import { parseRate } from '../../src/config/formats.js';
import type { Destination, RateLimit } from '../../src/model/topology.js';
import { type Random, runSeed, seededRandom } from '../kit/random.js';
import type { Answer, ReceivedRequest } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';
import { aDestination, aReceiver, closeAll, openRig, type Rig } from './rig.js';

afterEach(closeAll);

const REF = 'webhook/crm';
const STEPS = 90;
const RATE = parseRate('6/2s') as RateLimit;
const ANSWERS: readonly Answer[] = [
  { status: 200 },
  { status: 200 },
  { status: 500 },
  { status: 413 },
  { status: 410 },
  { status: 429, headers: { 'retry-after': '2' } },
  { status: 503, headers: { 'retry-after': '3' } },
  'reset',
];

const below = (random: Random, limit: number): number => Math.floor(random.next() * limit);

function someSettings(random: Random, url: string): Destination {
  return aDestination('crm', url, {
    retry: { max: 1_000, baseMs: 1_000, factor: 1, jitter: 0 },
    redelivery: { schedule: '0 0 1 1 *', maxAgeMs: 1e12 },
    rate: RATE,
    concurrency: 1 + below(random, 4),
    circuit: random.pick([null, { failures: 2, probeMs: 1_000, maxProbeMs: 4_000 }]),
    ...random.pick([
      {},
      { batch: { maxEvents: 3, lingerMs: 0 } },
      { batch: { maxEvents: 5, lingerMs: 1_000 } },
    ]),
  });
}

interface Sent {
  readonly name?: string;
  readonly type?: string;
}
const eventsOf = ({ json }: ReceivedRequest): readonly { id: string; data: Sent }[] =>
  json.type === 'events.batch' ? json.data.events : [json];

async function run(seed: number): Promise<void> {
  const random = seededRandom(seed);
  // A 410 ends one event for good, and the next of its incident goes before it is sent again by hand.
  const isOrderly = seed % 2 === 0;
  const answers = isOrderly
    ? ANSWERS.filter((one) => typeof one === 'string' || !('status' in one) || one.status !== 410)
    : ANSWERS;
  const taken: Sent[] = [];
  let answer: () => Answer = () => ({ status: 200 });
  const receiver = await aReceiver((request) => {
    const given = answer();
    if (typeof given === 'object' && 'status' in given && given.status === 200)
      taken.push(...eventsOf(request).map(({ data }) => data));
    return given;
  });
  let settings = someSettings(random, receiver.url);
  const first = await openRig([settings]);
  let rig: Rig = first;
  const begun: number[] = [];
  const watch = (): void =>
    rig.engine.onAttempt(({ at, isSharedRequest }) => void (isSharedRequest !== true && begun.push(at)));
  watch();
  const pass = (ms: number): void => {
    first.clock.advance(ms);
    rig.engine.wake();
  };
  const all = async () => (await first.store.listDeliveries({ limit: 1_000, sort: 'created_at' })).items;
  const quiet = () =>
    untilTrue('nothing is under way', async () => (await all()).every(({ state }) => state !== 'sending'));
  const restart = async (): Promise<void> => {
    await rig.engine.stop(below(random, 2) * 200);
    rig = await openRig([settings], { wrapStore: () => first.store, clock: first.clock });
    watch();
  };
  const incidents: string[] = [];
  const order = new Map<string, string[]>();
  const deeds: (() => Promise<unknown> | unknown)[] = [
    () => pass(below(random, 4_000)),
    () => pass(below(random, 4_000)),
    async () => {
      const name = `i${incidents.length}`;
      await rig.publishIncident(REF, name, 1);
      incidents.push(name);
      order.set(name, ['incident.triggered']);
    },
    async () => {
      const name = incidents.at(-1);
      const types = order.get(name ?? '');
      if (types === undefined) return;
      types.push(`step.n${types.length}`);
      await rig.followUp(REF, types.at(-1) as string);
    },
    () => rig.publish([REF], { type: 'alone' }),
    () => {
      const given = [...Array(1 + below(random, 3))].map(() => random.pick(answers));
      answer = () => random.pick(given);
    },
    async () => {
      settings = { ...someSettings(random, receiver.url), paused: below(random, 4) === 0 };
      await rig.configure(settings);
    },
    () => rig.engine.enable(REF),
    async () => {
      const there = await all();
      if (there.length === 0) return;
      const { id } = random.pick(there);
      const resent = await first.store.resend(id, first.clock.now());
      rig.engine.wake(REF, resent.id);
    },
    async () => {
      const selection = { status: ['dead', 'failed', 'held'] as const, destination: REF };
      await first.store.redeliver(selection, 'redelivery', first.clock.now(), 5);
      rig.engine.wake(REF);
    },
    () => rig.engine.sweep(REF),
    restart,
  ];
  for (let step = 0; step < STEPS; step++) {
    await random.pick(deeds)();
    if (below(random, 3) === 0) await new Promise((resolve) => setTimeout(resolve, below(random, 8)));
  }
  answer = () => ({ status: 200 });
  await quiet();
  settings = { ...settings, paused: false };
  await rig.configure(settings);
  await rig.engine.enable(REF);
  await untilTrue(`all of seed ${seed} is delivered`, async () => {
    pass(2_001);
    await first.store.redeliver({ status: ['dead', 'failed'] }, 'redelivery', first.clock.now(), 1_000);
    return (await all()).every(({ state }) => state === 'delivered');
  });
  begun.sort((a, b) => a - b);
  for (const [index, at] of begun.entries()) {
    const within = begun.slice(index).filter((other) => other < at + RATE.spanMs).length;
    expect(within).toBeLessThanOrEqual(RATE.requests);
  }
  for (const [name, types] of order) {
    const came = taken.filter((sent) => sent.name === name).map(({ type = 'incident.triggered' }) => type);
    const firsts = [...new Set(came)];
    if (isOrderly) expect(firsts).toEqual(types);
    else expect(new Set(firsts)).toEqual(new Set(types));
  }
}

it('a lane gets all of it through', async () => {
  const seed = runSeed();
  console.info(`RELAY_SEED=${seed} repeats this run`);
  for (let count = 0; count < Number(process.env.RELAY_RUNS ?? 3); count++) {
    await run(seed + count);
    await closeAll();
  }
}, 600_000);
