import { describe, expect, it } from '@jest/globals';
import type { RelayError } from '../../../src/core/errors.js';
import { JSON_TYPE, sourceOf } from './made.js';

const generic = sourceOf('generic');
const post = (body: unknown, type = JSON_TYPE) =>
  generic.prepare(typeof body === 'string' ? body : JSON.stringify(body), type)[0] as ReturnType<
    typeof generic.prepare
  >[number];
const refusal = (body: string, type = JSON_TYPE): string => {
  try {
    generic.prepare(body, type);
  } catch (error) {
    return (error as RelayError).code;
  }
  return 'nothing was thrown';
};

describe('a JSON object', () => {
  it.each([
    [{ alert_uid: 'a', id: 'b' }, 'a'],
    [{ id: 42 }, '42'],
    [{ id: 0 }, '0'],
    [{ fingerprint: 'f' }, 'f'],
  ])('%j is grouped by %j', (body, group) => expect(post(body).groupingId).toBe(group));

  it('without an id is grouped by its labels, never by the rest', () => {
    const first = post({ labels: { host: 'db-1' }, at: 1, title: 'x' });
    expect(first.groupingId).toMatch(/^labels:/);
    expect(post({ labels: { host: 'db-1' }, at: 2, title: 'y' }).groupingId).toBe(first.groupingId);
    expect(post({ labels: { host: 'db-2' } }).groupingId).not.toBe(first.groupingId);
  });

  it('without id and labels is grouped by its title', () => {
    expect(post({ title: 'Disk full', n: 1 }).groupingId).toBe(post({ title: 'Disk full', n: 2 }).groupingId);
    expect(post({ title: 'Disk full' }).groupingId).not.toBe(post({ title: 'CPU hot' }).groupingId);
  });

  it.each([
    ['alerting', 'trigger'],
    ['OK', 'resolve'],
    ['Resolved ', 'resolve'],
    ['ack', 'acknowledge'],
    [undefined, 'trigger'],
    [0, 'trigger'],
  ])('of state %j is a %s', (state, signal) => expect(post({ id: 1, state }).signal).toBe(signal));

  it('gives what a person reads', () => {
    expect(
      post({
        id: 1,
        title: 'Disk\n full',
        message: '94 %',
        severity: 'CRITICAL',
        link: 'https://x.example/1',
        priority: 2,
      }),
    ).toMatchObject({
      title: 'Disk full',
      message: '94 %',
      severity: 'critical',
      link: 'https://x.example/1',
      priority: 'P2',
    });
  });

  it('with keys of JavaScript’s own is only data', () => {
    const alert = post(
      '{"__proto__":{"title":"no"},"constructor":"c","toString":"t","labels":{"__proto__":"p"}}',
    );
    expect(alert).toMatchObject({ title: 'Alert from prod', renderErrors: [] });
    expect(({} as Record<string, unknown>).title).toBeUndefined();
  });

  it('keeps the digits of large numbers and the text it came as', () => {
    const text = '{"id": 12345678901234567890, "b": 1.0, "a": 2}';
    expect(post(text)).toMatchObject({ groupingId: '12345678901234567890', payload: text });
  });
});

describe('other bodies', () => {
  it('a form is read by its fields, or by the JSON in its one field payload', () => {
    const form = 'application/x-www-form-urlencoded';
    expect(post('id=7&title=Disk+full&state=ok', form)).toMatchObject({
      groupingId: '7',
      title: 'Disk full',
      signal: 'resolve',
    });
    expect(post(`payload=${encodeURIComponent('{"id":7,"title":"T"}')}`, form)).toMatchObject({
      groupingId: '7',
      title: 'T',
    });
  });

  it('JSON that curl calls a form, since nobody told it otherwise, is JSON', () => {
    const form = 'application/x-www-form-urlencoded';
    expect(post('{"alert_uid":"d1","title":"Disk & log full","state":"ok"}', form)).toMatchObject({
      groupingId: 'd1',
      title: 'Disk & log full',
      signal: 'resolve',
    });
    expect(generic.prepare(' [{"id":1},{"id":2}]', form).map(({ groupingId }) => groupingId)).toEqual([
      '1',
      '2',
    ]);
    expect(post('%7Bbraces%7D=1&title=T', form)).toMatchObject({ title: 'T' });
  });

  it('text gives title and message', () => {
    expect(post('Backup failed\nsee the log', 'text/plain')).toMatchObject({
      title: 'Backup failed',
      message: 'Backup failed\nsee the log',
    });
  });

  it('a list gives one alert per element', () => {
    const alerts = generic.prepare('[{"id":1,"title":"a"},{"id":2,"title":"b"}]', JSON_TYPE);
    expect(alerts.map(({ groupingId, payload }) => [groupingId, JSON.parse(payload)])).toEqual([
      ['1', { id: 1, title: 'a' }],
      ['2', { id: 2, title: 'b' }],
    ]);
  });

  it.each([
    ['', 'ingest.invalid_payload'],
    ['   ', 'ingest.invalid_payload'],
    ['{"a":', 'ingest.unreadable'],
    ['42', 'ingest.invalid_payload'],
    ['[]', 'ingest.invalid_payload'],
    ['[1,2]', 'ingest.invalid_payload'],
  ])('%j is refused as %s', (body, code) => expect(refusal(body)).toBe(code));

  it.each(['[', '{"a":'])('nested 100,000 deep by %j is refused, not a crash', (open) => {
    const close = open === '[' ? ']' : '}';
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    expect(refusal(`[{"id":1,"x":${deep}},{"id":2}]`)).toBe('ingest.invalid_payload');
    expect(post(`{"id":1,"x":${deep}}`).groupingId).toBe('1');
  });

  it('more than 1,000 alerts at once are refused', () => {
    expect(refusal(JSON.stringify(Array.from({ length: 1_001 }, (_, id) => ({ id }))))).toBe(
      'ingest.invalid_payload',
    );
  });
});

describe('a template that fails', () => {
  it('costs the alert nothing but its looks, and is noted', () => {
    const broken = sourceOf('generic', {
      templates: { title: '{{ payload.a.b.c }}', resolve_condition: '{{ 1 // 0 }}' },
    });
    const [alert] = broken.prepare('{"id":1,"summary":"CPU hot","message":"95 %"}', JSON_TYPE);
    expect(alert).toMatchObject({ title: 'CPU hot', message: '95 %', signal: 'trigger', groupingId: '1' });
    expect(alert?.renderErrors).toHaveLength(2);
    expect(alert?.renderErrors[0]).toMatch(/^title: /);
  });

  it('that would never end, ends', () => {
    const endless = sourceOf('generic', {
      templates: {
        message: '{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}',
      },
    });
    expect(endless.prepare('{"id":1}', JSON_TYPE)[0]?.renderErrors[0]).toMatch(/^message: /);
  });
});
