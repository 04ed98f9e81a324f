import { describe, expect, it } from '@jest/globals';
import { foldAlert } from '../../../src/model/fold.js';
import { analyticsOf } from '../../../src/model/incident.js';
import { alert, context, incident, source, T0 } from './records.js';

const types = (folded: ReturnType<typeof foldAlert>): string[] =>
  folded.decision.events.map((event) => event.type);

describe('an alert with nothing open', () => {
  it('opens an incident, with the priority its severity means, and tells of it once', () => {
    const folded = foldAlert(alert({ severity: 'critical' }), null, context({ assignee: 'user:dana' }));
    expect(folded.result).toBe('opened');
    expect(folded.decision).toMatchObject({
      opens: true,
      incident: {
        id: 'inc_00000000001',
        status: 'triggered',
        priority: 'P1',
        assignee: 'user:dana',
        alertCount: 1,
        openedAt: T0,
      },
      timeline: [{ at: T0, action: 'triggered', by: 'source:prod' }],
    });
    expect(types(folded)).toEqual(['incident.triggered']);
  });

  it('takes the source default where the alert says nothing of severity and priority', () => {
    const withDefaults = { ...source, defaults: { severity: 'low', priority: 'P2' } as const };
    const { decision } = foldAlert(alert({ severity: null }), null, context({ source: withDefaults }));
    expect(decision.incident).toMatchObject({ severity: 'low', priority: 'P2' });
  });

  it('carries what single kinds of destinations show; a later alert replaces it only when it has any', () => {
    const slack = { slack: { title: '*Disk full*' } };
    const { decision } = foldAlert(alert({ texts: slack }), null, context());
    expect(decision.incident?.texts).toBe(slack);
    const repeat = foldAlert(alert(), decision.incident, context());
    expect(repeat.decision.incident?.texts).toBe(slack);
    const sms = { sms: { title: 'disk' } };
    expect(foldAlert(alert({ texts: sms }), decision.incident, context()).decision.incident?.texts).toBe(sms);
  });

  it.each(['resolve', 'acknowledge'] as const)('that is a %s signal opens nothing', (signal) => {
    const folded = foldAlert(alert({ signal }), null, context());
    expect(folded).toEqual({
      result: 'nothing_open',
      decision: { incident: null, opens: false, timeline: [], events: [] },
    });
  });
});

describe('an alert on an open incident', () => {
  it('of the same severity is counted, kept out of the timeline, and published only as incident.repeated', () => {
    const folded = foldAlert(alert({ title: 'another title' }), incident(), context({ at: T0 + 60_000 }));
    expect(folded.result).toBe('repeated');
    expect(folded.decision.incident).toMatchObject({
      alertCount: 2,
      lastAlertAt: T0 + 60_000,
      title: 'Disk full',
    });
    expect(folded.decision.timeline).toEqual([]);
    expect(types(folded)).toEqual(['incident.repeated']);
  });

  it('stays silent on an acknowledged incident, which stays acknowledged', () => {
    const open = incident({ status: 'acknowledged', acknowledgedAt: T0, acknowledgedBy: 'cli:dana' });
    const folded = foldAlert(alert(), open, context());
    expect(folded.decision.incident?.status).toBe('acknowledged');
    expect(types(folded)).toEqual(['incident.repeated']);
  });

  it('that is worse raises severity and priority and tells once', () => {
    const folded = foldAlert(alert({ severity: 'critical' }), incident(), context());
    expect(folded.result).toBe('escalated');
    expect(folded.decision.incident).toMatchObject({ severity: 'critical', priority: 'P1', alertCount: 2 });
    expect(folded.decision.timeline).toEqual([
      { at: T0, action: 'escalated', by: 'source:prod', detail: 'warning → critical' },
    ]);
    expect(folded.decision.events).toMatchObject([
      { type: 'incident.priority_changed', change: { from: 'P3', to: 'P1' } },
    ]);
    const again = foldAlert(alert({ severity: 'critical' }), folded.decision.incident, context());
    expect(again.result).toBe('repeated');
  });

  it('that is better lowers nothing', () => {
    const { decision, result } = foldAlert(alert({ severity: 'info' }), incident(), context());
    expect(result).toBe('repeated');
    expect(decision.incident).toMatchObject({ severity: 'warning', priority: 'P3' });
  });

  it('never lowers a priority a person has set, and tells nobody when only the severity rises', () => {
    const folded = foldAlert(alert({ severity: 'high' }), incident({ priority: 'P1' }), context());
    expect(folded.decision.incident).toMatchObject({ severity: 'high', priority: 'P1' });
    expect(folded.decision.timeline).toHaveLength(1);
    expect(types(folded)).toEqual([]);
  });

  it('that resolves it closes it and gives ttr, even from acknowledged', () => {
    const open = incident({
      status: 'acknowledged',
      acknowledgedAt: T0 + 1_000,
      firstAcknowledgedAt: T0 + 1_000,
    });
    const folded = foldAlert(alert({ signal: 'resolve' }), open, context({ at: T0 + 9_000 }));
    expect(folded.result).toBe('resolved');
    expect(types(folded)).toEqual(['incident.resolved']);
    expect(folded.decision.incident).toMatchObject({
      status: 'resolved',
      resolvedBy: 'source:prod',
      alertCount: 2,
    });
    expect(analyticsOf(folded.decision.incident as NonNullable<typeof folded.decision.incident>)).toEqual({
      tta: 1_000,
      ttr: 9_000,
    });
  });

  it('that acknowledges does so once; a second one is a repeat', () => {
    const folded = foldAlert(alert({ signal: 'acknowledge' }), incident(), context());
    expect(folded.result).toBe('acknowledged');
    expect(types(folded)).toEqual(['incident.acknowledged']);
    const again = foldAlert(alert({ signal: 'acknowledge' }), folded.decision.incident, context());
    expect(again.result).toBe('repeated');
  });
});
