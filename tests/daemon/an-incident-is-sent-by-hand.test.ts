// `incident send`: the latest state of an incident to one destination, whatever that subscribes to and filters.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';

let receiver: Receiver;
let daemon: TestDaemon;
let incident: string;

beforeAll(async () => {
  receiver = await startReceiver();
  daemon = await startDaemon({
    config: {
      egress: { allow: ['127.0.0.0/8'] },
      channels: [{ name: 'ops' }],
      sources: [{ name: 'mine', pack: 'generic', channel: 'ops' }],
      webhooks: [
        {
          name: 'choosy',
          urls: [{ url: `${receiver.url}/one` }, { url: `${receiver.url}/two`, method: 'PUT' }],
          events: ['deploy.*'],
          filter: { field: 'severity', op: 'is', value: 'info' },
        },
      ],
    },
  });
  await daemon.relay('source', 'test', 'mine', '--send');
  const { items } = JSON.parse((await daemon.relay('incident', 'list', '--json')).stdout);
  incident = items[0].id;
});
afterAll(async () => {
  await daemon?.remove();
  await receiver?.close();
});

describe('incident send', () => {
  it('sends how it stands now to every URL of the webhook, and says by whom', async () => {
    await daemon.relay('incident', 'ack', incident);
    await daemon.relay('incident', 'note', incident, 'looking');
    expect(receiver.requests).toEqual([]);
    const sent = await daemon.relay('incident', 'send', incident, '--webhook', 'choosy', '--json');
    expect(sent.code).toBe(0);
    const answer = JSON.parse(sent.stdout);
    expect(answer).toMatchObject({ incident, event_type: 'incident.acknowledged' });
    const requests = await receiver.received(2);
    expect(requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      expect.stringMatching(/^POST .*\/one$/),
      expect.stringMatching(/^PUT .*\/two$/),
    ]);
    expect(requests[0]?.json).toMatchObject({
      type: 'incident.acknowledged',
      data: { incident: { id: incident } },
    });
    const shown = JSON.parse(
      (await daemon.relay('delivery', 'show', answer.deliveries[1].id, '--json')).stdout,
    );
    expect(shown.destination).toBe('webhook/choosy#2');
    expect(shown.routed_because).toMatch(/^sent by hand by cli:/);
  });

  it('refuses what is paused, what is not there, and a command that names no destination', async () => {
    const nowhere = await daemon.relay('incident', 'send', incident);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('--webhook crm')]);
    const mistyped = await daemon.relay('incident', 'send', incident, '--webhook', 'chosy');
    expect([mistyped.code, mistyped.stderr]).toEqual([5, expect.stringContaining('choosy')]);
    await daemon.relay('webhook', 'pause', 'choosy');
    const paused = await daemon.relay('incident', 'send', incident, '--webhook', 'choosy');
    expect([paused.code, paused.stderr]).toEqual([6, expect.stringContaining('webhook resume choosy')]);
  });
});
