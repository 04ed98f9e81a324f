// A service says who an incident starts with, and that person's own channel hears of it at once, as does the next one's after a
// reassignment. Two channels that lead to one destination of different name are two deliveries; one channel twice is one.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;

const channel = (name: string, events: readonly string[]) => ({
  name,
  integrations: [{ name: `${name}-hook`, kind: 'webhook', url: `${receiver.url}/${name}`, events }],
});

beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning({
    config: {
      services: [
        { name: 'payments', assignee: 'user:dana' },
        { name: 'search', assignee: 'user:eve' },
        { name: 'nobody' },
      ],
      channels: ['ops', 'dana', 'eve'].map((name) => channel(name, ['incident.*'])),
      sources: [
        { name: 'payments', pack: 'generic', channel: 'ops', service: 'payments' },
        { name: 'search', pack: 'generic', channel: 'eve', service: 'search' },
        { name: 'nobody', pack: 'generic', channel: 'ops', service: 'nobody' },
        { name: 'quiet', pack: 'generic', service: 'payments' },
      ],
      directory: {
        users: [
          { name: 'dana', full_name: 'Dana K.', channel: 'dana' },
          { name: 'eve', full_name: 'Eve L.', channel: 'eve' },
          { name: 'finn', full_name: 'Finn M.' },
        ],
      },
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

let count = 0;
async function open(source: string): Promise<string> {
  count += 1;
  const { alerts } = await running.alert(source, { id: `alert-${count}`, title: `alert ${count}` });
  return alerts[0]?.incident as string;
}
/** `channel type`, sorted, of what an incident has caused so far. */
async function heard(incident: string): Promise<string[]> {
  const deliveries = (await running.settled()).filter((delivery) => delivery.incident === incident);
  expect(deliveries.map(({ state }) => state)).toEqual(deliveries.map(() => 'delivered'));
  return deliveries
    .map(({ destination, eventType }) => `${destination.slice('integration/'.length)} ${eventType}`)
    .sort();
}
const act = (incident: string, to: string | null) =>
  running.runtime.act(incident, { do: 'reassign', to }, 'cli:test');

describe('an incident', () => {
  it('starts with the assignee of its service, whose channel hears of it beside its own', async () => {
    const incident = await open('payments');
    expect((await running.store.getIncident(incident)).assignee).toBe('user:dana');
    expect(await heard(incident)).toEqual(['dana-hook incident.triggered', 'ops-hook incident.triggered']);
  });

  it('of a service without one starts with nobody', async () => {
    const incident = await open('nobody');
    expect((await running.store.getIncident(incident)).assignee).toBeNull();
    expect(await heard(incident)).toEqual(['ops-hook incident.triggered']);
  });

  it('without a channel of its own is heard of by its assignee alone', async () => {
    expect(await heard(await open('quiet'))).toEqual(['dana-hook incident.triggered']);
  });

  it('on the channel that is its assignee’s too is told there once', async () => {
    expect(await heard(await open('search'))).toEqual(['eve-hook incident.triggered']);
  });

  it('that is reassigned is told to the new one, who hears what comes after', async () => {
    const incident = await open('payments');
    await act(incident, 'user:eve');
    expect(await heard(incident)).toEqual([
      'dana-hook incident.triggered',
      'eve-hook incident.reassigned',
      'ops-hook incident.reassigned',
      'ops-hook incident.triggered',
    ]);
    expect(receiver.requests.at(-1)?.json.text).toContain('Reassigned from dana to eve');
    await running.runtime.act(incident, { do: 'resolve' }, 'cli:test');
    expect((await heard(incident)).filter((line) => line.endsWith('resolved'))).toEqual([
      'eve-hook incident.resolved',
      'ops-hook incident.resolved',
    ]);
  });

  it('reassigned to one without a channel, or to nobody, is told on its own channel', async () => {
    const incident = await open('payments');
    await act(incident, 'user:finn');
    await act(incident, null);
    expect((await heard(incident)).filter((line) => line.endsWith('reassigned'))).toEqual([
      'ops-hook incident.reassigned',
      'ops-hook incident.reassigned',
    ]);
  });
});
