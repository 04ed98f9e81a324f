import { describe, expect, it } from '@jest/globals';
import { JSON_TYPE, sample, sourceOf } from './made.js';

const datadog = sourceOf('datadog');
const seed = JSON.parse(sample('datadog', 'triggered')) as Record<string, unknown> & {
  alert: Record<string, string>;
};
const prepare = (change: Record<string, unknown>) =>
  datadog.prepare(JSON.stringify({ ...seed, ...change }), JSON_TYPE)[0] as ReturnType<
    typeof datadog.prepare
  >[number];
const withAlert = (alert: Record<string, string>) => prepare({ alert: { ...seed.alert, ...alert } });

describe('the payload of the TaskCall guide', () => {
  it('renders into something a person would be glad to read', () => {
    expect(datadog.prepare(sample('datadog', 'triggered'), JSON_TYPE)).toMatchObject([
      {
        signal: 'trigger',
        groupingId: '6389217391',
        title: 'Checkout is slow on service:checkout',
        message: [
          'p95 of checkout is 2.4 s (limit 1 s)',
          seed.alert.status,
          'Host: web-1',
          'At: 2026-11-21 09:14 UTC',
        ].join('\n'),
        severity: 'high',
        link: 'https://app.datadoghq.com/event/event?id=7563921034',
        labels: { env: 'prod', service: 'checkout', host: 'web-1' },
        renderErrors: [],
      },
    ]);
  });

  it.each([
    ['Triggered', 'error', 'trigger', 'high'],
    ['Warn', 'warning', 'trigger', 'warning'],
    ['No Data', 'error', 'trigger', 'warning'],
    ['Re-Triggered', 'error', 'trigger', 'high'],
    ['Re-Warn', 'warning', 'trigger', 'warning'],
    ['Renotify', 'error', 'trigger', 'high'],
    [' RECOVERED ', 'success', 'resolve', 'info'],
    ['', 'success', 'resolve', 'info'],
    ['$ALERT_TRANSITION', 'error', 'trigger', 'high'],
    ['', 'info', 'trigger', 'info'],
  ])('transition %j of type %s is a %s, %s', (transition, type, signal, severity) => {
    expect(withAlert({ transition, type })).toMatchObject({ signal, severity, groupingId: '6389217391' });
  });

  it('takes a literal $NAME and an empty string for absent, wherever they stand', () => {
    const alert = prepare({ link: '$LINK', text_msg: '', tags: '$TAGS', snapshot: '$SNAPSHOT' });
    expect(alert).toMatchObject({ link: null, imageUrl: null, labels: { host: 'web-1' } });
    expect(prepare({ text_msg: '', body: '$EVENT_MSG' }).message).toMatch(`${seed.alert.status}\n`);
    expect(prepare({ hostname: '$HOSTNAME', tags: '' }).labels).toEqual({});
    expect(prepare({ text_msg: 'costs $5 and $HOME is set' }).message).toMatch('costs $5 and $HOME is set\n');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['the cycle', {}, '6389217391'],
    [
      'the aggregation',
      { alert: { ...seed.alert, cycle_key: '$ALERT_CYCLE_KEY' } },
      '9bd4ac313a4d1e8fae2482df7b77628a',
    ],
    [
      'monitor and scope',
      { alert: { ...seed.alert, cycle_key: '' }, aggreg_key: '$AGGREG_KEY' },
      '1234/service:checkout',
    ],
    ['the incident', { alert: {}, aggreg_key: '', incident_uuid: 'b8c3' }, 'b8c3'],
    ['title and scope', { alert: {}, aggreg_key: '' }, 'Checkout is slow/service:checkout'],
    ['the event', { alert: {}, aggreg_key: '', title: 'Deployed' }, '7563921034'],
  ])('is grouped by %s', (_, change, group) => expect(prepare(change).groupingId).toBe(group));

  it('gives the priority of the monitor where it is sent, and never that of the event', () => {
    expect(prepare({ alert_priority: 'P1' })).toMatchObject({ priority: 'P1', severity: 'critical' });
    const withoutPriority = { alert_priority: '$ALERT_PRIORITY', priority: 'low', title: seed.alert.title };
    expect(prepare(withoutPriority)).toMatchObject({ priority: null, severity: 'high' });
    expect(prepare({ alert_priority: '$ALERT_PRIORITY' })).toMatchObject({
      priority: 'P2',
      severity: 'high',
    });
  });

  it("leaves out what is for Datadog's own pages: mentions, marks, images, the footer, and writes links out", () => {
    const text_msg =
      '%%%\n@webhook-relay @mia@example.org Disk is **full**, see [runbook](https://runbooks.example.org/d). @slack-ops\n\n' +
      '![graph](https://x.example.org/g.png)\nmatch @http.status_code:500\n- - -\n[[Monitor Status](https://x.example.org)]\n%%%';
    expect(prepare({ text_msg }).message.split('\n').slice(0, 2)).toEqual([
      'Disk is full, see runbook (https://runbooks.example.org/d).',
      'match @http.status_code:500',
    ]);
  });

  it.each([
    ['SEV-0', 'critical', 'P1'],
    ['SEV-1', 'critical', 'P1'],
    ['SEV-3', 'warning', 'P3'],
    ['sev-5', 'info', 'P5'],
    ['UNKNOWN', null, null],
  ])('of an incident of %s is %s, %s', (incident_severity, severity, priority) => {
    const incident = { alert: {}, title: 'Declared', incident_uuid: 'b8c3', incident_severity };
    expect(prepare(incident)).toMatchObject({ groupingId: 'b8c3', severity, priority });
  });

  it('of an incident opens by its severity and resolves by its status', () => {
    const incident = {
      alert: {},
      aggreg_key: '',
      incident_uuid: 'b8c3',
      incident_title: 'Checkout is down',
      incident_severity: 'SEV-1',
    };
    expect(prepare(incident)).toMatchObject({
      signal: 'trigger',
      title: 'Checkout is down',
      severity: 'critical',
    });
    expect(prepare({ ...incident, incident_status: 'resolved' }).signal).toBe('resolve');
    expect(prepare({ ...incident, incident_status: 'active' }).signal).toBe('trigger');
  });
});

it("Datadog's default payload, which has no transition, is read by its title", () => {
  const post = (title: string) =>
    datadog.prepare(JSON.stringify({ id: '7', title, body: '%%%\nCPU is high\n%%%' }), JSON_TYPE)[0];
  expect(post('[P2] [Triggered on {host:web-1}] CPU high')).toMatchObject({
    signal: 'trigger',
    message: 'CPU is high',
    groupingId: 'CPU high/host:web-1',
    priority: 'P2',
  });
  expect(post('[P2] [Recovered on {host:web-1}] CPU high')).toMatchObject({
    signal: 'resolve',
    groupingId: 'CPU high/host:web-1',
  });
});
