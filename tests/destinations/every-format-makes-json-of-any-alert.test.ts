// Whatever strangers write into an alert, every format of JSON makes a body that parsers take and that says what the alert says, and the
// headers of CloudEvents in binary mode can be sent.

import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { type CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { outgoingWebhookDriver } from '../../src/destinations/webhook/outgoing.js';
import { anIncidentEvent } from '../delivery/sample-events.js';
import { built, CONTEXT } from './built.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('"', '\\', '\ud800', '\u2028', '$&', "$'", '$0', '</script>', '__proto__', 'MARK-0'),
);
const payload = fc.oneof(
  fc.json(),
  text,
  fc.constantFrom('', '  ', 'null', '[]', '{"a":1.0}', '1e999', 'a=b', '{"$&":"$`"}'),
);
const alert = fc.record({
  title: text,
  message: text,
  labels: fc.dictionary(text, text, { maxKeys: 4 }),
  severity: fc.constantFrom('critical', 'high', null),
  assignee: fc.option(text.map((name) => `user:${name}`)),
});
const PARTS = fc.tuple(alert, payload);
const isJson = (given: string): boolean => {
  try {
    JSON.parse(given);
    return true;
  } catch {
    return false;
  }
};

function bodyOf(
  settings: Parameters<typeof built>[1],
  incident: Record<string, unknown>,
  firstAlert: string | null = null,
) {
  const event = { ...anIncidentEvent('incident.triggered', incident), source: 'datadog-prod' };
  const request = built(event, settings, { firstAlert, alert: firstAlert });
  return { event, request, json: settings.format === 'cloudevents' ? null : JSON.parse(request.body) };
}

describe('any alert', () => {
  it('is told by squadcast and squadcast_v2, with the payload as it came', () => {
    fc.assert(
      fc.property(PARTS, ([incident, firstAlert]) => {
        const v1 = bodyOf({ format: 'squadcast' }, incident, firstAlert).json;
        const sent = isJson(firstAlert)
          ? JSON.parse(firstAlert)
          : firstAlert.trim() === ''
            ? {}
            : { body: firstAlert };
        expect(v1.event_payload).toEqual(sent);
        expect([v1.message, v1.description]).toEqual([incident.title, incident.message]);
        for (const [name, value] of Object.entries(incident.labels))
          if (name !== 'severity') expect(v1.tags[name].value).toBe(value);
        const v2 = bodyOf({ format: 'squadcast_v2' }, incident, firstAlert).json;
        const { organization: _, event_type: __, ...fields } = v1;
        expect(v2.data.resource_data).toEqual({ ...fields, url: expect.any(String) });
      }),
      { numRuns: 300 },
    );
  });

  it('is told by standard and simple', () => {
    fc.assert(
      fc.property(alert, (incident) => {
        const { event, json } = bodyOf({ format: 'standard' }, incident);
        expect(json).toEqual({
          type: event.type,
          timestamp: expect.any(String),
          data: JSON.parse(event.data),
        });
        expect(Object.keys(bodyOf({ format: 'simple' }, incident).json)).toEqual(['title', 'text', 'url']);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['structured', 'batched', 'binary'] as const)('is read by the SDK of CloudEvents: %s', (mode) => {
    fc.assert(
      fc.property(alert, (incident) => {
        const { event, request } = bodyOf({ format: 'cloudevents', cloudevents: { mode } }, incident);
        for (const [name, value] of Object.entries(request.headers)) validateHeaderValue(name, value);
        const [read] = [
          HTTP.toEvent({ headers: { ...request.headers }, body: request.body }),
        ].flat() as CloudEvent<unknown>[];
        expect(read?.validate()).toBe(true);
        expect(read?.data).toEqual(JSON.parse(event.data));
        expect(read?.id).toBe(event.id);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a batch', () => {
  it('has the time of its latest event, wherever that stands', () => {
    const event = anIncidentEvent('incident.triggered');
    const events = [3, 5, 4].map((second) => ({
      event: { ...event, at: second * 1_000 },
      messageId: `dlv_${second}`,
    }));
    const request = outgoingWebhookDriver.buildBatch?.(
      events,
      { url: 'https://receiver.test/hook' },
      CONTEXT,
    );
    const { timestamp, data } = JSON.parse(request?.body ?? '');
    expect(timestamp).toBe('1970-01-01T00:00:05.000Z');
    expect(data.events.map(({ id }: { id: string }) => id)).toEqual(['dlv_3', 'dlv_5', 'dlv_4']);
  });

  it('is sent again as it was sent, whatever the format has become', () => {
    const event = anIncidentEvent('incident.triggered');
    const sent = { ...CONTEXT, sentBody: '{"type":"events.batch","sent":"before"}' };
    for (const format of ['standard', 'cloudevents'] as const) {
      const settings = { url: 'https://receiver.test/hook', format };
      const request = outgoingWebhookDriver.buildBatch?.([{ event, messageId: 'dlv_1' }], settings, sent);
      expect(request?.body).toBe(sent.sentBody);
    }
  });
});
