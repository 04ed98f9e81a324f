// `auto_resolve_after`: an open incident that its source says nothing of for that long is resolved by Relay, and people are told why.

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Source } from '../../src/model/topology.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';

const HOUR = 3_600_000;
const CONFIG: ConfigObject = {
  channels: [{ name: 'ops', integrations: [{ name: 'terminal', kind: 'console' }] }],
  sources: [
    { name: 'web', pack: 'generic', channel: 'ops', auto_resolve_after: '6h', heartbeat: '1h' },
    { name: 'patient', pack: 'generic', channel: 'ops' },
  ],
};
let clock: FakeClock;
let running: Running;
beforeEach(async () => {
  clock = fakeClock();
  running = await startRunning({ clock, config: CONFIG });
});
afterEach(() => running.remove());

async function post(title: string, source = 'web'): Promise<string> {
  const { alerts } = await running.alert(source, { title, alert_uid: title });
  return alerts[0]?.incident as string;
}
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  await running.runtime.care.tick();
}
const statusOf = async (id: string) => (await running.store.getIncident(id)).status;

it('resolves what is quiet, acknowledged or not, and nothing else', async () => {
  const quiet = await post('quiet');
  const taken = await post('taken');
  const patient = await post('patient', 'patient');
  await running.runtime.act(taken, { do: 'acknowledge' }, 'cli:dana');
  clock.advance(3 * HOUR);
  const repeated = await post('repeated');
  await later(3 * HOUR - 1);
  expect([await statusOf(quiet), await statusOf(taken)]).toEqual(['triggered', 'acknowledged']);

  await post('repeated');
  await later(60_000);
  expect(await Promise.all([quiet, taken, repeated, patient].map(statusOf))).toEqual([
    'resolved',
    'resolved',
    'triggered',
    'triggered',
  ]);
  expect((await running.store.timeline(quiet)).at(-1)).toMatchObject({
    action: 'resolved',
    by: 'relay',
    detail: 'no alert for 6 hours (auto_resolve_after of web)',
  });
  const deliveries = await running.settled();
  const told = [quiet, taken, repeated, patient].map((id) =>
    deliveries.filter(({ incident }) => incident === id).map(({ eventType }) => eventType),
  );
  const ended = ['incident.triggered', 'incident.resolved'];
  const acknowledged = ['incident.triggered', 'incident.acknowledged', 'incident.resolved'];
  expect(told).toEqual([ended, acknowledged, ['incident.triggered'], ['incident.triggered']]);
});

it('leaves the missed heartbeat and a collection under way alone', async () => {
  const web = running.runtime.topology().sources.get('web') as Source;
  await running.runtime.care.startMaintenance(web, 'collect', 20 * HOUR, 'cli:dana');
  const collection = await post('collected');
  await later(1 * HOUR);
  const heartbeat = (await running.store.openInGroup('web', 'relay:heartbeat'))?.id as string;
  await later(10 * HOUR);
  expect([await statusOf(heartbeat), await statusOf(collection)]).toEqual(['triggered', 'triggered']);
  await later(10 * HOUR);
  expect(await statusOf(heartbeat)).toBe('triggered');
  expect(await statusOf(collection)).toBe('resolved');
});

it('counts no silence while nothing could be heard: the daemon was down, the source was paused', async () => {
  const quiet = await post('quiet');
  await running.stop();
  clock.advance(48 * HOUR);
  running = await startRunning({ config: CONFIG, clock, dir: running.dir });
  await later(6 * HOUR - 1);
  expect(await statusOf(quiet)).toBe('triggered');
  await running.runtime.control.setPaused('source', 'web', true);
  await later(48 * HOUR);
  await running.runtime.control.setPaused('source', 'web', false);
  await later(6 * HOUR - 1);
  expect(await statusOf(quiet)).toBe('triggered');
  await later(60_000);
  expect(await statusOf(quiet)).toBe('resolved');
});
