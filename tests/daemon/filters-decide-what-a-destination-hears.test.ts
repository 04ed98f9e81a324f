// What a filter asks of an incident, of the payload of its alert and of an event, however the event comes about: from an alert, by hand,
// sent by a user, or replayed.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

let receiver: Receiver;
let running: Running;

const FILTERS = {
  urgent: { filter: { field: 'severity', op: 'gte', value: 'high' } },
  'disk-only': { filter: { all: [{ field: 'payload.check.kind', op: 'is', value: 'disk' }] } },
  'not-dev': { filter: { not: { field: 'labels.env', op: 'is', value: 'dev' } } },
  p1: { when: "{{ incident.priority == 'P1' }}" },
  'big-disk': {
    when: '{{ payload.check.size_gb > 100 }}',
    filter: { field: 'type', op: 'starts_with', value: 'incident.' },
  },
  releases: { filter: { field: 'payload.stage', op: 'is', value: 'live' }, events: ['deploy.*'] },
};

beforeAll(async () => {
  receiver = await startReceiver();
  running = await startRunning({
    config: {
      channels: [
        {
          name: 'ops',
          integrations: [
            {
              name: 'pager',
              kind: 'webhook',
              url: `${receiver.url}/pager`,
              filter: { field: 'severity', op: 'is', value: 'critical' },
            },
          ],
        },
      ],
      sources: [{ name: 'prod', pack: 'generic', channel: 'ops' }],
      webhooks: Object.entries(FILTERS).map(([name, conditions]) => ({
        name,
        urls: [{ url: `${receiver.url}/${name}` }],
        events: ['incident.*'],
        ...conditions,
      })),
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

let count = 0;
async function open(body: Record<string, unknown>): Promise<string> {
  count += 1;
  const { alerts } = await running.alert('prod', { id: `alert-${count}`, title: `alert ${count}`, ...body });
  return alerts[0]?.incident as string;
}

/** `destination type`, sorted. */
async function heard(incident: string | null, event?: string): Promise<string[]> {
  const deliveries = (await running.settled()).filter((delivery) =>
    event === undefined ? delivery.incident === incident : delivery.event === event,
  );
  return deliveries.map(({ destination, eventType }) => `${destination.split('/')[1]} ${eventType}`).sort();
}

describe('an alert is told to those', () => {
  it('whose filter its incident and payload match', async () => {
    const incident = await open({
      severity: 'high',
      check: { kind: 'disk', size_gb: 500 },
      labels: { env: 'prod' },
    });
    expect(await heard(incident)).toEqual([
      'big-disk incident.triggered',
      'disk-only incident.triggered',
      'not-dev incident.triggered',
      'urgent incident.triggered',
    ]);
  });

  it('and a field that is not there matches nothing, in `when` too', async () => {
    const incident = await open({ severity: 'low', labels: { env: 'dev' } });
    expect(await heard(incident)).toEqual([]);
    const [event] = (await running.store.listEvents({ incident })).items;
    expect(event).toMatchObject({ type: 'incident.triggered', unmatched: true });
  });

  it('of its channel that ask for it', async () => {
    const incident = await open({ severity: 'critical' });
    expect(await heard(incident)).toEqual([
      'not-dev incident.triggered',
      'p1 incident.triggered',
      'pager incident.triggered',
      'urgent incident.triggered',
    ]);
  });
});

describe('a deed by hand', () => {
  it('is judged by the payload of the alert, and by what the incident has become', async () => {
    const incident = await open({ severity: 'low', check: { kind: 'disk' }, labels: { env: 'dev' } });
    await running.runtime.act(incident, { do: 'set_priority', priority: 'P1' }, 'cli:test');
    expect(await heard(incident)).toEqual([
      'disk-only incident.priority_changed',
      'disk-only incident.triggered',
      'p1 incident.priority_changed',
    ]);
  });
});

describe('a custom event', () => {
  it('has its data for a payload', async () => {
    const live = await running.runtime.send('deploy.finished', null, '{"stage":"live"}', 'cli:test');
    const test = await running.runtime.send('deploy.finished', null, '{"stage":"test"}', 'cli:test');
    expect(await heard(null, live.event.id)).toEqual(['releases deploy.finished']);
    expect(test.deliveries).toBe(0);
  });
});

describe('a replay', () => {
  it('asks the filters of today about the event of then', async () => {
    const incident = await open({ severity: 'high', check: { kind: 'disk', size_gb: 500 } });
    await running.runtime.act(incident, { do: 'set_priority', priority: 'P1' }, 'cli:test');
    const events = (await running.store.listEvents({ incident })).items;
    const triggered = events.find(({ type }) => type === 'incident.triggered');
    const { destinations } = await running.runtime.replay(triggered?.id as string, { dryRun: true });
    expect([...destinations].sort()).toEqual([
      'webhook/big-disk',
      'webhook/disk-only',
      'webhook/not-dev',
      'webhook/urgent',
    ]);
  });
});
