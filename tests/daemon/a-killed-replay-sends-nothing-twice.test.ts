// A replay whose daemon is killed in the middle of a step, gone on with by the command line: every event arrives, under one id.

import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { untilTrue } from '../kit/wait.js';

const EVENTS = 120;
const STEP = 15;
let receiver: Receiver;
let daemon: TestDaemon;

beforeAll(async () => {
  receiver = await startReceiver();
  daemon = await startDaemon({ config: { egress: { allow: ['127.0.0.0/8'] } } });
  for (let number = 0; number < EVENTS; number++)
    await daemon.api('events', { method: 'POST', body: { type: 'deploy.done', data: { number } } });
  const config = parse(readFileSync(daemon.configPath, 'utf8'));
  const webhooks = [{ name: 'late', urls: [{ url: receiver.url }], events: ['deploy.*'] }];
  writeFileSync(daemon.configPath, stringify({ ...config, webhooks }));
  expect((await daemon.relay('config', 'reload')).code).toBe(0);
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

const idsOf = (): Map<number, Set<string>> => {
  const ids = new Map<number, Set<string>>();
  for (const { json, headers } of receiver.requests) {
    const { number } = json.data;
    ids.set(number, (ids.get(number) ?? new Set()).add(String(headers['webhook-id'])));
  }
  return ids;
};

describe('a replay whose daemon is killed', () => {
  it('is gone on with, and every event arrives under one id', async () => {
    const until = new Date().toISOString();
    const step = (more: object) =>
      daemon.api('events/replay', {
        method: 'POST',
        body: { type: 'deploy.done', until, limit: STEP, ...more },
      });
    const first = await step({});
    const { run, next } = first.json;
    const second = await step({ run, after: next });
    expect([first.json.deliveries, second.json.deliveries]).toEqual([STEP, STEP]);
    const cutOff = step({ run, after: second.json.next }).catch(() => null);
    await daemon.kill9();
    await cutOff;
    await daemon.restart();
    const flags = ['--type', 'deploy.done', '--until', until, '--run', run];
    const gone = await daemon.relay('event', 'replay', ...flags, '--json');
    const done = JSON.parse(gone.stdout);
    expect(done.done_before).toBeGreaterThanOrEqual(2 * STEP);
    expect(done.done_before + done.deliveries).toBe(EVENTS);
    await untilTrue('all have come', () => idsOf().size === EVENTS);
    expect([...idsOf().values()].filter((ids) => ids.size !== 1)).toEqual([]);
    const { items } = (await daemon.api('deliveries?limit=1000')).json;
    expect(items).toHaveLength(EVENTS);
  });
});
