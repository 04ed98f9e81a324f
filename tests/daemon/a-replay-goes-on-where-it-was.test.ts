// A replay of a range: what it counts, the order it keeps, that a run which was cut off goes on without sending an event twice, and that
// it waits where enough waits already.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReplayRuns } from '../../src/daemon/trial/replay-runs.js';
import { STANDSTILL_MS } from '../../src/delivery/is-moving.js';
import { MAX_WAITING } from '../../src/http/view/redeliver-pace.js';
import type { ReplaySelection, ReplayStep } from '../../src/http/wire/replay-types.js';
import type { Destination } from '../../src/model/topology.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;
let selection: ReplaySelection;

const EVENTS = 7;
const LATE = { field: 'payload.number', op: 'gte', value: 3 };
const config = (webhooks: readonly unknown[]) => ({ egress: { allow: ['127.0.0.0/8'] }, webhooks });
const late = () => ({
  name: 'late',
  urls: [{ url: `${receiver.url}/late` }],
  events: ['deploy.*'],
  filter: LATE,
  concurrency: 1,
});

/** Seven events that nobody wanted; then a webhook that wants four of them. */
beforeEach(async () => {
  receiver = await startReceiver();
  running = await startRunning({ config: config([]) });
  for (let number = 0; number < EVENTS; number++)
    await running.runtime.send('deploy.finished', null, JSON.stringify({ number }), 'cli:test');
  running.write(config([late()]));
  await running.runtime.control.reload({ dryRun: false });
  selection = { type: 'deploy.finished', until: Date.now() };
});
afterEach(async () => {
  await running?.remove();
  await receiver?.close();
});

const step = (run: string | null, after?: string | null, limit = 2): Promise<ReplayStep> =>
  running.runtime.replayStep({ selection, dryRun: false, run, limit, ...(after ? { after } : {}) });

/** All steps from the first on. */
async function replayAll(run: string | null): Promise<ReplayStep[]> {
  const steps = [await step(run)];
  while (steps.at(-1)?.next) steps.push(await step(steps[0]?.run ?? null, steps.at(-1)?.next));
  return steps;
}
const sum = (steps: readonly ReplayStep[], key: 'looked' | 'deliveries' | 'doneBefore'): number =>
  steps.reduce((total, each) => total + each[key], 0);
const numbers = (): number[] =>
  receiver.requests.map(({ json }) => (json as { data: { number: number } }).data.number);

describe('a replay', () => {
  it('is counted without making anything', async () => {
    const counted = await running.runtime.replayStep({ selection, dryRun: true, run: null, limit: 100 });
    expect(counted).toEqual({
      run: null,
      looked: EVENTS,
      wanted: 4,
      doneBefore: 0,
      deliveries: 4,
      destinations: { 'webhook/late': 4 },
      waitsFor: null,
      next: null,
    });
    expect(await running.settled()).toEqual([]);
  });

  it('sends, oldest first, what today wants of the range', async () => {
    const steps = await replayAll(null);
    expect([sum(steps, 'looked'), sum(steps, 'deliveries')]).toEqual([EVENTS, 4]);
    const made = await running.settled();
    expect(numbers()).toEqual([3, 4, 5, 6]);
    expect(new Set(made.map(({ routedBecause }) => routedBecause))).toEqual(
      new Set([`replay ${steps[0]?.run}: webhook late subscribes to deploy.finished`]),
    );
  });

  it('that was cut off goes on after a restart, and sends no event twice', async () => {
    const first = await step(null);
    const second = await step(first.run, first.next, 3);
    expect(second.deliveries).toBeGreaterThan(0);
    await running.stop();
    running = await startRunning({ config: config([late()]), dir: running.dir });
    const rest = await replayAll(first.run);
    expect(sum(rest, 'doneBefore')).toBe(second.deliveries);
    expect(sum(rest, 'deliveries')).toBe(4 - second.deliveries);
    const made = await running.settled();
    expect(made.map(({ event }) => event).sort()).toEqual(
      [...new Set(made.map(({ event }) => event))].sort(),
    );
    expect(made).toHaveLength(4);
  });

  it('of another run sends them again', async () => {
    await replayAll(null);
    const again = await replayAll(null);
    expect([sum(again, 'doneBefore'), sum(again, 'deliveries')]).toEqual([0, 4]);
  });

  it('knows what it has replayed however much was sent of an event since', async () => {
    await running.runtime.control.setPaused('webhook', 'late', true);
    const { run } = (await replayAll(null))[0] as ReplayStep;
    const { items } = await running.store.listEvents({ type: 'deploy.finished', limit: 10 });
    const destination = running.runtime.topology().destinations.get('webhook/late');
    // As many as an event has at a thousand URLs, and again by a later run.
    for (const event of items)
      await running.runtime.sendTo(event, Array(1_100).fill(destination), 'another run');
    expect(sum(await replayAll(run), 'deliveries')).toBe(0);
  });

  it('does not go on with a run over other events', async () => {
    const { run } = await step(null);
    selection = { ...selection, type: 'deploy.started' };
    await expect(step(run)).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(step('rpl_1_00000000')).rejects.toMatchObject({ code: 'usage.invalid' });
  });
});

it('with very many destinations is written a few events at a time, in their order', async () => {
  const destination = running.runtime.topology().destinations.get('webhook/late') as Destination;
  const routed = Array(400).fill({ destination, because: 'test' });
  const sent: string[] = [];
  let underWay = 0;
  let most = 0;
  const replays = new ReplayRuns({
    relay: {
      routeOf: async () => routed,
      async sendTo(event, ways) {
        sent.push(event.id);
        underWay += ways.length;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= ways.length;
        return [];
      },
    },
    store: { ...running.store, backlog: async () => [] },
    engine: running.runtime.engine,
    clock: running.runtime.clock,
  });
  const told = await replays.step({ selection, dryRun: false, run: null, limit: 100 });
  expect([told.looked, told.deliveries, most]).toEqual([EVENTS, EVENTS * 400, 800]);
  expect(sent).toEqual([...sent].sort());
  expect(sent).toHaveLength(EVENTS);
});

describe('where enough waits already', () => {
  const replaysBeside = (waiting: number, lane: object = {}, dueForMs = 0): ReplayRuns =>
    new ReplayRuns({
      relay: {
        routeOf: async () =>
          [...running.runtime.topology().destinations.values()].map((destination) => ({
            destination,
            because: 'test',
          })),
        sendTo: (event, routed) =>
          running.runtime.sendTo(
            event,
            routed.map(({ destination }) => destination),
            routed[0]?.because ?? '',
          ),
      },
      store: {
        listEvents: (query) => running.store.listEvents(query),
        listDeliveries: (query) => running.store.listDeliveries(query),
        backlog: async () => [
          {
            destination: 'webhook/late',
            waiting,
            failed: 0,
            oldestDueAt: running.runtime.clock.now() - dueForMs,
          },
        ],
      },
      engine: {
        laneState: () =>
          ({ ...(running.runtime.engine.laneState('webhook/late') as object), ...lane }) as never,
      },
      clock: running.runtime.clock,
    });
  const first = (replays: ReplayRuns) => replays.step({ selection, dryRun: false, run: null, limit: 3 });

  it('a step makes nothing, and can be asked for again', async () => {
    const held = await first(replaysBeside(MAX_WAITING));
    expect(held).toMatchObject({
      deliveries: 0,
      looked: 0,
      next: null,
      waitsFor: { destination: 'webhook/late', waiting: MAX_WAITING },
    });
    const free = replaysBeside(MAX_WAITING - 1);
    const begun = await free.step({ selection, dryRun: false, run: held.run, limit: 3 });
    expect(begun).toMatchObject({ deliveries: 3, waitsFor: null });
    expect(await running.settled()).toHaveLength(3);
  });

  it.each([
    ['is paused', { isPaused: true }, 0],
    ['is disabled', { disabledReason: 'answered 410 Gone' }, 0],
    ['is degraded', { health: 'degraded' }, 0],
    ['is probed', { probeAt: 1 }, 0],
    ['has delivered nothing for a minute, however well', { lastSuccessAt: null }, STANDSTILL_MS],
  ])('and nobody waits for a destination that %s: what it gets is kept for it', async (_, lane, dueFor) => {
    const dead = await first(replaysBeside(MAX_WAITING, lane, dueFor));
    expect(dead).toMatchObject({ deliveries: 3, waitsFor: null });
  });

  it('but for one that has delivered within the minute, or had only just something to deliver', async () => {
    const now = running.runtime.clock.now();
    const slow = await first(replaysBeside(MAX_WAITING, { lastSuccessAt: now }, 10 * STANDSTILL_MS));
    expect(slow.waitsFor).not.toBeNull();
    const begun = await first(replaysBeside(MAX_WAITING, { lastSuccessAt: null }, 0));
    expect(begun.waitsFor).not.toBeNull();
  });

  it('what a run itself has added counts, however old the count of the store is', async () => {
    const backlog = [{ destination: 'webhook/late', waiting: MAX_WAITING - 3, failed: 0, oldestDueAt: null }];
    const parts = {
      relay: {
        routeOf: async () =>
          [...running.runtime.topology().destinations.values()].map((destination) => ({
            destination,
            because: 'test',
          })),
        sendTo: async () => [],
      },
      store: {
        listEvents: running.store.listEvents.bind(running.store),
        listDeliveries: running.store.listDeliveries.bind(running.store),
        backlog: async () => backlog,
      },
      engine: { laneState: () => running.runtime.engine.laneState('webhook/late') },
      clock: running.runtime.clock,
    };
    const replays = new ReplayRuns(parts);
    const begun = await first(replays);
    expect(begun.deliveries).toBe(3);
    const next = await replays.step({
      selection,
      dryRun: false,
      run: begun.run,
      limit: 3,
      after: begun.next as string,
    });
    expect(next.waitsFor).toEqual({ destination: 'webhook/late', waiting: MAX_WAITING });
    expect(next.next).toBe(begun.next);
  });
});
