// One destination among eleven never answers: the ten others get everything, and how much later they got it is measured and printed.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { pause, untilTrue } from '../kit/wait.js';

const KEY = 'scripts-key-000001';
const HEALTHY = 10;
const ALERTS = 150;
const GAP_MS = 10;

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

describe('one dead destination among ten healthy ones', () => {
  let healthy: Receiver[];
  let dead: Receiver;
  let daemon: TestDaemon;

  beforeAll(async () => {
    healthy = await Promise.all(Array.from({ length: HEALTHY }, () => startReceiver()));
    dead = await startReceiver();
    const webhook = (name: string, receiver: Receiver): object => ({
      name,
      urls: [{ url: receiver.url }],
      events: ['incident.triggered'],
      format: 'standard',
      timeout: '20s',
    });
    daemon = await startDaemon({
      config: {
        channels: [{ name: 'ops' }],
        sources: [{ name: 'scripts', pack: 'generic', channel: 'ops', key: KEY }],
        webhooks: [webhook('dead', dead), ...healthy.map((receiver, i) => webhook(`healthy-${i}`, receiver))],
      },
    });
  });
  afterAll(async () => {
    await daemon?.remove();
    for (const receiver of [...(healthy ?? []), dead]) await receiver?.close();
  });

  /** Posts a round of alerts; the middle delay in ms from posting one to its arrival at a healthy receiver. */
  async function round(name: string): Promise<number> {
    const postedAt = new Map<string, number>();
    for (let i = 0; i < ALERTS; i++) {
      const title = `${name}-${i}`;
      postedAt.set(title, performance.now());
      const answer = await daemon.post('scripts', KEY, { alert_uid: title, title, state: 'alerting' });
      expect(answer.status).toBe(202);
      await pause(GAP_MS);
    }
    const delays: number[] = [];
    for (const receiver of healthy) {
      const mine = (): typeof receiver.requests =>
        receiver.requests.filter(({ json }) => json.data.incident.title.startsWith(`${name}-`));
      await untilTrue(`all of ${name} came`, () => mine().length >= ALERTS);
      expect(new Set(mine().map(({ json }) => json.data.incident.title))).toEqual(new Set(postedAt.keys()));
      for (const { at, json } of mine()) delays.push(at - (postedAt.get(json.data.incident.title) as number));
    }
    return middle(delays);
  }

  it('the ten get everything while the one hangs', async () => {
    await round('warm');
    const before = await round('all-well');
    dead.answer('hang');
    const during = await round('one-dead');
    const change = ((during / before - 1) * 100).toFixed(0);
    console.log(
      `middle delay of the healthy ones: ${before.toFixed(2)} ms with all well, ${during.toFixed(2)} ms with one dead (${change} %)`,
    );
    expect(dead.requests.some(({ json }) => json.data.incident.title.startsWith('one-dead-'))).toBe(true);
    // What arrived last may not be written down yet.
    await untilTrue('nothing but the dead one has something waiting', async () => {
      const { json } = await daemon.api('status');
      const backlog = json.backlog as { destination: string; waiting: number }[];
      const waiting = backlog.filter((one) => one.waiting > 0).map(({ destination }) => destination);
      return waiting.length === 1 && waiting[0] === 'webhook/dead';
    });
  }, 120_000);
});
