// A source with a heartbeat that was heard once and then not for its period gets one incident, resolved when it is heard again. Nothing
// counts as silence while nothing could be heard: after a start, a resume, a changed setting.

import { afterEach, expect, it } from '@jest/globals';
import type { Source } from '../../src/model/topology.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

const MINUTE = 60_000;
let clock: FakeClock;
let running: Running;

const configWith = (source: ConfigObject): ConfigObject => ({
  directory: { users: [{ name: 'dana' }] },
  services: [{ name: 'payments', assignee: 'user:dana' }],
  channels: [{ name: 'ops', integrations: [{ name: 'terminal', kind: 'console' }] }],
  sources: [{ name: 'web', pack: 'generic', channel: 'ops', service: 'payments', ...source }],
});
const TEN_MINUTES = configWith({ heartbeat: '10m' });

async function start(config = TEN_MINUTES, dir?: string): Promise<void> {
  running = await startRunning({ config, clock, ...(dir === undefined ? {} : { dir }) });
}

afterEach(() => running.remove());

const tick = () => running.runtime.care.tick();
const state = () => running.runtime.care.heartbeatOf('web')?.state;
const source = () => running.runtime.topology().sources.get('web') as Source;
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  await tick();
}
async function told(): Promise<string[]> {
  const { items } = await running.store.listEvents({});
  return items.map(({ type }) => type).reverse();
}
const incidents = async () => (await running.store.listIncidents({})).items;
async function missOne(): Promise<void> {
  await running.alert('web', { title: 'hello', status: 'resolved' });
  await later(10 * MINUTE);
  expect(state()).toBe('missed');
}

it('opens one incident, told where the source tells, and resolves it at the next beat', async () => {
  clock = fakeClock();
  await start();
  expect(state()).toBe('waiting');
  await later(60 * MINUTE);
  expect(await incidents()).toEqual([]);

  await running.alert('web', { title: 'hello', status: 'resolved' });
  expect(state()).toBe('heard');
  await later(10 * MINUTE - 1);
  expect(state()).toBe('heard');
  await later(1);
  await later(30 * MINUTE);
  const [incident] = await incidents();
  expect(incident).toMatchObject({
    title: 'web has not been heard of for 10 minutes',
    status: 'triggered',
    severity: 'high',
    priority: 'P2',
    service: 'payments',
    channel: 'ops',
    assignee: 'user:dana',
    groupingId: 'relay:heartbeat',
    alertCount: 0,
  });
  expect(incident?.message).toContain(
    'Last heard 2026-01-01 01:00:00 UTC; expected at least every 10 minutes.',
  );
  expect(incident?.message).toContain('relay source rejects web');
  const deliveries = await running.settled();
  expect(deliveries).toMatchObject([
    { eventType: 'incident.triggered', destination: 'integration/terminal' },
  ]);

  await running.alert('web', { title: 'hello', status: 'resolved' });
  await untilTrue('it is resolved', async () => (await incidents())[0]?.status === 'resolved');
  expect(await told()).toEqual(['incident.triggered', 'incident.resolved']);
  expect((await running.store.timeline(incident?.id as string)).at(-1)).toMatchObject({
    action: 'resolved',
    by: 'relay',
    detail: 'it was heard again',
  });
  await later(9 * MINUTE);
  expect(state()).toBe('heard');
});

it('takes any accepted request for a beat, and no refused one', async () => {
  clock = fakeClock();
  await start();
  const body = { title: 'hello', status: 'resolved' };
  await running.alert('web', body, 'one key');
  for (let i = 0; i < 3; i++) {
    clock.advance(9 * MINUTE);
    await running.alert('web', body, 'one key');
    await tick();
    expect(state()).toBe('heard');
  }
  clock.advance(9 * MINUTE);
  const refused = running.runtime.ingest(source(), {
    text: '{"half":',
    contentType: 'application/json',
    idempotencyKey: null,
  });
  await expect(refused).rejects.toMatchObject({ code: 'ingest.unreadable' });
  await later(MINUTE);
  expect(state()).toBe('missed');
});

it('keeps when it was heard over a restart, and then waits a full period of its own', async () => {
  clock = fakeClock();
  await start();
  running.runtime.care.heard(source());
  await running.stop();
  clock.advance(3 * 60 * MINUTE);
  await start(TEN_MINUTES, running.dir);
  expect(running.runtime.care.heartbeatOf('web')).toMatchObject({
    state: 'heard',
    lastHeardAt: Date.UTC(2026, 0, 1),
  });
  await later(10 * MINUTE - 1);
  expect(state()).toBe('heard');
  await later(1);
  expect(state()).toBe('missed');

  await running.stop();
  await start(TEN_MINUTES, running.dir);
  expect(state()).toBe('missed');
  await later(60 * MINUTE);
  expect(await incidents()).toHaveLength(1);
  running.runtime.care.heard(source());
  await untilTrue('it is resolved', async () => (await incidents())[0]?.status === 'resolved');
});

it('does not open another one for the same silence when somebody resolved it by hand', async () => {
  clock = fakeClock();
  await start();
  await missOne();
  const [incident] = await incidents();
  await running.runtime.act(incident?.id as string, { do: 'resolve' }, 'cli:dana');
  await later(30 * MINUTE);
  expect(await incidents()).toHaveLength(1);
});

it('knows an incident that stood before it could note it: a crash in between opens no second one', async () => {
  clock = fakeClock();
  await start();
  await missOne();
  await running.stop();
  await start(TEN_MINUTES, running.dir);
  // As if the note had not been written before the crash.
  await running.store.putHeard([{ source: 'web', at: clock.now() - 10 * MINUTE, missedAt: null }]);
  await running.stop();
  await start(TEN_MINUTES, running.dir);
  expect(state()).toBe('missed');
  await later(60 * MINUTE);
  expect(await incidents()).toHaveLength(1);
});

it('opens nothing when it is heard while the alarm waits to be written', async () => {
  clock = fakeClock();
  await start();
  await running.alert('web', { title: 'hello', status: 'resolved' });
  clock.advance(10 * MINUTE);
  // Runs before what the tick hands to the store, and after the tick has decided.
  setImmediate(() => running.runtime.care.heard(source()));
  await tick();
  expect([state(), await incidents()]).toEqual(['heard', []]);
});

it('is heard, and missed in time, though the clock was set back', async () => {
  clock = fakeClock();
  await start();
  await later(5 * 60 * MINUTE);
  await missOne();
  await later(-3 * 60 * MINUTE);
  expect(state()).toBe('missed');
  await running.alert('web', { title: 'hello', status: 'resolved' });
  await untilTrue('the incident is over', async () => (await incidents())[0]?.status === 'resolved');
  expect(state()).toBe('heard');
  await later(-60 * MINUTE);
  await later(10 * MINUTE);
  expect(state()).toBe('missed');
});

it('does not expire while it is paused, and has a full period after it is resumed', async () => {
  clock = fakeClock();
  await start();
  await running.alert('web', { title: 'hello', status: 'resolved' });
  await running.runtime.control.setPaused('source', 'web', true);
  await later(60 * MINUTE);
  expect(state()).toBe('heard');
  await running.runtime.control.setPaused('source', 'web', false);
  await later(10 * MINUTE - 1);
  expect(state()).toBe('heard');
  await later(1);
  expect(state()).toBe('missed');
});

it.each([
  ['changed', configWith({ heartbeat: '20m' }), 'its heartbeat was changed'],
  ['removed', configWith({}), 'it has no heartbeat any more'],
])('resolves its incident when the heartbeat is %s while running', async (_, config, why) => {
  clock = fakeClock();
  await start();
  await missOne();
  running.write(config);
  await running.runtime.control.reload({ dryRun: false });
  await untilTrue('it is resolved', async () => (await incidents())[0]?.status === 'resolved');
  const [incident] = await incidents();
  expect((await running.store.timeline(incident?.id as string)).at(-1)?.detail).toBe(why);
});

it.each([
  ['changed', configWith({ heartbeat: '20m' })],
  ['removed', configWith({})],
])('resolves its incident when the heartbeat was %s while nothing ran', async (_, config) => {
  clock = fakeClock();
  await start();
  await missOne();
  await running.stop();
  await start(config, running.dir);
  expect(await incidents()).toMatchObject([{ status: 'resolved', resolvedBy: 'relay' }]);
  expect(state()).not.toBe('missed');
});

it('is its own: an alert whose grouping id pretends to be the heartbeat is an alert like any other', async () => {
  clock = fakeClock();
  await start();
  await missOne();
  const pretend = configWith({ heartbeat: '10m', templates: { grouping_id: 'relay:heartbeat' } });
  running.write(pretend);
  await running.runtime.control.reload({ dryRun: false });
  const { alerts } = await running.alert('web', { title: 'a real one' });
  expect(alerts).toMatchObject([{ result: 'opened' }]);
  expect((await incidents())[0]).toMatchObject({ groupingId: 'alert:relay:heartbeat', title: 'a real one' });
});

it('tries again when the store could not take it', async () => {
  clock = fakeClock();
  await start();
  await running.alert('web', { title: 'hello', status: 'resolved' });
  const { store } = running;
  const open = store.actOnGroup;
  Object.assign(store, { actOnGroup: () => Promise.reject(new Error('disk full')) });
  await later(10 * MINUTE);
  expect(state()).toBe('heard');
  Object.assign(store, { actOnGroup: open });
  await tick();
  expect(state()).toBe('missed');
});

it('follows a change that the store could not take at first', async () => {
  clock = fakeClock();
  await start();
  await missOne();
  const { store } = running;
  const act = store.actOnGroup;
  Object.assign(store, { actOnGroup: () => Promise.reject(new Error('disk full')) });
  running.write(configWith({}));
  await running.runtime.control.reload({ dryRun: false });
  await untilTrue('it was tried', () => running.logged.some((line) => line.includes('could not follow')));
  Object.assign(store, { actOnGroup: act });
  await tick();
  expect(await incidents()).toMatchObject([{ status: 'resolved' }]);
  expect(await store.heardSources()).toEqual([]);
});
