// Templates in the manner of Grafana OnCall's, under its API's names, put into a source as docs/moving-from-oncall.md says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isTemplateName } from '../../../src/sources/pack/pack-schema.js';
import { ROOT } from '../../kit/cli.js';
import { pack, sourceOf } from './made.js';

const PAGE = readFileSync(join(ROOT, 'docs', 'moving-from-oncall.md'), 'utf8');

/** `grouping_id: .grouping_key` of the jq filter on the page. */
const RENAMED = new Map(
  [...PAGE.matchAll(/\b(\w+): \.([a-z_]+(?:\.[a-z_]+)?)\b/g)].map((match) => [match[2], match[1] as string]),
);

function renamed(oncall: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(oncall).map(([name, text]) => [RENAMED.get(name) ?? `unknown ${name}`, text]),
  );
}

const ONCALL = {
  grouping_key: '{{ payload.groupKey }}',
  resolve_signal: '{{ payload.status == "resolved" }}',
  acknowledge_signal: '{{ payload.get("ackedBy") and "OK" }}',
  source_link: '{{ payload.externalURL }}',
  'web.title': `
{%- set groupLabels = payload.groupLabels.copy() -%}
{%- set alertname = groupLabels.pop('alertname') | default('no name') -%}
[{{ payload.status | upper }}] {{ alertname }} {% if groupLabels | length > 0 %}({{ groupLabels.values() | join(', ') }}){% endif %}`,
  'web.message': `
{%- set annotations = payload.commonAnnotations.copy() -%}
{% if "summary" in annotations -%}
**{{ annotations.pop('summary') }}**
{% endif -%}
{% for k, v in annotations.items() -%}
* {{ k }}: {{ v }}
{% endfor -%}
since {{ (payload.alerts | first).startsAt | iso8601_to_time | datetimeformat_as_timezone('%H:%M', 'Europe/Copenhagen') }}
{%- if payload.alerts | length > 1 %} and {{ payload.alerts | length - 1 }} more{% endif %}`,
  'web.image_url': '{{ payload.imageURL if payload.imageURL else None }}',
  'slack.title':
    '*<{{ grafana_oncall_link }}|#{{ grafana_oncall_incident_id }} {{ web_title }}>* via {{ integration_name }}',
  'slack.message': '{{ web_message | regex_replace("\\\\*\\\\*", "*") }}',
  'sms.title': '{{ web_title }}',
  'phone_call.title': '{{ payload.get("labels", {}).get("alertname", "") or web_title }}',
  'telegram.message': '<b>{{ web_title }}</b>{{ "\\n" }}<a href="{{ source_link }}">source</a>',
};

const BODY = JSON.stringify({
  groupKey: '{}:{alertname="DiskFull"}',
  status: 'firing',
  groupLabels: { alertname: 'DiskFull', cluster: 'eu-1', zone: 'b' },
  commonLabels: { alertname: 'DiskFull', severity: 'critical' },
  commonAnnotations: { summary: 'Disk full on db-1', runbook: 'https://run.example.org' },
  externalURL: 'https://am.example.org',
  alerts: [
    { status: 'firing', labels: {}, startsAt: '2026-03-05T12:37:09Z' },
    { status: 'firing', labels: {}, startsAt: '2026-03-05T12:40:00Z' },
  ],
});

function alertOf(body: string, templates = renamed(ONCALL)) {
  const [alert] = sourceOf('alertmanager', { templates }).prepare(body, 'application/json');
  if (alert === undefined) throw new Error('no alert');
  return alert;
}

describe('templates of OnCall', () => {
  it('render as they are, each kind with its own', () => {
    const alert = alertOf(BODY);
    expect(alert.renderErrors).toEqual([]);
    expect(alert).toMatchObject({
      signal: 'trigger',
      groupingId: '{}:{alertname="DiskFull"}',
      title: '[FIRING] DiskFull (eu-1, b)',
      message: '**Disk full on db-1**\n* runbook: https://run.example.org\nsince 13:37 and 1 more',
      link: 'https://am.example.org',
      imageUrl: null,
      severity: 'critical',
    });
    expect(alert.texts.slack?.message).toBe(alert.message.replaceAll('**', '*'));
    expect(alert.texts.slack?.title).toMatch(/^\*<\S+\|#\S+ \[FIRING\] DiskFull \(eu-1, b\)>\* via prod$/);
    expect(alert.texts.sms?.title).toBe(alert.title);
    expect(alert.texts.phone_call?.title).toBe(alert.title);
    expect(alert.texts.telegram?.message).toBe(
      '<b>[FIRING] DiskFull (eu-1, b)</b>\n<a href="https://am.example.org">source</a>',
    );
  });

  it('signal as they do: true, ok and 1, and never an error', () => {
    const parsed = JSON.parse(BODY);
    expect(alertOf(JSON.stringify({ ...parsed, status: 'resolved' })).signal).toBe('resolve');
    expect(alertOf(JSON.stringify({ ...parsed, ackedBy: 'dana' })).signal).toBe('acknowledge');
    const broken = alertOf(BODY, { resolve_condition: '{{ payload.nowhere.at.all }}' });
    expect(broken.signal).toBe('trigger');
    expect(broken.renderErrors).toHaveLength(1);
  });

  it('that render to None say nothing', () => {
    const templates = { title: '{{ None }}', source_link: '{{ payload.x or None }}', sms_title: 'None' };
    const alert = alertOf(BODY, templates);
    expect(alert).toMatchObject({ link: null, texts: {} });
    expect(alert.title).not.toContain('None');
  });
});

describe('docs/moving-from-oncall.md', () => {
  it('renames to names that there are', () => {
    expect([...RENAMED.values()].filter((name) => !isTemplateName(name))).toEqual([]);
    expect(RENAMED.size).toBe(20);
  });

  it('names packs that there are', () => {
    const table = PAGE.slice(PAGE.indexOf('## Kinds of integrations'), PAGE.indexOf('## Routes'));
    const rows = [...table.matchAll(/^\| `\w+`[^|]*\| `([\w-]+)`/gm)].map((match) => match[1] as string);
    const others = [...(/Kinds that only[\s\S]*/.exec(table)?.[0] ?? '').matchAll(/`([a-z-]+)`/g)];
    const named = [...rows, ...others.map((match) => match[1] as string)];
    expect(named.length).toBeGreaterThan(15);
    for (const slug of new Set(named)) expect(pack(slug).slug).toBe(slug);
  });
});
