// Format `template`: whatever an alert says, the body is the JSON its author meant, or the attempt is rejected with the place.

import { afterEach, describe, expect, it } from '@jest/globals';
import { outgoingWebhookDriver } from '../../src/destinations/webhook/outgoing.js';
import { aDestination, aReceiver, closeAll, openRig } from '../delivery/rig.js';
import { anEvent, anIncidentEvent } from '../delivery/sample-events.js';
import { built } from './built.js';

afterEach(closeAll);

const NASTY = 'disk "full"\n\\ </script> 😀 ", "admin": true, "x": "';
const rendered = (body: string, incident = {}, more: { content_type?: string } = {}) =>
  built(anIncidentEvent('incident.triggered', incident), { format: 'template', body, name: 'crm', ...more });
const json = (body: string, incident = {}) => JSON.parse(rendered(body, incident).body);

describe('a template as JSON', () => {
  it('escapes what stands between quotes, and writes values elsewhere', () => {
    const body =
      '{"a": "{{ incident.title }}!", "b": {{ incident.title }}, "n": {{ incident.alert_count }}, "l": {{ incident.labels }}, "none": {{ incident.priority }}, "gone": {{ incident.nothing }}}';
    const labels = { 'k"': 'v"', list: '[1]' };
    expect(json(body, { title: NASTY, labels, priority: null })).toEqual({
      a: `${NASTY}!`,
      b: NASTY,
      n: 1,
      l: labels,
      none: null,
      gone: null,
    });
  });

  it('knows where it stands after escapes, and in long bodies', () => {
    expect(
      json('{"a\\"b\\\\": "{{ incident.title }}\\\\", "c": {{ incident.title }}}', { title: NASTY }),
    ).toEqual({
      'a"b\\': `${NASTY}\\`,
      c: NASTY,
    });
    const row = '"{{ incident.title }}{{ incident.title }}"';
    const body = `[{% for i in range(9000) %}${row}, {% endfor %}${row}]`;
    expect(json(body, { title: NASTY })).toHaveLength(9_001);
  });

  it('takes tojson and safe as they are, escaped once', () => {
    const body = '{"a": {{ incident.title | tojson }}, "b": {{ "[1, 2]" | safe }}}';
    expect(json(body, { title: NASTY })).toEqual({ a: NASTY, b: [1, 2] });
  });

  it('escapes what comes out of macros, blocks, filters and calls', () => {
    const body = `{% macro line(t) %}<{{ t }}>{% endmacro %}{% macro wrap() %}({{ caller() }}){% endmacro %}{% set both %}{{ incident.title }}/{{ incident.title }}{% endset -%}
      {"m": "{{ line(incident.title) }}", "s": "{{ both }}", "f": "{% filter upper %}{{ incident.title }}{% endfilter %}",
       "c": "{% call wrap() %}{{ incident.title }}{% endcall %}"}`;
    expect(json(body, { title: NASTY })).toEqual({
      m: `<${NASTY}>`,
      s: `${NASTY}/${NASTY}`,
      f: NASTY.toUpperCase(),
      c: `(${NASTY})`,
    });
  });

  it('works with loops and conditions over what it is given', () => {
    const body =
      '{"tags": [{% for k, v in incident.labels.items() %}{"{{ k }}": {{ v }}}{% if not loop.last %},{% endif %}{% endfor %}]}';
    expect(json(body, { labels: { a: '1', b: '"' } })).toEqual({ tags: [{ a: '1' }, { b: '"' }] });
  });

  it('sees the event, the incident, the data, the change, the webhook, the payload and the timeline', () => {
    const event = anIncidentEvent(
      'incident.reassigned',
      {},
      { change: { from: null, to: 'user:kim' }, actor: 'cli:root' },
    );
    const body = `{"event": {{ event }}, "to": {{ change.to }}, "by": {{ actor }}, "same": {{ data.incident.id == incident.id }},
      "webhook": {{ webhook.name }}, "url": {{ public_url }}, "host": {{ payload.host }}, "n": {{ payload.n }},
      "steps": {{ timeline | map(attribute="action") | list }}, "mail": {{ users.kim.email }}, "at": "{{ time() }}"}`;
    const kim = {
      name: 'kim',
      fullName: 'Kim',
      email: 'kim@example.org',
      phone: null,
      organization: null,
      channel: null,
    };
    const request = built(
      event,
      { format: 'template', body, name: 'crm' },
      {
        alert: '{"host":"db-1","n":1.0}',
        timeline: [{ at: event.at, action: 'triggered', by: 'relay', detail: '' }],
        directory: {
          users: new Map([['kim', kim]]),
          organizations: new Map(),
          services: new Map(),
          channels: new Map(),
        },
      },
    );
    expect(JSON.parse(request.body)).toEqual({
      event: {
        id: event.id,
        type: 'incident.reassigned',
        time: '2026-11-21T03:12:00.000Z',
        channels: ['ops'],
        source: null,
      },
      to: 'user:kim',
      by: 'cli:root',
      same: true,
      webhook: 'crm',
      url: 'https://relay.test',
      host: 'db-1',
      n: 1,
      steps: ['triggered'],
      mail: 'kim@example.org',
      at: expect.stringContaining('2026-11-21 03:12:00'),
    });
    expect(request.body).toContain('"n": 1.0');
  });

  it.each([
    ['a form', 'host=db-1&text=a+b%21', '{"host": "db-1", "text": "a b!"}'],
    ['a form around JSON', 'payload=%7B%22host%22%3A%22db-1%22%7D', '{"host": "db-1"}'],
    [
      'plain text',
      'db-1 is down\nsince noon',
      '{"title": "db-1 is down", "message": "db-1 is down\\nsince noon"}',
    ],
    ['JSON', '{"host":1.0}', '{"host": 1.0}'],
    ['nothing', null, '{}'],
  ])('sees a payload as the templates of its source do: %s', (_, alert, expected) => {
    const settings = { format: 'template', body: '{{ payload }}' } as const;
    expect(built(anIncidentEvent('incident.triggered'), settings, { alert }).body).toBe(expected);
  });

  it('asks for what it reads and for nothing else', () => {
    const needs = (body: string) =>
      outgoingWebhookDriver.needs?.({ url: 'http://x', format: 'template', body }, anEvent());
    expect(needs('{{ incident.title }}')).toEqual([]);
    expect(needs('{{ payload.host }} {{ timeline }} {{ users }} {{ services }}')).toEqual([
      'alert',
      'timeline',
      'directory',
    ]);
    expect(outgoingWebhookDriver.needs?.({ url: 'http://x' }, anEvent())).toEqual([]);
  });

  it('says of custom events what they hold, and of an incident they do not have nothing', () => {
    const event = anEvent({ data: '{"text":"web 4.2 is live","n":1.50}' });
    const body = '{"t": {{ data.text }}, "n": {{ data.n }}, "i": {{ incident.title }}}';
    expect(built(event, { format: 'template', body }).body).toBe(
      '{"t": "web 4.2 is live", "n": 1.5, "i": null}',
    );
  });
});

describe('a template as another media type', () => {
  it('is text, unescaped', () => {
    const request = rendered('{{ incident.title }} at {{ event.time }}', {}, { content_type: 'text/plain' });
    expect(request.body).toBe('CPU high on web-1 at 2026-11-21T03:12:00.000Z');
    expect(request.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('is JSON where the type says so', () => {
    const type = 'application/vnd.example+json';
    const request = rendered('[{{ incident.title }}]', {}, { content_type: type });
    expect(request.body).toBe('["CPU high on web-1"]');
    expect(request.headers['content-type']).toBe(type);
  });
});

describe('a template that fails', () => {
  it.each([
    ['{"a": {{ incident.title.nope.nope }}}', /at line 1, column \d+/],
    ['{\n"a": {{ 1 / 0 }}}', /at line 2, column \d+/],
    ['{"a": {{ incident.title }} "b": 1}', /not JSON: .*at line 1, column \d+ of the result/],
    ['{"a": "{{ incident.title }}', /not JSON/],
    [
      '{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}',
      /more than .* at line 1/,
    ],
  ])('%j says where', (body, reason) => {
    expect(() => rendered(body)).toThrow(reason);
  });

  it('is a rejected attempt, not retried, while others flow; once mended it can be redelivered', async () => {
    const receiver = await aReceiver();
    const settings = { url: receiver.url, format: 'template' };
    const broken = aDestination('broken', receiver.url, {
      settings: { ...settings, body: '{"a": {{ 1 / data.i }}}' },
    });
    const fine = aDestination('fine', receiver.url, {
      settings: { ...settings, body: '{"a": {{ data.i }}}' },
    });
    const rig = await openRig([broken, fine]);
    const [bad = '', good = ''] = await rig.publish(['webhook/broken', 'webhook/fine'], { i: 0 });
    await rig.reaches(good, 'delivered');
    expect(await rig.reaches(bad, 'dead')).toMatchObject({ tries: 1, result: 'build' });
    expect(await rig.store.listAttempts(bad)).toMatchObject([
      { error: 'build', outcome: 'rejected', reason: expect.stringMatching(/division.*line 1, column/) },
    ]);
    expect(receiver.requests.map(({ text }) => text)).toEqual(['{"a": 0}']);
    const mended = { ...broken, settings: { ...settings, body: '{"a": "mended"}' } };
    await rig.configure(mended, fine);
    await rig.store.redeliver({ status: ['dead'] }, 'redelivery', rig.clock.now(), 10);
    rig.engine.wake();
    await rig.reaches(bad, 'delivered');
    expect(receiver.requests.at(-1)?.text).toBe('{"a": "mended"}');
    expect(rig.engine.faults()).toBe(0);
  });
});

describe('content_type: form', () => {
  it.each(['standard', 'simple', 'squadcast', 'template'] as const)('%s is the field payload', (format) => {
    const event = anIncidentEvent('incident.triggered', { title: 'a&b=c +ü' });
    const settings = { format, body: '{"title": {{ incident.title }}}' };
    const plain = built(event, settings);
    const form = built(event, { ...settings, content_type: 'form' });
    expect(form.headers['content-type']).toBe('application/x-www-form-urlencoded');
    const fields = [...new URLSearchParams(form.body)];
    expect(fields).toEqual([['payload', plain.body]]);
    expect(plain.headers['content-type']).toBe('application/json');
  });

  it('is sent again as it was sent', () => {
    const sentBody = 'payload=%7B%7D';
    expect(built(anEvent(), { content_type: 'form' }, {}, { sentBody }).body).toBe(sentBody);
  });
});
