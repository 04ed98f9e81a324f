// A destination that goes bad and well again all the time: its news are told at most once in ten minutes, each with its recovery.

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { FLAP_WINDOW_MS, Flapping } from '../../src/daemon/watch/flapping.js';
import type { OperationalNotice } from '../../src/delivery/engine.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

const notice = (word: string, ref = 'webhook/crm', reason = 'answered 503'): OperationalNotice =>
  ({
    type: word === 'failed' ? 'delivery.failed' : `destination.${word}`,
    destination: { ref },
    delivery: null,
    at: 0,
    reason,
  }) as unknown as OperationalNotice;

it('a second time bad within the window is held, and is never told when it was well again before its end', () => {
  const flapping = new Flapping();
  const told = (word: string, at: number, ref?: string): boolean => flapping.isTold(notice(word, ref), at);
  expect([told('degraded', 0), told('recovered', 1_000)]).toEqual([true, true]);
  expect([told('degraded', 2_000), told('recovered', 3_000)]).toEqual([false, false]);
  expect([flapping.nextAt(), flapping.due(FLAP_WINDOW_MS)]).toEqual([null, []]);
  // Another destination, and what is no flapping, is told as ever.
  expect(told('degraded', 4_000, 'webhook/erp')).toBe(true);
  expect([told('failed', 5_000), told('failed', 5_000), told('disabled', 6_000)]).toEqual([true, true, true]);
});

it('what is still bad at the end of the window is told then, with its latest reason, and so is its recovery', () => {
  const flapping = new Flapping();
  flapping.isTold(notice('degraded'), 0);
  flapping.isTold(notice('recovered'), 1_000);
  flapping.isTold(notice('degraded', 'webhook/crm', 'timeout'), 2_000);
  expect(flapping.nextAt()).toBe(FLAP_WINDOW_MS);
  expect(flapping.due(FLAP_WINDOW_MS - 1)).toEqual([]);
  expect(flapping.due(FLAP_WINDOW_MS)).toMatchObject([{ reason: 'timeout' }]);
  expect(flapping.due(FLAP_WINDOW_MS)).toEqual([]);
  expect(flapping.isTold(notice('recovered'), FLAP_WINDOW_MS + 1)).toBe(true);
  // The window begins anew with what was told.
  expect(flapping.isTold(notice('degraded'), 2 * FLAP_WINDOW_MS - 1)).toBe(false);
});

it('that it was disabled is told at once, and takes the place of what is held', () => {
  const flapping = new Flapping();
  flapping.isTold(notice('degraded'), 0);
  flapping.isTold(notice('recovered'), 1);
  flapping.isTold(notice('degraded'), 2);
  expect(flapping.isTold(notice('disabled'), 3)).toBe(true);
  expect(flapping.nextAt()).toBeNull();
  expect(flapping.isTold(notice('recovered'), 4)).toBe(true);
});

let receiver: Receiver;
let running: Running;
let clock: FakeClock;
beforeEach(async () => {
  receiver = await startReceiver();
  clock = fakeClock();
  running = await startRunning({
    clock,
    config: {
      sources: [{ name: 'scripts', pack: 'generic' }],
      webhooks: [
        { name: 'crm', urls: [{ url: receiver.url }], retry: { max: 0 }, redelivery: false, circuit: false },
      ],
    },
  });
});
afterEach(async () => {
  await running?.remove();
  await receiver?.close();
});

it('in the daemon: the events stay few, however often it flaps', async () => {
  let alerts = 0;
  const alert = async (status: number): Promise<void> => {
    receiver.answer({ status });
    alerts += 1;
    await running.alert('scripts', { id: `alert-${alerts}`, title: 'x' });
    await running.settled();
  };
  const flap = async (): Promise<void> => {
    for (const status of [500, 500, 500, 200]) await alert(status);
  };
  const types = async (): Promise<string[]> =>
    (await running.store.listEvents({ limit: 100 })).items
      .map(({ type }) => type)
      .filter((type) => type.startsWith('destination.'));
  for (let i = 0; i < 4; i++) await flap();
  clock.advance(FLAP_WINDOW_MS);
  await flap();
  const all = ['degraded', 'degraded', 'recovered', 'recovered'].map((word) => `destination.${word}`);
  await untilTrue('the second is told', async () => (await types()).length >= all.length);
  expect((await types()).sort()).toEqual(all);
});
