// Maintenance of a source while the daemon runs, restarts, and dies in the middle of an end: what people are told, and what they are not.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Source } from '../../src/model/topology.js';
import { type FakeClock, fakeClock } from '../kit/clock.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';
import { untilTrue } from '../kit/wait.js';

const HOUR = 3_600_000;
const CONFIG: ConfigObject = {
  channels: [
    {
      name: 'ops',
      integrations: [{ name: 'terminal', kind: 'console', events: ['incident.*', 'source.*'] }],
    },
    // Whose destinations name no events: what most people have.
    { name: 'plain', integrations: [{ name: 'plain', kind: 'console' }] },
  ],
  sources: [
    { name: 'plain', pack: 'generic', channel: 'plain' },
    { name: 'web', pack: 'generic', channel: 'ops' },
    { name: 'other', pack: 'generic', channel: 'ops', heartbeat: '10m' },
  ],
};
let clock: FakeClock;
let running: Running;

async function start(dir?: string): Promise<void> {
  running = await startRunning({ config: CONFIG, clock, ...(dir === undefined ? {} : { dir }) });
}
async function restart(): Promise<void> {
  await running.stop();
  await start(running.dir);
}
beforeEach(async () => {
  clock = fakeClock();
  await start();
});
afterEach(() => running.remove());

const care = () => running.runtime.care;
const source = (name: string) => running.runtime.topology().sources.get(name) as Source;
const begin = (mode: 'silence' | 'collect', forMs: number | null = HOUR) =>
  care().startMaintenance(source('web'), mode, forMs, 'cli:dana');
/** `Disk full` opens, `Disk full` with status resolved ends. */
async function post(title: string, status = 'firing', source = 'web') {
  const { alerts } = await running.alert(source, { title, alert_uid: title, status });
  return alerts[0] as NonNullable<(typeof alerts)[0]>;
}
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  await care().tick();
}
/** What reached somebody, oldest first, as `type title-or-source`. */
async function told(): Promise<string[]> {
  const deliveries = await running.settled();
  return Promise.all(
    deliveries.map(async ({ event, eventType }) => {
      const data = JSON.parse((await running.store.getEvent(event)).data);
      return `${eventType} ${data.incident?.title ?? data.source}`;
    }),
  );
}
const get = (id: string | null) => running.store.getIncident(id as string);

describe('a silence', () => {
  it('keeps what opens and tells nobody; its end announces what is still open, once', async () => {
    const before = await post('before');
    await begin('silence');
    const stays = await post('stays');
    const goes = await post('goes');
    expect([stays.result, goes.result]).toEqual(['opened', 'opened']);
    await post('stays');
    await post('goes', 'resolved');
    await post('before', 'resolved');
    await running.runtime.act(stays.incident as string, { do: 'acknowledge' }, 'cli:dana');
    const quiet = ['incident.triggered before', 'source.maintenance_started web', 'incident.resolved before'];
    expect(await told()).toEqual(quiet);
    expect(await get(stays.incident)).toMatchObject({ silenced: true, alertCount: 2 });

    await later(HOUR - 1);
    expect(care().maintenanceOf('web')).not.toBeNull();
    await later(1);
    expect(care().maintenanceOf('web')).toBeNull();
    const end = ['incident.triggered stays', 'source.maintenance_ended web'];
    expect(await told()).toEqual([...quiet, ...end]);
    expect(await get(stays.incident)).toMatchObject({ silenced: false, status: 'acknowledged' });
    expect(await get(goes.incident)).toMatchObject({ silenced: true, status: 'resolved' });
    expect((await get(before.incident)).silenced).toBe(false);

    await later(HOUR);
    await post('stays', 'resolved');
    expect(await told()).toEqual([...quiet, ...end, 'incident.resolved stays']);
    expect((await post('goes')).result).toBe('opened');
    expect((await told()).at(-1)).toBe('incident.triggered goes');
  });

  it('is ended by the timer of the daemon, which nobody has to ask', async () => {
    care().start();
    await begin('silence');
    await post('quiet');
    clock.advance(HOUR);
    await untilTrue('the timer has ended it', () => care().maintenances().length === 0);
    expect((await told()).slice(-2)).toEqual(['incident.triggered quiet', 'source.maintenance_ended web']);
  });

  it('is of its source alone', async () => {
    await begin('silence');
    await post('loud', 'firing', 'other');
    expect(await told()).toContain('incident.triggered loud');
  });

  it('without a time lasts until it is ended, over a restart', async () => {
    await begin('silence', null);
    await restart();
    await later(1_000 * HOUR);
    expect(care().maintenanceOf('web')).toMatchObject({ mode: 'silence', until: null, by: 'cli:dana' });
    const { incident } = await post('quiet');
    expect(await care().endMaintenance('web', 'cli:kim')).toEqual({ announced: 1, stillFiring: 0 });
    expect((await running.store.timeline(incident as string)).at(-1)).toMatchObject({
      action: 'announced',
      by: 'cli:kim',
      detail: 'maintenance of web until it is ended has ended',
    });
    await expect(care().endMaintenance('web', 'cli:kim')).rejects.toMatchObject({ code: 'object.not_found' });
  });

  it('whose time passed while nothing ran is ended at the start', async () => {
    await begin('silence');
    await post('quiet');
    await running.stop();
    clock.advance(3 * HOUR);
    await start(running.dir);
    expect(care().maintenanceOf('web')).toBeNull();
    expect((await post('late')).result).toBe('opened');
    await care().tick();
    expect((await told()).slice(-3)).toEqual([
      'incident.triggered late',
      'incident.triggered quiet',
      'source.maintenance_ended web',
    ]);
    expect(care().maintenances()).toEqual([]);
  });

  it('that is started anew before the end of the last was seen to announces what that one left', async () => {
    await begin('silence');
    const { incident } = await post('left');
    clock.advance(HOUR);
    await begin('silence');
    expect((await told()).slice(1)).toEqual([
      'incident.triggered left',
      'source.maintenance_ended web',
      'source.maintenance_started web',
    ]);
    expect((await get(incident)).silenced).toBe(false);
    expect((await get((await post('new')).incident)).silenced).toBe(true);
  });

  it('can be told another end; the other mode is refused with what to do', async () => {
    await begin('silence');
    await begin('silence', 2 * HOUR);
    await later(HOUR);
    expect(care().maintenanceOf('web')?.until).toBe(clock.now() + HOUR);
    await expect(begin('collect')).rejects.toMatchObject({
      code: 'object.exists',
      fix: expect.stringContaining('relay source maintenance web --end'),
    });
    expect((await told()).filter((text) => text.startsWith('source.'))).toHaveLength(1);
  });

  it('silences a missed heartbeat too', async () => {
    await post('hello', 'resolved', 'other');
    await care().startMaintenance(source('other'), 'silence', null, 'cli:dana');
    await later(10 * 60_000);
    expect(care().heartbeatOf('other')?.state).toBe('missed');
    expect(await told()).toEqual(['source.maintenance_started other']);
    await care().endMaintenance('other', 'cli:dana');
    expect(await told()).toContain('incident.triggered other has not been heard of for 10 minutes');
  });

  it('is over for one incident that somebody announces, and for that one only', async () => {
    await begin('silence');
    const { incident } = await post('important');
    await post('unimportant');
    await care().announce(incident as string, 'cli:dana');
    expect((await told()).slice(1)).toEqual(['incident.triggered important']);
    await expect(care().announce(incident as string, 'cli:dana')).rejects.toMatchObject({
      code: 'incident.invalid_transition',
    });
    await later(HOUR);
    const triggered = (await told()).filter((text) => text.startsWith('incident.triggered'));
    expect(triggered).toEqual(['incident.triggered important', 'incident.triggered unimportant']);
  });

  it('ends when its source is removed', async () => {
    await begin('silence', null);
    running.write({ ...CONFIG, sources: [{ name: 'other', pack: 'generic', channel: 'ops' }] });
    await running.runtime.control.reload({ dryRun: false });
    await care().tick();
    expect(care().maintenances()).toEqual([]);
  });
});

describe('a collection', () => {
  it('gathers what would open in one incident told of once; at its end notes what still fires', async () => {
    const before = await post('before');
    await begin('collect');
    const results = [
      await post('a'),
      await post('b'),
      await post('a'),
      await post('b', 'resolved'),
      await post('c'),
    ];
    expect(results.map(({ result }) => result)).toEqual(Array(5).fill('collected'));
    expect(new Set(results.map(({ incident }) => incident)).size).toBe(1);
    await post('before', 'resolved');
    const collection = results[0]?.incident as string;
    expect(await get(collection)).toMatchObject({
      title: '5 alerts collected during maintenance of web',
      alertCount: 5,
      status: 'triggered',
    });
    expect(await get(before.incident)).toMatchObject({ status: 'resolved' });
    const sofar = [
      'incident.triggered before',
      'source.maintenance_started web',
      'incident.triggered 1 alert collected during maintenance of web',
      'incident.resolved before',
    ];
    expect(await told()).toEqual(sofar);

    await later(HOUR);
    expect((await running.store.timeline(collection)).at(-1)).toMatchObject({
      action: 'note_added',
      by: 'relay',
      detail: 'maintenance of web ended: 2 still fire:\n- a\n- c',
    });
    expect((await told()).slice(sofar.length)).toEqual([
      'incident.note_added 5 alerts collected during maintenance of web',
      'incident.triggered 5 alerts collected during maintenance of web',
      'source.maintenance_ended web',
    ]);

    await restart();
    expect((await post('c')).result).toBe('collected');
    expect((await post('a', 'resolved')).result).toBe('collected');
    expect((await post('a')).result).toBe('opened');
    expect((await post('c', 'resolved')).result).toBe('resolved');
    expect(await get(collection)).toMatchObject({ status: 'resolved', resolvedBy: 'source:web' });
  });

  it('that still fires at its end is told of where destinations name no events', async () => {
    await care().startMaintenance(source('plain'), 'collect', HOUR, 'cli:dana');
    const { incident } = await post('a', 'firing', 'plain');
    await post('b', 'firing', 'plain');
    await later(HOUR);
    const deliveries = (await running.settled()).filter(({ destination }) => destination.endsWith('plain'));
    const events = await Promise.all(deliveries.map(({ event }) => running.store.getEvent(event)));
    expect(events.map(({ type, data }) => [type, JSON.parse(data).incident.title])).toEqual([
      ['incident.triggered', '1 alert collected during maintenance of plain'],
      ['incident.triggered', '2 alerts collected during maintenance of plain'],
    ]);
    expect((await get(incident)).message).toContain('2 still fire:\n- a\n- b');
  });

  it('that nothing fires in any more is resolved at its end', async () => {
    await begin('collect');
    const { incident } = await post('a');
    await post('a', 'resolved');
    expect((await get(incident)).status).toBe('triggered');
    expect(await care().endMaintenance('web', 'cli:dana')).toEqual({ announced: 0, stillFiring: 0 });
    expect(await get(incident)).toMatchObject({ status: 'resolved', resolvedBy: 'relay' });
    expect((await told()).slice(-2)).toEqual([
      'incident.resolved 2 alerts collected during maintenance of web',
      'source.maintenance_ended web',
    ]);
  });

  it('that was not needed leaves nothing behind', async () => {
    await begin('collect');
    await later(HOUR);
    expect((await running.store.listIncidents({})).items).toEqual([]);
    expect((await told()).at(-1)).toBe('source.maintenance_ended web');
  });
});

describe('an end that was cut off', () => {
  /** Lets `verb` of the store fail once after `good` calls, as if the process had died there, then starts anew on what is on disk. */
  async function cutOffAt(verb: 'act' | 'openInGroup' | 'publish', good = 0): Promise<void> {
    const { store } = running;
    const real = store[verb] as (...given: unknown[]) => Promise<unknown>;
    let calls = 0;
    Object.assign(store, {
      [verb]: (...given: unknown[]) =>
        calls++ < good ? real.apply(store, given) : Promise.reject(new Error('cut off')),
    });
    await expect(care().endMaintenance('web', 'cli:dana')).rejects.toThrow('cut off');
    Object.assign(store, { [verb]: real });
    await restart();
    expect(care().maintenances()).toHaveLength(1);
  }

  it.each([
    ['before anything was announced', 'act', 0],
    ['between two announcements', 'act', 1],
    ['before its own event', 'publish', 0],
  ] as const)('%s goes on at the next start and tells each thing once', async (_, verb, good) => {
    await begin('silence', null);
    await post('one');
    await post('two');
    await cutOffAt(verb, good);
    // It is over for what comes now.
    await post('three');
    await care().tick();
    await untilTrue('it is over', () => care().maintenances().length === 0);
    const seen = await told();
    expect([...seen].sort()).toEqual([
      'incident.triggered one',
      'incident.triggered three',
      'incident.triggered two',
      'source.maintenance_ended web',
      'source.maintenance_started web',
    ]);
  });

  it.each([
    ['before the note', 'openInGroup', 0],
    ['after the note', 'publish', 0],
  ] as const)('of a collection %s writes one note', async (_, verb, good) => {
    await begin('collect', null);
    const { incident } = await post('a');
    await cutOffAt(verb, good);
    await care().tick();
    const notes = (await running.store.timeline(incident as string)).filter(
      ({ action }) => action === 'note_added',
    );
    expect(notes).toHaveLength(1);
    expect((await told()).filter((text) => text.startsWith('source.maintenance_ended'))).toHaveLength(1);
  });
});
