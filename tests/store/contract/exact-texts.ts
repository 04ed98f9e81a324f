// Contract: what two rows would both say may be stored once; every way of reading still gives the text that was written, to the byte.

import { describe, expect, it } from '@jest/globals';
import type { PreparedAlert } from '../../../src/model/alert.js';
import type { RelayEvent } from '../../../src/model/event.js';
import { incidentEventData } from '../../../src/model/event-data.js';
import type { Incident } from '../../../src/model/incident.js';
import type { DecideAlert, RetentionPolicy, Store } from '../../../src/store/store.js';
import { onEmptyPlace } from './empty-place.js';
import {
  alert,
  incidentOf,
  type MakeStore,
  planned,
  START,
  type StoreUnderTest,
  settlement,
} from './fixtures.js';

const SOURCE = 'alertmanager';
const BY = `source:${SOURCE}`;
const TO = [planned('webhook/crm')];
const DAY = 24 * 3_600_000;
const POLICY: RetentionPolicy = { eventsMs: 30 * DAY, attemptsMs: 30 * DAY, maxSizeBytes: 1e12 };

/** Alerts whose texts are of the kind that gets lost on the way through a database, or is taken for something else. */
const ALERTS: Readonly<Record<string, Partial<PreparedAlert>>> = {
  plain: {},
  'quotes, lines and backslashes': {
    title: 'a "b" \\ud800 \\n',
    message: 'line\nline\ttab\r\n"quoted" \\u0000',
  },
  'characters of several bytes': {
    title: 'Zürich – 東京 🔥',
    message: '🔥'.repeat(40),
    labels: { ort: 'Zürich 🔥' },
  },
  'halves of characters': { title: 'x\ud83d', message: '\udd25y', link: 'https://a.example/\ud83d' },
  'control characters': {
    title: 'bell \u0007 \u001ft',
    message: 'nul \0 \u001fm\u0001',
    labels: { a: '\u001fl' },
  },
  'texts within texts': { title: 'a', message: '"a" ,"title":"a","message":"a"', link: 'a', groupingId: 'a' },
  'no texts': { title: '', message: '', link: null, labels: {}, groupingId: '' },
  'texts that say nothing': {
    title: 'null',
    message: 'null',
    link: 'null',
    groupingId: 'null',
    labels: { null: 'null' },
  },
  'labels in an order of their own': {
    labels: { z: '1', a: '2', '10': 'x', '9': 'y', severity: 's', status: 't' },
  },
  'an instant like the event\u2019s': {
    title: new Date(START).toISOString(),
    message: `"${new Date(START).toISOString()}"`,
  },
  'a picture and texts of kinds': {
    imageUrl: 'https://i.example/1.png',
    texts: { slack: { title: '*a*', message: 'only 2 % left on /var' } },
  },
};

/** The model in small, with the event data that Relay writes: opens, repeats with what `change` says, and resolves. */
function deciderOf(at: number, change: Partial<Incident> = {}): DecideAlert {
  const eventOf = (type: string, incident: Incident) => ({
    type,
    channels: ['ops'],
    data: incidentEventData(incident, { type }, BY),
    deliveries: TO,
  });
  return (from, open, id) => {
    if (open === null) {
      const incident = incidentOf(from, id, at, SOURCE);
      return {
        plan: { incident, timeline: [], events: [eventOf('incident.triggered', incident)] },
        result: 'opened',
      };
    }
    const incident: Incident =
      from.signal === 'resolve'
        ? { ...open, status: 'resolved', resolvedAt: at, resolvedBy: BY, ...change }
        : { ...open, alertCount: open.alertCount + 1, lastAlertAt: at, ...change };
    const type = from.signal === 'resolve' ? 'incident.resolved' : 'incident.repeated';
    return {
      plan: { incident, timeline: [], events: [eventOf(type, incident)] },
      result: from.signal === 'resolve' ? 'resolved' : 'repeated',
    };
  };
}

export function exactTexts(makeStore: MakeStore): void {
  let place: StoreUnderTest;
  let store: Store;
  onEmptyPlace(makeStore, (empty) => {
    place = empty;
    store = empty.store;
  });

  async function take(given: Partial<PreparedAlert>, change: Partial<Incident> = {}): Promise<RelayEvent> {
    const at = place.clock.now();
    const input = { source: SOURCE, at, actor: BY, idempotencyKey: null, alerts: [alert(given)] };
    return (await store.accept(input, deciderOf(at, change))).events[0] as RelayEvent;
  }

  async function acknowledge(incident: string): Promise<RelayEvent> {
    const at = place.clock.now();
    const { events } = await store.act(incident, at, 'cli:dana', (open) => {
      const acknowledged: Incident = {
        ...open,
        status: 'acknowledged',
        acknowledgedAt: at,
        acknowledgedBy: 'cli:dana',
      };
      const draft = { type: 'incident.acknowledged', change: { note: open.message } };
      const data = incidentEventData(acknowledged, draft, 'cli:dana');
      return {
        incident: acknowledged,
        timeline: [],
        events: [{ type: draft.type, channels: [], data, deliveries: TO }],
      };
    });
    return events[0] as RelayEvent;
  }

  /** The data of these events by every way of reading, in the order in which they are given. */
  async function expectSame(events: readonly RelayEvent[]): Promise<void> {
    const texts = events.map(({ data }) => data);
    const read = await Promise.all(events.map(({ id }) => store.getEvent(id)));
    expect(read).toEqual(events);
    expect((await store.listEvents({ desc: false })).items.map(({ data }) => data)).toEqual(texts);
    expect((await store.listEvents({ sort: 'type' })).items.map(({ data }) => data).sort()).toEqual(
      [...texts].sort(),
    );
  }

  describe('the data of events', () => {
    it.each(Object.entries(ALERTS))('is given back as it was written: %s', async (_, given) => {
      const first = await take(given);
      place.clock.advance(1_000);
      const events = [first, await take(given), await acknowledge(first.incident as string)];
      place.clock.advance(1_000);
      events.push(await take({ ...given, signal: 'resolve' }));
      await expectSame(events);
      store = await place.reopen();
      await expectSame(events);
    });

    it('goes out as it was written, when it is due, again, replayed and together with others', async () => {
      const first = await take({});
      const second = await take({ groupingId: 'other', title: 'another' });
      store = await place.reopen();
      const now = place.clock.advance(1_000);
      const [claimed, other] = await store.claimDue('webhook/crm', now, 10);
      expect([claimed!.event, other!.event]).toEqual([first, second]);
      const requestBody = `{"type":"x","data":${first.data}}`;
      const next = { state: 'pending', dueAt: now, reason: 'again' } as const;
      await store.settle(settlement(claimed!, next, { requestBody }));
      expect(await store.claimOne(claimed!.id, now)).toMatchObject({ event: first, sentBody: requestBody });
      expect((await store.listAttempts(claimed!.id)).map((one) => one.requestBody)).toEqual([requestBody]);
      const replayed = await store.addDeliveries(first.id, [planned('webhook/new', { claim: true })], now);
      expect(replayed.claimed.map(({ event }) => event.data)).toEqual([first.data]);
      await store.addDeliveries(first.id, [planned('webhook/bulk')], now);
      await store.addDeliveries(second.id, [planned('webhook/bulk')], now);
      const order = { maxEvents: 10, lingerMs: 0, maxBytes: 1e6 };
      const { parcel } = await store.claimBatch('webhook/bulk', place.clock.advance(1_000), order);
      expect(parcel!.deliveries.map(({ event }) => event.data)).toEqual([first.data, second.data]);
      await store.release([other!.id]);
    });

    it('is found by what only the alert says, and told apart from that of another incident', async () => {
      const needle = 'Needle of Zürich';
      const events = [];
      for (const number of [1, 2, 3])
        events.push(await take({ groupingId: `g${number}`, message: number === 2 ? needle : 'hay' }));
      const found = await store.listDeliveries({ body: needle.toUpperCase() });
      expect(found.items.map(({ event }) => event)).toEqual([events[1]!.id]);
      const [claimed] = await store.claimDue('webhook/crm', place.clock.now(), 1);
      await store.settle(
        settlement(claimed!, { state: 'delivered' }, { requestBody: `{"data":${claimed!.event.data}}` }),
      );
      expect((await store.listDeliveries({ body: 'hay' })).items.map(({ event }) => event)).toEqual([
        events[2]!.id,
        events[0]!.id,
      ]);
      expect((await store.listDeliveries({ body: '"grouping_id":"g2"' })).items).toHaveLength(1);
    });

    it('stays what was true then when the texts of its incident change', async () => {
      const first = await take({ link: null });
      const repeated = await take(
        {},
        { link: 'https://new.example', message: 'new words', labels: { only: 'this' } },
      );
      const retitled = await take({}, { title: 'new title' });
      const resolved = await take({ signal: 'resolve' });
      await expectSame([first, repeated, retitled, resolved]);
      expect(await store.getIncident(first.incident as string)).toMatchObject({
        title: 'new title',
        message: 'new words',
        link: 'https://new.example',
        labels: { only: 'this' },
      });
      store = await place.reopen();
      await expectSame([first, repeated, retitled, resolved]);
    });

    it('of events that no alert brought is given back, too', async () => {
      const at = place.clock.now();
      const { incident } = await store.actOnGroup(
        { source: SOURCE, groupingId: 'beat' },
        at,
        'relay',
        (_, id) => {
          const opened = incidentOf(alert({ groupingId: 'beat' }), id, at, SOURCE);
          const data = incidentEventData(opened, { type: 'incident.triggered' }, 'relay');
          return {
            incident: opened,
            timeline: [],
            events: [{ type: 'incident.triggered', channels: [], data, deliveries: [] }],
          };
        },
      );
      const texts = [
        '{"a": "\\u0001"}',
        '{\n\t"title": "x" }',
        '"\u0001\u001ft\0"',
        '{"incident":{"id":"x","status":"y","title":"z"}}',
      ];
      const published = [];
      for (const data of texts)
        published.push(
          (
            await store.publish(
              { type: 'my.own', channels: [], data, deliveries: [] },
              { at, actor: 'cli:x' },
            )
          ).event,
        );
      const data = `{"incident":"${incident!.id}","title":"${incident!.title}"}`;
      const about = { at, actor: 'cli:x', incident: incident!.id };
      published.push(
        (await store.publish({ type: 'my.own', channels: [], data, deliveries: [] }, about)).event,
      );
      expect(published.map((event) => event.data)).toEqual([...texts, data]);
      const opened = (await store.listEvents({ incident: incident!.id, desc: false })).items[0]!;
      expect(JSON.parse(opened.data)).toMatchObject({ incident: { message: 'only 2 % left on /var' } });
      await expectSame([opened, ...published]);
    });

    it('is kept whole for as long as the event is, however old the alert', async () => {
      const first = await take({});
      const other = await take({ groupingId: 'other' });
      const [claimed] = await store.claimDue('webhook/crm', place.clock.now(), 1);
      await store.settle(settlement(claimed!));
      await take({ signal: 'resolve' }, { message: 'words of its own' });
      place.clock.advance(40 * DAY);
      const prune = async (): Promise<void> => {
        for (let steps = 0; steps < 200; steps++)
          if (!(await store.prune(POLICY, place.clock.now(), 10)).more) return;
        throw new Error('pruning has no end');
      };
      await prune();
      // The first one was delivered and is gone; its sibling and the other one still wait.
      await expect(store.getEvent(first.id)).rejects.toMatchObject({ code: 'object.not_found' });
      const waiting = await store.claimDue('webhook/crm', place.clock.now(), 10);
      expect(waiting.map(({ event }) => event.type)).toEqual(['incident.triggered', 'incident.resolved']);
      expect(waiting[0]!.event).toEqual(other);
      expect(JSON.parse(waiting[1]!.event.data)).toMatchObject({
        incident: { title: 'Disk is full on web-1' },
      });
      for (const delivery of waiting)
        await store.settle(settlement(delivery, undefined, { startedAt: place.clock.now() }));
      place.clock.advance(40 * DAY);
      await prune();
      expect((await store.listEvents({})).items).toEqual([]);
      // What is open stays, and says what it said.
      expect((await store.listIncidents({})).items).toMatchObject([
        { id: other.incident, message: 'only 2 % left on /var' },
      ]);
    });
  });

  describe('the payload of an alert', () => {
    const labels = { alertname: 'Zürich 🔥', severity: 'critical' };
    const text = JSON.stringify(labels);
    const link = 'https://monitor.example/graph?g0=\\"x"';
    const lines = [
      'CPU of "web-1" is high\t– too high',
      'short',
      'The average of five minutes is 97 %',
      '\ud83d is half of a character',
    ];
    const said = JSON.stringify({ lines, link, labels, again: lines });
    it.each([
      ['holds the labels word for word', `{"a":"ü🔥","labels":${text},"b":1}`],
      ['holds them twice', `{"common":${text},"alerts":[{"labels":${text}}]}`],
      ['begins with them', `${text} and more`],
      ['is nothing else', text],
      ['has them in another order', '{"severity":"critical","alertname":"Zürich 🔥"}'],
      ['says all that the alert says', said],
      ['says it in plain text', `${lines.slice(0, 3).join('\r\n')} ${link} ${lines[2]}${lines[2]}`],
      ['says it in other escapes', said.replaceAll('w', '\\u0077').replaceAll('/', '\\/')],
      ['is very long', `${'x'.repeat(20_000)}${said}`],
      ['has nothing of it', 'a=b&c=\u0001\0d'],
      ['is empty', ''],
    ])('is given back as it came: one that %s', async (_, payload) => {
      await take({ labels, payload, link, message: lines.join('\n') });
      const [listed] = (await store.listAlerts({})).items;
      expect(listed).toMatchObject({ payload, labels, link });
      expect(await store.getAlert(listed!.id)).toEqual(listed);
      store = await place.reopen();
      expect(await store.getAlert(listed!.id)).toEqual(listed);
    });

    it('is given back when texts in it overlap', async () => {
      const message = 'one text that goes on\ntext that goes on and on\none text that goes on and on';
      const payload = JSON.stringify({ a: 'one text that goes on and on', b: message });
      await take({ payload, message, labels: { a: 'one text that goes on' }, link: 'text that goes on' });
      expect((await store.listAlerts({})).items[0]!.payload).toBe(payload);
    });
  });
}
