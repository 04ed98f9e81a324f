// All three modes of the CloudEvents HTTP binding, parsed by the project's own SDK. It does not decode header values, so that part is
// checked against the binding's text (§3.1.3.2).

import { describe, expect, it } from '@jest/globals';
import { type CloudEvent, HTTP } from 'cloudevents';
import { cloudEventsFormat, encodedHeaderValue } from '../../src/destinations/webhook/formats/cloudevents.js';
import type { CloudEventsSettings } from '../../src/destinations/webhook/formats/format.js';
import type { RelayEvent } from '../../src/model/event.js';
import { anEvent, anIncidentEvent } from '../delivery/sample-events.js';
import { built, CONTEXT } from './built.js';

const EVENT: RelayEvent = { ...anIncidentEvent('incident.triggered'), source: 'datadog-prod' };
const DATA = JSON.parse(EVENT.data);
const build = (event = EVENT, cloudevents?: CloudEventsSettings, headers = {}) =>
  built(event, { format: 'cloudevents', headers, ...(cloudevents ? { cloudevents } : {}) });

function parsed(request: ReturnType<typeof build>): CloudEvent<unknown>[] {
  const message = { headers: { ...request.headers }, body: request.body };
  expect(HTTP.isEvent(message)).toBe(true);
  const events = HTTP.toEvent(message) as CloudEvent<unknown> | CloudEvent<unknown>[];
  return Array.isArray(events) ? events : [events];
}

const ATTRIBUTES = {
  specversion: '1.0',
  id: EVENT.id,
  source: 'https://relay.test/sources/datadog-prod',
  type: 'incident.triggered',
  subject: 'inc_01h8x3zq0a0',
  time: new Date(EVENT.at).toISOString(),
  datacontenttype: 'application/json',
};

describe('format cloudevents', () => {
  it.each([
    ['structured', undefined, 'application/cloudevents+json; charset=utf-8'],
    ['structured', { mode: 'structured' }, 'application/cloudevents+json; charset=utf-8'],
    ['batched', { mode: 'batched' }, 'application/cloudevents-batch+json; charset=utf-8'],
    ['binary', { mode: 'binary' }, 'application/json'],
  ] as const)('in mode %s is read by the SDK', (_mode, settings, contentType) => {
    const request = build(EVENT, settings);
    expect(request.headers['content-type']).toBe(contentType);
    const events = parsed(request);
    expect(events).toHaveLength(1);
    expect(events[0]?.validate()).toBe(true);
    expect(events[0]).toMatchObject(ATTRIBUTES);
    expect(events[0]?.data).toEqual(DATA);
  });

  it('in mode binary sends data and nothing else, attributes as headers', () => {
    const request = build(EVENT, { mode: 'binary' });
    expect(request.body).toBe(EVENT.data);
    expect(Object.keys(request.headers).filter((name) => name.startsWith('ce-'))).toEqual([
      'ce-specversion',
      'ce-id',
      'ce-source',
      'ce-type',
      'ce-subject',
      'ce-time',
    ]);
  });

  it('takes a source and a type prefix of the user, and no attribute from their headers', () => {
    const settings = { mode: 'binary', source: '/relays/one', type_prefix: 'org.example.' } as const;
    const request = build(EVENT, settings, { 'CE-Type': 'forged', 'X-Team': 'payments' });
    expect(parsed(request)[0]).toMatchObject({
      source: '/relays/one',
      type: 'org.example.incident.triggered',
    });
    expect(request.headers['x-team']).toBe('payments');
  });

  it('has no subject where there is no incident, and this daemon as the source', () => {
    const [event] = parsed(build({ ...anEvent(), source: null }));
    expect(event?.source).toBe('https://relay.test');
    expect(event?.subject).toBeUndefined();
    expect(build({ ...anEvent(), source: null }).body).not.toContain('subject');
  });

  it('keeps number text and key order of the data', () => {
    const event = anEvent({ data: '{"b":1.0,"a":12345678901234567890}' });
    for (const mode of ['structured', 'batched', 'binary'] as const)
      expect(build({ ...EVENT, ...event }, { mode }).body).toContain(event.data);
  });

  it('puts several events into one batch', () => {
    const body = cloudEventsFormat.batch?.(
      [EVENT, { ...EVENT, id: 'evt_2' }].map((event) => ({ event, messageId: `dlv_${event.id}` })),
      {},
      { ...CONTEXT } as never,
    );
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const events = HTTP.toEvent({ headers, body: body as string }) as CloudEvent<unknown>[];
    expect(events.map(({ id }) => id)).toEqual([EVENT.id, 'evt_2']);
  });
});

describe('header values', () => {
  it.each([
    ['plain-text/1', 'plain-text/1'],
    ['Euro € 😀', 'Euro%20%E2%82%AC%20%F0%9F%98%80'],
    ['50% "off"', '50%25%20%22off%22'],
    ['line\r\nend', 'line%0D%0Aend'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j becomes %s', (text, encoded) => {
    expect(encodedHeaderValue(text)).toBe(encoded);
    if (!text.includes('\ud800')) expect(decodeURIComponent(encoded)).toBe(text);
  });
});
