// Contract: what accept, act, publish and reject write, and that nothing half done stays.

import { describe, expect, it } from '@jest/globals';
import { RelayError } from '../../../src/core/errors.js';
import type { Incident } from '../../../src/model/incident.js';
import { onEmptyPlace } from './empty-place.js';
import {
  accept,
  alert,
  decider,
  type MakeStore,
  planned,
  START,
  type StoreUnderTest,
  settlement,
} from './fixtures.js';

export function takingIn(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
  });

  describe('accept', () => {
    it('writes alert, incident, timeline, event and delivery, and reads them back as given', async () => {
      const given = alert({
        members: [{ title: 'm', state: 'firing', labels: { a: 'b' }, startsAt: null, link: null }],
        renderErrors: ['title: oops (line 1, column 2)'],
      });
      const result = await accept(place, [given], { to: [planned('webhook/crm')] });
      const { id, incident } = result.alerts[0]!;
      expect(result).toMatchObject({ duplicate: false, claimed: [], alerts: [{ result: 'opened' }] });
      const { texts: _, ...kept } = given;
      expect(await place.store.getAlert(id)).toEqual({
        ...kept,
        id,
        source: 'grafana',
        receivedAt: START,
        incident,
        result: 'opened',
      });
      expect(await place.store.getIncident(incident!)).toEqual(
        expect.objectContaining({ id: incident, status: 'triggered', alertCount: 1, message: given.message }),
      );
      expect(await place.store.timeline(incident!)).toEqual([
        { at: START, action: 'triggered', by: 'source:grafana', detail: '' },
      ]);
      const event = result.events[0]!;
      expect(await place.store.getEvent(event.id)).toEqual(event);
      expect(event).toMatchObject({
        type: 'incident.triggered',
        incident,
        alert: id,
        channels: ['ops'],
        unmatched: false,
      });
      const { items } = await place.store.listDeliveries({ event: event.id });
      expect(items).toEqual([
        expect.objectContaining({
          event: event.id,
          eventType: 'incident.triggered',
          incident,
          destination: 'webhook/crm',
          url: 'https://hooks.example/webhook/crm',
          state: 'pending',
          tries: 0,
          result: '',
          sentAt: null,
          dueAt: START,
          routedBecause: 'subscription',
        }),
      ]);
    });

    it('folds into the one open incident of source and grouping id, and opens another after it is resolved', async () => {
      const first = await accept(place, [alert()]);
      const [again, other] = await Promise.all([
        accept(place, [alert()]),
        accept(place, [alert()], { source: 'datadog' }),
      ]);
      expect(again.alerts[0]).toMatchObject({ result: 'repeated', incident: first.alerts[0]!.incident });
      expect(other.alerts[0]!.result).toBe('opened');
      await accept(place, [alert({ signal: 'resolve' })]);
      const next = await accept(place, [alert()]);
      expect(next.alerts[0]!.result).toBe('opened');
      expect(next.alerts[0]!.incident).not.toBe(first.alerts[0]!.incident);
      expect(await place.store.getIncident(first.alerts[0]!.incident!)).toMatchObject({
        status: 'resolved',
        alertCount: 2,
        resolvedBy: 'source:grafana',
        labels: { host: 'web-1', mount: '/var' },
      });
    });

    it('keeps what single kinds of destinations show, replaces it, and has nothing where there was nothing', async () => {
      const slack = { slack: { title: '*Disk full*', imageUrl: 'https://img.example/1.png' } };
      const { alerts } = await accept(place, [alert({ texts: slack }), alert({ groupingId: 'other' })]);
      const [id, other] = alerts.map(({ incident }) => incident as string) as [string, string];
      expect((await place.store.getIncident(id)).texts).toEqual(slack);
      expect((await place.store.getIncident(other)).texts).toEqual({});
      const change = async (texts: Incident['texts']): Promise<void> => {
        await place.store.act(id, START, 'relay', (incident) => ({
          incident: { ...incident, texts },
          timeline: [],
          events: [],
        }));
      };
      await change({ email: { message: 'full' } });
      expect((await place.store.getIncident(id)).texts).toEqual({ email: { message: 'full' } });
      expect((await place.store.listIncidents({})).items.map(({ texts }) => texts)).toEqual([
        {},
        { email: { message: 'full' } },
      ]);
      await change({});
      expect((await place.store.getIncident(id)).texts).toEqual({});
    });

    it('keeps apart grouping ids that share a long beginning', async () => {
      const long = 'x'.repeat(5_000);
      const result = await accept(place, [
        alert({ groupingId: `${long}1` }),
        alert({ groupingId: `${long}2` }),
      ]);
      expect(result.alerts.map((one) => one.result)).toEqual(['opened', 'opened']);
      expect((await place.store.getAlert(result.alerts[1]!.id)).groupingId).toBe(`${long}2`);
    });

    it('keeps an alert that opens nothing', async () => {
      const result = await accept(place, [alert({ signal: 'resolve' })]);
      expect(result.alerts[0]).toMatchObject({ incident: null, result: 'nothing_open' });
      expect(await place.store.getAlert(result.alerts[0]!.id)).toMatchObject({
        groupingId: 'disk-web-1',
        incident: null,
      });
    });

    it('answers a repeated idempotency key with the first answer, also when both come at once', async () => {
      const [first, second] = await Promise.all([
        accept(place, [alert()], { key: 'k1' }),
        accept(place, [alert()], { key: 'k1' }),
      ]);
      expect([first.duplicate, second.duplicate].sort()).toEqual([false, true]);
      expect(second.alerts).toEqual(first.alerts);
      const elsewhere = await accept(place, [alert()], { key: 'k1', source: 'datadog' });
      expect(elsewhere.duplicate).toBe(false);
      expect((await place.store.listAlerts({})).items).toHaveLength(2);
    });

    it('writes nothing when the decision throws, while others of the same turn are written', async () => {
      const boom = new RelayError('internal.bug', 'boom');
      const input = { source: 's', at: START, actor: 'source:s', idempotencyKey: null };
      const decide = decider(START, 's', [planned('webhook/new')]);
      const [good, bad, late] = await Promise.allSettled([
        accept(place, [alert()]),
        place.store.accept(
          { ...input, alerts: [alert(), alert({ groupingId: 'b' })] },
          (one, open, id, around) => {
            if (one.groupingId === 'b') throw boom;
            return decide(one, open, id, around);
          },
        ),
        accept(place, [alert({ groupingId: 'c' })], { source: 's', to: [planned('webhook/new')] }),
      ]);
      expect(good.status).toBe('fulfilled');
      expect(bad).toEqual({ status: 'rejected', reason: boom });
      expect(late.status).toBe('fulfilled');
      const { items } = await place.store.listAlerts({ source: 's' });
      expect(items.map((one) => one.groupingId)).toEqual(['c']);
      expect((await place.store.listDeliveries({})).items.map((one) => one.destination)).toEqual([
        'webhook/new',
      ]);
    });

    it('hands a claimed delivery back at once, unless an earlier one of its incident waits', async () => {
      const to = [planned('webhook/crm', { claim: true })];
      const first = await accept(place, [alert()], { to });
      expect(first.claimed).toEqual([
        expect.objectContaining({
          destination: 'webhook/crm',
          event: first.events[0],
          cycleTries: 0,
          trigger: 'automatic',
          sentBody: null,
          wasDelivered: false,
          createdAt: START,
        }),
      ]);
      expect(await place.store.getDelivery(first.claimed[0]!.id)).toMatchObject({ state: 'sending' });
      const second = await accept(place, [alert()], { to });
      expect(second.claimed).toEqual([]);
      const other = await accept(place, [alert({ groupingId: 'other' })], { to });
      expect(other.claimed).toHaveLength(1);
      expect((await place.store.settle(settlement(first.claimed[0]!))).freedNext).toBe(true);
      expect(await place.store.claimDue('webhook/crm', START, 10)).toHaveLength(1);
    });
  });

  describe('act, publish, addDeliveries, reject', () => {
    it('changes the incident, or nothing when the decision throws', async () => {
      const { alerts } = await accept(place, [alert()]);
      const id = alerts[0]!.incident!;
      const at = place.clock.advance(60_000);
      const done = await place.store.act(id, at, 'cli:dana', (incident) => ({
        incident: {
          ...incident,
          status: 'acknowledged',
          acknowledgedAt: at,
          acknowledgedBy: 'cli:dana',
          firstAcknowledgedAt: at,
        },
        timeline: [{ at, action: 'acknowledged', by: 'cli:dana', detail: 'on it' }],
        events: [{ type: 'incident.acknowledged', channels: [], data: '{}', deliveries: [] }],
      }));
      expect(done.events).toEqual([
        expect.objectContaining({ incident: id, alert: null, actor: 'cli:dana', unmatched: true }),
      ]);
      expect(await place.store.getIncident(id)).toEqual(done.incident);
      expect((await place.store.timeline(id)).at(-1)).toMatchObject({ detail: 'on it' });
      await expect(
        place.store.act(id, at, 'cli:dana', () => {
          throw new RelayError('incident.invalid_transition', 'no');
        }),
      ).rejects.toMatchObject({ code: 'incident.invalid_transition' });
      await expect(
        place.store.act('inc_00000000001', at, 'cli:dana', () => {
          throw new Error('not reached');
        }),
      ).rejects.toMatchObject({ code: 'object.not_found' });
    });

    it('keeps what an action changes in the text of an incident', async () => {
      const { alerts } = await accept(place, [alert()]);
      const id = alerts[0]!.incident!;
      await place.store.act(id, START, 'x:y', (incident) => ({
        incident: { ...incident, message: 'new words', labels: { only: 'this' }, title: 'T', service: null },
        timeline: [],
        events: [],
      }));
      expect(await place.store.getIncident(id)).toMatchObject({
        message: 'new words',
        labels: { only: 'this' },
        title: 'T',
        service: null,
        link: 'https://monitor.example/a/1',
      });
      expect(await place.store.getAlert(alerts[0]!.id)).toMatchObject({ message: 'only 2 % left on /var' });
    });

    it('publishes an event of its own and adds deliveries to one that exists', async () => {
      const { event } = await place.store.publish(
        { type: 'deploy.finished', channels: ['a', 'b'], data: '{"v":1}', deliveries: [] },
        { at: START, actor: 'cli:dana' },
      );
      expect(event).toMatchObject({ incident: null, alert: null, source: null, unmatched: true });
      const added = await place.store.addDeliveries(
        event.id,
        [planned('webhook/a', { claim: true }), planned('webhook/b')],
        START,
      );
      expect(added.deliveries).toHaveLength(2);
      expect(added.claimed.map((one) => one.destination)).toEqual(['webhook/a']);
      expect(await place.store.getEvent(event.id)).toMatchObject({ unmatched: false, channels: ['a', 'b'] });
      await expect(place.store.addDeliveries('evt_00000000001', [], START)).rejects.toMatchObject({
        code: 'object.not_found',
      });
    });

    it('keeps rejected payloads', async () => {
      const reject = {
        source: 'grafana',
        at: START,
        code: 'ingest.unreadable',
        reason: 'line 1: unexpected end',
        contentType: 'application/json',
        body: '{"a":',
        bodyBytes: 5,
      };
      await place.store.reject(reject);
      const { items } = await place.store.listRejects({ source: 'grafana' });
      expect(items).toEqual([{ ...reject, id: expect.stringMatching(/^rej_/) }]);
      expect((await place.store.listRejects({ source: 'other' })).items).toEqual([]);
    });
  });
}
