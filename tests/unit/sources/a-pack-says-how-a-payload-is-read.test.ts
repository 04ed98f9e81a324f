import { describe, expect, it } from '@jest/globals';
import type { PreparedAlert } from '../../../src/model/alert.js';
import { compileSource } from '../../../src/sources/alert/compiled-source.js';
import type { Pack } from '../../../src/sources/pack/pack.js';
import { sourceOfPack } from '../../../src/sources/pack/pack-check.js';
import { JSON_TYPE, pack } from './made.js';

const made = (change: Partial<Pack>): Pack => ({ ...pack('generic'), ...change });

function first(change: Partial<Pack>, body: unknown, headers: Record<string, string> = {}): PreparedAlert {
  const [alert] = sourceOfPack(made(change)).prepare(JSON.stringify(body), JSON_TYPE, headers);
  return alert as PreparedAlert;
}

describe('variables of a pack', () => {
  it('are worked out in order, before the templates, and once for all of them', () => {
    const variables = { inner: 'payload.Message | parse_json', host: "inner.host ~ '.example.org'" };
    const templates = { title: 'Disk on {{ host }}', labels: '{{ {"host": inner.host} }}' };
    const alert = first({ variables, templates }, { Message: '{"host":"db-1"}' });
    expect(alert).toMatchObject({
      title: 'Disk on db-1.example.org',
      labels: { host: 'db-1' },
      renderErrors: [],
    });
  });

  it('that fail leave the alert standing, and say so on it', () => {
    const alert = first(
      { variables: { broken: 'payload.a.b.c' }, templates: { title: '{{ payload.title }}{{ broken }}' } },
      { title: 'Disk' },
    );
    expect(alert.title).toBe('Disk');
    expect(alert.renderErrors).toEqual([expect.stringMatching(/^variables\.broken: /)]);
  });
});

describe('a pack with a default split', () => {
  const splits = {
    messages: {
      each: 'payload.messages',
      templates: { title: '{{ name }}' },
      variables: { name: "alert.name ~ ' of ' ~ payload.team" },
      otherwise: 'whole' as const,
    },
  };
  const change = { splits, split: 'messages', templates: { title: 'whole {{ payload.team }}' } };

  it('makes one alert per member, whose variables see the member and the whole', () => {
    const body = JSON.stringify({ team: 'core', messages: [{ name: 'a' }, { name: 'b' }] });
    const alerts = sourceOfPack(made(change)).prepare(body, JSON_TYPE);
    expect(alerts.map((alert) => alert.title)).toEqual(['a of core', 'b of core']);
  });

  it('takes a payload without the list as a whole where the pack says so, and refuses it where it does not', () => {
    expect(first(change, { team: 'core' }).title).toBe('whole core');
    const strict = { ...change, splits: { messages: { ...splits.messages, otherwise: 'refuse' as const } } };
    expect(() => first(strict, { team: 'core' })).toThrow(/no list at payload\.messages/);
  });

  it('whose way to the list fails takes the payload whole and says so on the alert, or refuses it', () => {
    const deep = { ...splits.messages, each: 'payload.incident.messages' };
    const alert = first({ ...change, splits: { messages: deep } }, { team: 'core' });
    expect(alert.title).toBe('whole core');
    expect(alert.renderErrors).toEqual([expect.stringMatching(/^split: /)]);
    const strict = { ...change, splits: { messages: { ...deep, otherwise: 'refuse' as const } } };
    expect(() => first(strict, { team: 'core' })).toThrow(
      expect.objectContaining({ code: 'ingest.invalid_payload' }),
    );
  });

  it('is taken whole by a source with split: none', () => {
    const body = JSON.stringify({ team: 'core', messages: [{ name: 'a' }, { name: 'b' }] });
    const alerts = sourceOfPack(made(change), 'none').prepare(body, JSON_TYPE);
    expect(alerts.map((alert) => alert.title)).toEqual(['whole core']);
  });
});

describe('what templates see of a request', () => {
  it('are its headers in lower case, without those that hold secrets', () => {
    const templates = {
      title: "{{ headers['x-github-event'] }} [{{ headers['authorization'] }}{{ headers.cookie }}]",
    };
    const headers = { 'X-GitHub-Event': 'push', Authorization: 'Bearer hush', Cookie: 'hush' };
    expect(first({ templates }, {}, headers).title).toBe('push []');
  });
});

describe('texts for one kind of destination', () => {
  const templates = {
    title: 'Disk full',
    message: 'on {{ payload.host }}',
    slack_title: '*{{ web_title }}* <{{ source_link }}|open>',
    slack_message: '',
    sms_title: 'None',
    web_title: 'Web: disk full',
    source_link: 'https://x.example.org',
  };

  it('are kept apart from the plain ones, and see what was rendered for the web', () => {
    expect(first({ templates }, { host: 'db-1' }).texts).toEqual({
      slack: { title: '*Web: disk full* <https://x.example.org|open>' },
      web: { title: 'Web: disk full' },
    });
  });

  it('fall back to the plain ones when they fail, with the error on the alert', () => {
    const alert = first({ templates: { title: 'Disk', slack_title: '{{ payload.a.b }}' } }, {});
    expect(alert.texts).toEqual({});
    expect(alert.renderErrors).toEqual([expect.stringMatching(/^slack_title: /)]);
  });
});

describe('labels', () => {
  it('keep numbers as they were sent, and text that was escaped', () => {
    const templates = { title: 'x', labels: "{{ {'a': payload.a, 'b': payload.b, 'c': payload.c | e} }}" };
    const [alert] = sourceOfPack(made({ templates })).prepare('{"a":1.0,"b":1.5,"c":"x & y"}', JSON_TYPE);
    expect(alert?.labels).toEqual({ a: '1.0', b: '1.5', c: 'x &amp; y' });
  });
});

describe('time() in a template', () => {
  it('is the time of the daemon', () => {
    const templates = { title: '{{ time().year }}' };
    const found = pack('generic');
    const source = { ...sourceOfPack(found).source, templates };
    const at = Date.UTC(2031, 5, 1);
    expect(compileSource(source, found, () => at).prepare('{}', JSON_TYPE)[0]?.title).toBe('2031');
    const years = compileSource(source, found).prepare('{}', JSON_TYPE)[0]?.title;
    expect(Number(years)).toBeGreaterThan(2020);
  });
});

describe('a template that fails', () => {
  it('leaves the alert with what the payload itself says', () => {
    const templates = { title: '{{ payload.a.b }}', message: '{{ payload.a.b }}' };
    const alert = first({ templates }, { summary: 'Disk full', description: ' 95 % of /var ', message: 7 });
    expect(alert).toMatchObject({ title: 'Disk full', message: '95 % of /var' });
    expect(alert.renderErrors).toHaveLength(2);
  });

  it('is not one that says nothing', () => {
    const templates = { title: 'Disk', message: '{{ payload.nothing }}' };
    expect(first({ templates }, { message: 'unwanted' })).toMatchObject({ message: '', renderErrors: [] });
  });
});

describe('ignore_condition', () => {
  it('says that a payload is no alert, before all other signals', () => {
    const templates = {
      title: 'ping',
      ignore_condition: '{{ payload.zen is defined }}',
      resolve_condition: 'true',
    };
    expect(first({ templates }, { zen: 'Design for failure.' }).signal).toBe('ignore');
    expect(first({ templates }, {}).signal).toBe('resolve');
  });
});

describe('what is too long', () => {
  // Half an emoji is no text that every receiver can read.
  it.each([498, 499, 500])('is cut between characters, whatever stands there (%s)', (before) => {
    const long = `${'x'.repeat(before)}😀😀`;
    const label = `${'x'.repeat(500 + before)}😀😀`;
    const templates = {
      title: '{{ payload.long }}',
      grouping_id: '{{ payload.label }}',
      slack_title: '{{ payload.long }}',
      labels: '{{ {"a": payload.label} }}',
    };
    const alert = first({ variables: {}, templates }, { long, label });
    const texts = [alert.title, alert.groupingId, alert.labels.a, alert.texts.slack?.title] as string[];
    const half = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])/;
    for (const text of texts) expect(text).not.toMatch(half);
    const fallback = first({ variables: {}, templates: { title: '' } }, { title: long });
    expect(fallback.title).not.toMatch(half);
  });
});
