// Contract: what the care of sources keeps and finds: deeds without an alert, collections, silence, maintenance, beats, quiet incidents.

import { describe, expect, it } from '@jest/globals';
import type { PreparedAlert } from '../../../src/model/alert.js';
import type { Incident } from '../../../src/model/incident.js';
import type { StoredMaintenance } from '../../../src/store/care-store.js';
import type { DecideAlert, Plan } from '../../../src/store/store.js';
import { onEmptyPlace } from './empty-place.js';
import {
  accept,
  alert,
  incidentOf,
  type MakeStore,
  planned,
  START,
  type StoreUnderTest,
} from './fixtures.js';

const COLLECTION = 'relay:maintenance:1';
const SILENCE: StoredMaintenance = {
  source: 'grafana',
  mode: 'silence',
  startedAt: START,
  until: START + 1_000,
  by: 'cli:dana',
  endedAt: null,
  endedBy: null,
};
const only = (incident: Incident): Plan => ({ incident, timeline: [], events: [] });

/** Gathers every alert in one incident; a resolve makes its group quiet, and the last one resolves the incident. */
const collecting: DecideAlert = (from, open, newIncidentId, around) => {
  const fires = from.signal === 'trigger';
  const found = open ?? around.open(COLLECTION);
  const collection = found ?? {
    ...incidentOf(from, newIncidentId, START, 'grafana'),
    groupingId: COLLECTION,
    alertCount: 0,
  };
  const isOver = !fires && !around.othersFire(collection);
  const incident: Incident = {
    ...collection,
    alertCount: collection.alertCount + 1,
    status: isOver ? 'resolved' : 'triggered',
  };
  return {
    plan: { ...only(incident), collects: { firing: fires, title: from.title } },
    result: isOver ? 'resolved' : 'collected',
  };
};

export function caring(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
  });

  const open = (groupingId: string, change: Partial<Incident> = {}) =>
    place.store.actOnGroup({ source: 'grafana', groupingId }, place.clock.now(), 'relay', (found, id) => ({
      incident: {
        ...(found ?? incidentOf(alert({ groupingId }), id, place.clock.now(), 'grafana')),
        ...change,
      },
      timeline: [{ at: place.clock.now(), action: 'triggered', by: 'relay', detail: 'no alert' }],
      events: [
        { type: 'incident.triggered', channels: ['ops'], data: '{}', deliveries: [planned('webhook/crm')] },
      ],
    }));

  describe('a deed on a group', () => {
    it('opens an incident without an alert, and works on the open one from then on', async () => {
      const opened = await open('relay:heartbeat', { message: 'not heard', alertCount: 0 });
      const id = opened.incident?.id as string;
      expect(await place.store.getIncident(id)).toEqual(opened.incident);
      expect(opened.events).toMatchObject([{ incident: id, alert: null, actor: 'relay', source: 'grafana' }]);
      expect((await place.store.listAlerts({})).items).toEqual([]);
      expect((await place.store.sourceActivity(0)).get('grafana')?.lastHeardAt ?? null).toBeNull();
      const again = await open('relay:heartbeat', { title: 'still' });
      expect(again.incident).toMatchObject({ id, title: 'still' });
      expect((await place.store.timeline(id)).map(({ detail }) => detail)).toEqual(['no alert', 'no alert']);
      expect(await place.store.openInGroup('grafana', 'relay:heartbeat')).toMatchObject({ id });
      expect(await place.store.openInGroup('nobody', 'relay:heartbeat')).toBeNull();
    });

    it('writes nothing when nothing is planned', async () => {
      const done = await place.store.actOnGroup(
        { source: 'grafana', groupingId: 'g' },
        START,
        'relay',
        (found) => ({ incident: found, timeline: [], events: [] }),
      );
      expect(done).toEqual({ incident: null, claimed: [], events: [] });
      expect((await place.store.listIncidents({})).items).toEqual([]);
    });
  });

  describe('a collection', () => {
    const take = (...alerts: PreparedAlert[]) =>
      place.store.accept(
        { source: 'grafana', at: START, actor: 'source:grafana', idempotencyKey: null, alerts },
        collecting,
      );

    it('holds alerts of many groups, is found by each that fires in it, and knows which do', async () => {
      const first = await take(
        alert({ groupingId: 'a', title: 'A' }),
        alert({ groupingId: 'b', title: 'B' }),
      );
      const id = first.alerts[0]?.incident as string;
      expect(first.alerts.map(({ incident }) => incident)).toEqual([id, id]);
      expect((await place.store.listAlerts({ incident: id })).items.map((item) => item.groupingId)).toEqual([
        'b',
        'a',
      ]);
      expect(await place.store.stillFiring(id, 10)).toEqual({ titles: ['A', 'B'], total: 2 });
      expect(await place.store.stillFiring(id, 1)).toEqual({ titles: ['A'], total: 2 });
      await take(alert({ groupingId: 'a', signal: 'resolve' }));
      expect(await place.store.stillFiring(id, 10)).toEqual({ titles: ['B'], total: 1 });

      place = { ...place, store: await place.reopen() };
      const last = await take(alert({ groupingId: 'b', signal: 'resolve' }));
      expect(last.alerts).toMatchObject([{ incident: id, result: 'resolved' }]);
      expect(await place.store.getIncident(id)).toMatchObject({ status: 'resolved', alertCount: 4 });
    });

    it('is no longer found once it is resolved, nor by a group of another source', async () => {
      const { alerts } = await take(alert({ groupingId: 'a' }));
      const found: (string | null)[] = [];
      const look: DecideAlert = (_, incident) => {
        found.push(incident?.id ?? null);
        return { plan: { incident: null, timeline: [], events: [] }, result: 'nothing_open' };
      };
      const ask = (source: string) =>
        place.store.accept(
          { source, at: START, actor: 'x', idempotencyKey: null, alerts: [alert({ groupingId: 'a' })] },
          look,
        );
      await ask('grafana');
      await ask('zabbix');
      const id = alerts[0]?.incident as string;
      await place.store.act(id, START, 'cli:dana', (incident) => only({ ...incident, status: 'resolved' }));
      await ask('grafana');
      expect(found).toEqual([id, null, null]);
    });
  });

  describe('silence', () => {
    it('is kept with an incident until it is taken away, and finds the open ones, oldest first', async () => {
      const one = await open('one', { silenced: true });
      place.clock.advance(10);
      const two = await open('two', { silenced: true });
      await open('three');
      const id = one.incident?.id as string;
      expect((await place.store.getIncident(id)).silenced).toBe(true);
      expect(await place.store.silencedIncidents('grafana', 10)).toEqual([id, two.incident?.id]);
      expect(await place.store.silencedIncidents('grafana', 1)).toEqual([id]);
      expect(await place.store.silencedIncidents('zabbix', 10)).toEqual([]);
      await open('one', { silenced: false });
      await open('two', { status: 'resolved' });
      expect(await place.store.silencedIncidents('grafana', 10)).toEqual([]);
    });
  });

  describe('maintenance', () => {
    const event = { type: 'source.maintenance_started', channels: [], data: '{}', deliveries: [] };

    it('begins and ends with the event that says so, and is there after a restart', async () => {
      const about = { at: START, actor: 'cli:dana', source: 'grafana' };
      await place.store.publish(event, { ...about, maintenance: SILENCE });
      expect(await place.store.maintenances()).toEqual([SILENCE]);
      const ending = { ...SILENCE, endedAt: START + 5, endedBy: 'relay' };
      await place.store.putMaintenance(ending);
      place = { ...place, store: await place.reopen() };
      expect(await place.store.maintenances()).toEqual([ending]);
      await place.store.publish(event, about);
      expect(await place.store.maintenances()).toEqual([ending]);
      await place.store.publish(event, { ...about, maintenance: null });
      expect(await place.store.maintenances()).toEqual([]);
      expect((await place.store.listEvents({ type: event.type })).items).toHaveLength(3);
    });
  });

  describe('beats', () => {
    it('are kept by source, the last one only', async () => {
      await place.store.putHeard([
        { source: 'a', at: START, missedAt: null },
        { source: 'b', at: START, missedAt: START + 1 },
      ]);
      await place.store.putHeard([{ source: 'a', at: START + 9, missedAt: null }]);
      place = { ...place, store: await place.reopen() };
      expect(await place.store.heardSources()).toEqual([
        { source: 'a', at: START + 9, missedAt: null },
        { source: 'b', at: START, missedAt: START + 1 },
      ]);
      await place.store.forgetHeard('a');
      expect((await place.store.heardSources()).map(({ source }) => source)).toEqual(['b']);
    });
  });

  describe('quiet incidents', () => {
    const allQuiet = async (before: Readonly<Record<string, number>>, limit: number): Promise<string[]> => {
      const found: string[] = [];
      let after: string | null = null;
      do {
        const step = await place.store.quietIncidents(new Map(Object.entries(before)), after, limit);
        found.push(...step.incidents);
        after = step.next;
      } while (after !== null);
      return found;
    };

    it('are those without an alert since the instant of their source, in steps, acknowledged or not', async () => {
      const ids: string[] = [];
      for (const groupingId of ['one', 'two', 'three', 'relay:heartbeat']) {
        ids.push((await open(groupingId)).incident?.id as string);
        place.clock.advance(1_000);
      }
      await accept(place, [alert({ groupingId: 'other source' })], { source: 'zabbix' });
      await open('two', { status: 'acknowledged' });
      const [one, two, three] = ids as [string, string, string];
      const now = place.clock.advance(60_000);
      expect((await allQuiet({ grafana: now }, 2)).sort()).toEqual([one, two, three].sort());
      expect(await allQuiet({ grafana: START }, 100)).toEqual([]);
      await open('one', { lastAlertAt: now });
      await open('three', { status: 'resolved' });
      expect(await allQuiet({ grafana: now - 1, nobody: now }, 100)).toEqual([two]);
    });
  });

  it('goes with its incident when that is pruned', async () => {
    const { store } = place;
    const { alerts } = await store.accept(
      { source: 'grafana', at: START, actor: 'x', idempotencyKey: null, alerts: [alert()] },
      collecting,
    );
    const id = alerts[0]?.incident as string;
    await store.act(id, START, 'relay', (incident) =>
      only({ ...incident, status: 'resolved', resolvedAt: START }),
    );
    const policy = { eventsMs: 1, attemptsMs: 1, maxSizeBytes: 1e12 };
    const now = place.clock.advance(86_400_000);
    while ((await store.prune(policy, now, 100)).more);
    await expect(store.getIncident(id)).rejects.toMatchObject({ code: 'object.not_found' });
    expect(await store.check()).toEqual(['ok']);
  });
}
