// One incident with labels and another team, driven with a clock that stands through trigger, reassign, acknowledge and resolve: the four
// bodies of squadcast, a replay of one of them, and the envelope of squadcast_v2. (The documented incident is in its own file.)

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

const TRIGGERED_AT = Date.UTC(2026, 4, 4, 8, 24, 23, 70);
const REASSIGNED_AT = TRIGGERED_AT + 11_475;
const ACKNOWLEDGED_AT = Date.UTC(2026, 4, 5, 1, 5, 23, 129);
const RESOLVED_AT = TRIGGERED_AT + 60_431_142;
const ALERT = {
  title: 'Disk of db-1 is full',
  message: '96 % of /var is used',
  severity: 'critical',
  labels: { host: 'db-1' },
  used: 96.0,
};
/** Key order and number text are the sender's. */
const ALERT_TEXT = JSON.stringify(ALERT).replace('"used":96', '"used":96.0');

let receiver: Receiver;
let running: Running;
let clock: FakeClock;
let incident: string;

beforeAll(async () => {
  receiver = await startReceiver();
  clock = fakeClock(TRIGGERED_AT);
  running = await startRunning({
    clock,
    config: {
      egress: { allow: ['127.0.0.0/8'] },
      directory: {
        organizations: [{ name: 'acme', title: 'Acme Corporation' }],
        users: [
          { name: 'rota', full_name: 'Database Rota' },
          { name: 'kim', full_name: 'Kim Berg', email: 'kim@example.org', organization: 'acme' },
        ],
      },
      services: [{ name: 'db', title: 'Main database', assignee: 'user:rota' }],
      channels: [{ name: 'data', title: 'Data team' }],
      sources: [{ name: 'mine', pack: 'generic', service: 'db', channel: 'data' }],
      webhooks: [
        { name: 'squad', urls: [{ url: receiver.url }], format: 'squadcast', concurrency: 1 },
        {
          name: 'second',
          urls: [{ url: receiver.url.replace('/hook', '/v2') }],
          format: 'squadcast_v2',
          events: ['incident.*', 'deploy.*'],
        },
      ],
    },
  });
  const source = running.runtime.topology().sources.get('mine');
  if (!source) throw new Error('no source');
  const accepted = await running.runtime.ingest(source, {
    text: ALERT_TEXT,
    contentType: 'application/json',
    idempotencyKey: null,
  });
  incident = accepted.alerts[0]?.incident ?? '';
  await running.settled();
  clock.set(REASSIGNED_AT);
  await running.runtime.act(incident, { do: 'reassign', to: 'user:kim' }, 'cli:root');
  await running.settled();
  clock.set(ACKNOWLEDGED_AT);
  await running.runtime.act(incident, { do: 'acknowledge' }, 'user:kim');
  await running.settled();
  clock.set(RESOLVED_AT);
  await running.runtime.act(incident, { do: 'resolve' }, 'user:kim');
  await running.settled();
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

const bodiesAt = (path: string) => receiver.requests.filter((request) => request.path === path);

const rota = { id: 'rota', name: 'Database Rota', type: 'user' };
const kim = { id: 'kim', name: 'Kim Berg', type: 'user' };
const TIMELINE = [
  { action: 'triggered', assigned_to: 'user', name: 'Database Rota', time: '2026-05-04T08:24:23.07Z' },
  { action: 'reassigned', assigned_to: 'user', name: 'Kim Berg', time: '2026-05-04T08:24:34.545Z' },
  { action: 'acknowledged', assigned_to: 'user', name: 'Kim Berg', time: '2026-05-05T01:05:23.129Z' },
  { action: 'resolved', assigned_to: 'user', name: 'Kim Berg', time: '2026-05-05T01:11:34.212Z' },
];
const tta = { time: 11_475, user_id: 'kim', escalation_policy_id: '' };
const ttr = { time: 60_431_142, user_id: 'kim', escalation_policy_id: '' };

/** The order of the keys is the documented one. */
const expected = (
  event_type: string,
  status: string,
  assigned_to: typeof rota,
  timeline: number,
  analytics: object,
) => ({
  id: incident,
  event_type,
  organization: { id: 'acme', name: 'Acme Corporation' },
  service: { id: 'db', name: 'Main database', slug: 'db' },
  alert_source: { id: 'mine', type: 'Generic webhook', short_name: 'generic' },
  message: 'Disk of db-1 is full',
  description: '96 % of /var is used',
  status,
  created_at: '2026-05-04T08:24:23.07Z',
  assigned_to,
  tags: { host: { value: 'db-1', color: '#8A94A6' }, severity: { value: 'critical', color: '#FF0A49' } },
  timeline: TIMELINE.slice(0, timeline),
  analytics,
  event_count: 1,
  event_payload: ALERT,
  owner: {
    id: 'data',
    name: 'Data team',
    type: 'team',
    is_default_team: false,
    team_description: '',
  },
  manually_created_by: { id: '', name: '', email: '' },
});

const CALLS = (): readonly ReturnType<typeof expected>[] => [
  expected('incident_triggered', 'triggered', rota, 1, {}),
  expected('incident_reassigned', 'triggered', kim, 2, { tta }),
  expected('incident_acknowledged', 'acknowledged', kim, 3, { tta }),
  expected('incident_resolved', 'resolved', kim, 4, { tta, ttr }),
];

describe('format squadcast', () => {
  it.each([0, 1, 2, 3])('call %i is the documented payload, field by field and in its order', (index) => {
    const call = bodiesAt('/hook')[index];
    expect(call?.json).toEqual(CALLS()[index]);
    expect(Object.keys(call?.json)).toEqual(Object.keys(CALLS()[index] as object));
    expect(call?.headers['content-type']).toBe('application/json');
  });

  it('holds the payload as it came, with its number text', () => {
    expect(bodiesAt('/hook')).toHaveLength(4);
    for (const { text } of bodiesAt('/hook')) expect(text).toContain(`"event_payload":${ALERT_TEXT},`);
  });

  it('says on a replay, long after, what it said at first', async () => {
    const events = (await running.store.listEvents({ incident })).items;
    const acknowledged = events.find(({ type }) => type === 'incident.acknowledged');
    await running.runtime.replay(acknowledged?.id ?? '', { dryRun: false });
    await running.settled();
    const calls = bodiesAt('/hook');
    expect(calls).toHaveLength(5);
    expect(calls[4]?.text).toBe(calls[2]?.text);
    expect(calls[4]?.headers['webhook-id']).not.toBe(calls[2]?.headers['webhook-id']);
  });
});

describe('format squadcast_v2', () => {
  it('wraps the incident in an envelope with version, event and data', () => {
    const [first] = bodiesAt('/v2');
    const { organization, event_type: _, ...fields } = CALLS()[0] as ReturnType<typeof expected>;
    expect(first?.json).toEqual({
      version: 'v2',
      event: {
        id: expect.stringMatching(/^evt_/),
        type: 'incident.triggered',
        resource: 'incident',
        timestamp: '2026-05-04T08:24:23.070000000Z',
      },
      data: {
        resource_data: { ...fields, url: '' },
        resource_type: 'incident',
        organization,
        team: { id: 'data', name: 'Data team' },
      },
    });
  });

  it('carries the data of other events as it is', async () => {
    await running.runtime.send('deploy.finished', 'data', '{"version":1.0,"ok":true}', 'cli:root');
    await running.settled();
    const call = bodiesAt('/v2').at(-1);
    expect(call?.json).toMatchObject({
      event: { type: 'deploy.finished', resource: 'deploy' },
      data: { resource_data: { version: 1, ok: true }, resource_type: 'deploy' },
    });
    expect(call?.json.data).not.toHaveProperty('incident');
    expect(call?.text).toContain('"resource_data":{"version":1.0,"ok":true}');
  });
});
