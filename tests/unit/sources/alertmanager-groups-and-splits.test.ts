import { describe, expect, it } from '@jest/globals';
import { JSON_TYPE, sample, sourceOf } from './made.js';

const firing = sample('alertmanager', 'firing');

describe('an Alertmanager group', () => {
  const group = sourceOf('alertmanager');

  it('is one alert, known by its groupKey, and lists its members', () => {
    const alerts = group.prepare(firing, JSON_TYPE);
    expect(alerts).toMatchObject([
      {
        signal: 'trigger',
        groupingId: '{}/{team="core"}:{alertname="HighLatency", cluster="eu-1"}',
        title: 'HighLatency on checkout',
        message: [
          'Checkout answers slowly',
          '2 firing:',
          '- checkout-1:8080: p99 of checkout-1 is 2.4 s (limit 1 s).',
          '- checkout-2:8080: p99 of checkout-2 is 3.1 s (limit 1 s).',
          'Since: 2026-11-21 09:14 UTC',
          'Runbook: https://runbooks.example.org/checkout/latency',
        ].join('\n'),
        severity: 'critical',
        link: 'https://alertmanager.example.org/#/alerts?receiver=relay',
        labels: { alertname: 'HighLatency', cluster: 'eu-1' },
        renderErrors: [],
      },
    ]);
    expect(group.membersOf(firing)).toMatchObject([
      {
        title: 'Checkout answers slowly (checkout-1:8080)',
        state: 'firing',
        labels: { instance: 'checkout-1:8080' },
        startsAt: '2026-11-21T09:14:05.114Z',
      },
      { state: 'firing', labels: { instance: 'checkout-2:8080' } },
    ]);
  });

  it('is resolved when the group is, not when one of its alerts is', () => {
    expect(group.prepare(sample('alertmanager', 'resolved'), JSON_TYPE)[0]).toMatchObject({
      signal: 'resolve',
    });
    const mixed = JSON.parse(firing) as { alerts: { status: string }[] };
    (mixed.alerts[0] as { status: string }).status = 'resolved';
    expect(group.prepare(JSON.stringify(mixed), JSON_TYPE)[0]?.signal).toBe('trigger');
    expect(group.membersOf(JSON.stringify(mixed)).map((member) => member.state)).toEqual([
      'resolved',
      'firing',
    ]);
  });

  it('survives a message with nothing common, nothing firing and missing parts', () => {
    const bare = {
      groupKey: 'k',
      status: 'firing',
      alerts: [{ labels: { alertname: 'A', severity: 'warning' } }, { labels: {} }],
    };
    expect(group.prepare(JSON.stringify(bare), JSON_TYPE)[0]).toMatchObject({
      title: 'A',
      severity: 'warning',
      renderErrors: [],
    });
    expect(group.prepare(JSON.stringify({ alerts: [] }), JSON_TYPE)[0]).toMatchObject({
      title: 'Alertmanager group',
      renderErrors: [],
    });
  });

  it('is refused when it is no Alertmanager message, with the reason', () => {
    expect(() => group.prepare('{"title":"x"}', JSON_TYPE)).toThrow(/no list `alerts`/);
  });
});

describe('with split: alerts', () => {
  const split = sourceOf('alertmanager', { split: 'alerts' });

  it('each alert stands for itself, known by its fingerprint', () => {
    expect(split.prepare(firing, JSON_TYPE)).toMatchObject([
      {
        groupingId: '5ef77f1f8a3ecf8d',
        title: 'HighLatency on checkout-1:8080',
        severity: 'critical',
        renderErrors: [],
      },
      { groupingId: 'a1c7d5f43b1f0a52', title: 'HighLatency on checkout-2:8080' },
    ]);
  });

  it('each alert keeps its own part of the payload', () => {
    const [first] = split.prepare(firing, JSON_TYPE);
    expect(JSON.parse(first?.payload ?? '')).toEqual((JSON.parse(firing) as { alerts: unknown[] }).alerts[0]);
  });

  it('alerts without a fingerprint are known by their labels, whatever their order', () => {
    const post = (labels: Record<string, string>) =>
      split.prepare(JSON.stringify({ alerts: [{ status: 'firing', labels }] }), JSON_TYPE)[0]?.groupingId;
    expect(post({ a: '1', b: '2' })).toBe(post({ b: '2', a: '1' }));
    expect(post({ a: '1', b: '2' })).not.toBe(post({ a: '12', b: '' }));
  });
});
