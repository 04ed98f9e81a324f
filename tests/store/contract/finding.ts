// Contract: what filters and searches of the lists find, and what is counted.

import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../src/store/store.js';
import { everything, onEmptyPlace } from './empty-place.js';
import {
  accept,
  alert,
  FAILS,
  type MakeStore,
  planned,
  START,
  type StoreUnderTest,
  settlement,
} from './fixtures.js';

export function finding(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
    store = empty.store;
  });

  const open = async (name: string, to = [planned('webhook/crm')]) => {
    const result = await accept(place, [alert({ groupingId: name, title: name })], { to });
    place.clock.advance(1_000);
    return result;
  };

  describe('filters and search', () => {
    it('finds incidents', async () => {
      await open('disk 100%_full');
      await open('disk 100 full');
      const { alerts } = await open('memory');
      await accept(place, [alert({ groupingId: 'memory', signal: 'resolve' })]);
      const titles = async (query: Parameters<Store['listIncidents']>[0]) =>
        (await store.listIncidents(query)).items.map((one) => one.title);
      expect(await titles({ open: true })).toEqual(['disk 100 full', 'disk 100%_full']);
      expect(await titles({ open: false })).toEqual(['memory']);
      expect(await titles({ status: ['resolved', 'triggered'] })).toHaveLength(3);
      expect(await titles({ status: ['acknowledged'] })).toEqual([]);
      expect(await titles({ source: 'grafana', service: 'payments' })).toHaveLength(3);
      expect(await titles({ source: 'nobody' })).toEqual([]);
      expect(await titles({ search: 'DISK' })).toHaveLength(2);
      expect(await titles({ search: '0%_F' })).toEqual(['disk 100%_full']);
      expect(await titles({ search: 'grafana' })).toHaveLength(3);
      expect(await titles({ search: alerts[0]!.incident! })).toEqual(['memory']);
    });

    it('finds events', async () => {
      const { alerts } = await open('a');
      await open('a', []);
      await store.publish(
        { type: 'deploy.finished', channels: ['team "x"'], data: '{"version":"v42"}', deliveries: [] },
        { at: place.clock.now(), actor: 'cli:dana' },
      );
      const types = async (query: Parameters<Store['listEvents']>[0]) =>
        (await store.listEvents(query)).items.map((one) => one.type);
      expect(await types({})).toEqual(['deploy.finished', 'incident.repeated', 'incident.triggered']);
      expect(await types({ type: 'incident.repeated' })).toEqual(['incident.repeated']);
      expect(await types({ type: 'no.such' })).toEqual([]);
      expect(await types({ unmatched: true })).toEqual(['deploy.finished', 'incident.repeated']);
      expect(await types({ unmatched: true, type: 'deploy.finished' })).toEqual(['deploy.finished']);
      expect(await types({ unmatched: false })).toEqual(['incident.triggered']);
      expect(await types({ incident: alerts[0]!.incident! })).toHaveLength(2);
      expect(await types({ channel: 'team "x"' })).toEqual(['deploy.finished']);
      expect(await types({ channel: 'op' })).toEqual([]);
      expect(await types({ search: 'v42' })).toEqual(['deploy.finished']);
      expect(await types({ search: 'DANA' })).toEqual(['deploy.finished']);
      expect(await types({ sort: 'type', desc: false })).toEqual([
        'deploy.finished',
        'incident.repeated',
        'incident.triggered',
      ]);
    });

    it('finds deliveries', async () => {
      const refs = ['webhook/crm', 'webhook/crm#2', 'webhook/crmx', 'integration/ops'];
      const { alerts, events } = await open(
        'a',
        refs.map((ref) => planned(ref)),
      );
      await open('b', [planned('webhook/crm')]);
      const [claimed] = await store.claimDue('webhook/crm#2', place.clock.now(), 1);
      await store.settle(settlement(claimed!, FAILS));
      const [good] = await store.claimDue('integration/ops', place.clock.now(), 1);
      await store.settle(settlement(good!));
      const found = async (query: Parameters<Store['listDeliveries']>[0]) =>
        (await store.listDeliveries(query)).items.map((one) => one.destination).sort();
      expect(await found({ destination: 'webhook/crm' })).toEqual([
        'webhook/crm',
        'webhook/crm',
        'webhook/crm#2',
      ]);
      expect(await found({ destination: 'webhook/crm', status: ['pending'] })).toEqual([
        'webhook/crm',
        'webhook/crm',
      ]);
      expect(await found({ status: ['failed', 'delivered'] })).toEqual(['integration/ops', 'webhook/crm#2']);
      expect(await found({ status: ['delivered'], destination: 'integration/ops' })).toEqual([
        'integration/ops',
      ]);
      expect(await found({ status: ['dead'] })).toEqual([]);
      expect(await found({ event: events[0]!.id })).toHaveLength(4);
      expect(await found({ event: events[0]!.id, status: ['failed'] })).toEqual(['webhook/crm#2']);
      expect(await found({ event: events[0]!.id, destination: 'webhook/crm' })).toHaveLength(2);
      expect(await found({ incident: alerts[0]!.incident! })).toHaveLength(4);
      expect(await found({ search: 'hooks.example/integration' })).toEqual(['integration/ops']);
      expect(await found({ search: '503' })).toEqual(['webhook/crm#2']);
      expect(await found({ search: 'RETRIES USED' })).toEqual(['webhook/crm#2']);
      expect(await found({ search: 'incident.trig' })).toHaveLength(5);
      expect(await found({ search: events[0]!.id })).toHaveLength(4);
      expect(await found({ search: 'nothing like it' })).toEqual([]);
      const all = { limit: 2 };
      for (const sort of [
        'created_at',
        'sent_at',
        'event',
        'destination',
        'url',
        'result',
        'tries',
        'state',
      ]) {
        const rows = await everything((one) => store.listDeliveries(one), { ...all, sort, desc: false });
        expect(new Set(rows.map((one) => one.id)).size).toBe(5);
        const keyOf = { created_at: 'createdAt', sent_at: 'sentAt', event: 'eventType' }[sort] ?? sort;
        if (sort !== 'state') {
          const keys = rows.map((one) => one[keyOf as 'url'] ?? 0);
          expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
        }
      }
    });

    it('finds deliveries by their last result, by class, status or why no answer came', async () => {
      const answers = [
        { status: 503, error: null },
        { status: 500, error: null },
        { status: null, error: 'timeout' },
        { status: null, error: 'dns' },
      ];
      for (const [index, answer] of answers.entries()) {
        await open(`n${index}`, [planned(`webhook/w${index}`)]);
        const [claimed] = await store.claimDue(`webhook/w${index}`, place.clock.now(), 1);
        await store.settle(settlement(claimed!, FAILS, answer));
      }
      await open('good', [planned('webhook/good'), planned('webhook/good#2')]);
      const [good] = await store.claimDue('webhook/good', place.clock.now(), 1);
      await store.settle(settlement(good!));
      const found = async (query: Parameters<Store['listDeliveries']>[0]) =>
        (await store.listDeliveries(query)).items.map((one) => one.destination).sort();
      expect(await found({ result: ['5xx'] })).toEqual(['webhook/w0', 'webhook/w1']);
      expect(await found({ result: ['503'] })).toEqual(['webhook/w0']);
      expect(await found({ result: ['500', 'timeout'] })).toEqual(['webhook/w1', 'webhook/w2']);
      expect(await found({ result: ['error'] })).toEqual(['webhook/w2', 'webhook/w3']);
      expect(await found({ result: ['2xx'] })).toEqual(['webhook/good']);
      expect(await found({ result: ['2xx'], destination: 'webhook/good' })).toEqual(['webhook/good']);
      expect(await found({ result: ['2xx'], destination: 'webhook/w0' })).toEqual([]);
      expect(await found({ result: ['404'] })).toEqual([]);
      expect(await found({ result: ['5xx'], status: ['delivered'] })).toEqual([]);
      expect(await found({ result: ['5xx'], destination: 'webhook/w1' })).toEqual(['webhook/w1']);
      const { event } = (await store.listDeliveries({ result: ['503'] })).items[0]!;
      expect(await found({ result: ['5xx'], event })).toEqual(['webhook/w0']);
      expect(await found({ result: ['timeout'], event })).toEqual([]);
      expect(await found({ result: ['5xx'], sort: 'url', limit: 1 })).toEqual(['webhook/w0']);
    });

    it('finds deliveries by the type of their event, together with all else', async () => {
      await open('a', [planned('webhook/one'), planned('webhook/two')]);
      const own = { type: 'deploy.finished', channels: [], data: '{}', deliveries: [planned('webhook/one')] };
      await store.publish(own, { at: place.clock.now(), actor: 'cli:dana' });
      const found = async (query: Parameters<Store['listDeliveries']>[0]) =>
        (await store.listDeliveries(query)).items.map((one) => `${one.eventType} ${one.destination}`).sort();
      const triggered = ['incident.triggered webhook/one', 'incident.triggered webhook/two'];
      expect(await found({ type: 'incident.triggered' })).toEqual(triggered);
      expect(await found({ type: 'incident.triggered', sort: 'destination' })).toEqual(triggered);
      expect(await found({ type: 'deploy.finished' })).toEqual(['deploy.finished webhook/one']);
      expect(await found({ type: 'deploy.finished', destination: 'webhook/two' })).toEqual([]);
      expect(await found({ type: 'deploy.finished', status: ['pending'], search: 'one' })).toHaveLength(1);
      expect(await found({ type: 'deploy' })).toEqual([]);
      expect(await found({ type: 'never.seen' })).toEqual([]);
    });

    it('finds deliveries by what was sent, what came back and what went wrong, in any attempt', async () => {
      const hooks = ['webhook/first', 'webhook/later', 'webhook/waits'];
      await open(
        'Größe 7',
        hooks.map((ref) => planned(ref)),
      );
      await open('else', [planned('webhook/else')]);
      const [first] = await store.claimDue('webhook/first', place.clock.now(), 1);
      const requestBody = `{"wrapped":${first!.event.data},"note":"Sent with care"}`;
      await store.settle(settlement(first!, { state: 'delivered' }, { requestBody }));
      const again = { state: 'pending', dueAt: place.clock.now(), reason: 'retry' } as const;
      for (const [next, answer] of [
        [again, { status: null, error: 'tls', reason: 'certificate has expired' }],
        [FAILS, { responseBody: 'Quota EXCEEDED' }],
      ] as const) {
        const [claimed] = await store.claimDue('webhook/later', place.clock.now(), 1);
        await store.settle(settlement(claimed!, next, answer));
      }
      const found = async (body: string) =>
        (await store.listDeliveries({ body })).items.map((one) => one.destination).sort();
      expect(await found('GRÖßE 7')).toEqual([...hooks].sort());
      expect(await found('sent with')).toEqual(['webhook/first']);
      expect(await found('"wrapped":{"incident"')).toEqual(['webhook/first']);
      expect(await found('certificate has')).toEqual(['webhook/later']);
      expect(await found('quota exceeded')).toEqual(['webhook/later']);
      // A key that is stored as a single sign.
      expect(await found('"pack":"generic"')).toHaveLength(4);
      expect(await found('nowhere')).toEqual([]);
    });

    it('finds deliveries by a whole id wherever they are, and a text in reason, result or URL with nothing else', async () => {
      const { alerts, events } = await open('a', [planned('webhook/one'), planned('webhook/two#2')]);
      await open('b', [planned('webhook/one')]);
      const [claimed] = await store.claimDue('webhook/one', place.clock.now(), 1);
      await store.settle(settlement(claimed!, FAILS, { status: 502 }));
      const found = async (search: string) =>
        (await store.listDeliveries({ search })).items.map((one) => one.id);
      const all = (await store.listDeliveries({})).items;
      for (const one of all)
        expect(await found(one.id.toUpperCase().replace('DLV', 'dlv'))).toEqual([one.id]);
      expect(await found(events[0]!.id)).toHaveLength(2);
      expect(await found(alerts[0]!.incident!)).toHaveLength(2);
      // The failed one is in three ways at once, and shown once.
      expect(await found('hooks.example/webhook/one')).toHaveLength(2);
      expect(await found('retries used')).toEqual([claimed!.id]);
      expect(await found('502')).toEqual([claimed!.id]);
      expect(await found('e')).toHaveLength(3);
    });

    it('finds alerts by incident and source, and counts what each source sent', async () => {
      const { alerts } = await open('a');
      await open('a');
      await accept(place, [alert()], { source: 'other' });
      expect((await store.listAlerts({ incident: alerts[0]!.incident! })).items).toHaveLength(2);
      expect((await store.listAlerts({ source: 'other' })).items).toHaveLength(1);
      expect((await store.listAlerts({ search: 'web-1' })).items).toHaveLength(1);
      const activity = await store.sourceActivity(START + 1_000);
      expect(activity.get('grafana')).toEqual({ lastHeardAt: START + 1_000, alerts: 1 });
      expect(activity.get('other')).toEqual({ lastHeardAt: START + 2_000, alerts: 1 });
    });

    it('counts rejects by source since an instant, and finds one by its id', async () => {
      const reject = { code: 'c', reason: 'r', contentType: '', body: '{}', bodyBytes: 2 };
      for (const [source, at] of [
        ['grafana', START],
        ['grafana', START + 1_000],
        ['other', START + 1_000],
      ] as const) {
        place.clock.set(at);
        await store.reject({ ...reject, source, at });
      }
      expect(await store.rejectCounts(START)).toEqual(
        new Map([
          ['grafana', 2],
          ['other', 1],
        ]),
      );
      expect(await store.rejectCounts(START + 1_000)).toEqual(
        new Map([
          ['grafana', 1],
          ['other', 1],
        ]),
      );
      expect(await store.rejectCounts(START + 2_000)).toEqual(new Map());
      const [last] = (await store.listRejects({ source: 'grafana' })).items;
      expect((await store.listRejects({ source: 'grafana', search: last!.id })).items).toEqual([last]);
    });

    it('counts', async () => {
      await open('a');
      await open('b');
      await accept(place, [alert({ groupingId: 'b', signal: 'resolve' })]);
      expect(await store.counts(START + 1)).toMatchObject({
        events: 2,
        incidentsOpened: 1,
        incidentsOpen: 1,
      });
      const info = await store.info();
      expect(info.counts).toMatchObject({ alert: 3, incident: 2, event: 3, delivery: 2 });
      expect((await store.info({ counts: false })).counts).toEqual({});
      expect(info).toMatchObject({
        oldestEventAt: START,
        instanceId: expect.stringMatching(/^[0-9a-z]{8,}$/),
      });
    });
  });
}
