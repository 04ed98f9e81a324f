import { describe, expect, it } from '@jest/globals';
import { closeCollection } from '../../../src/model/collection.js';
import type { Folded } from '../../../src/model/event.js';
import { foldAlert, type Surroundings } from '../../../src/model/fold.js';
import type { Incident } from '../../../src/model/incident.js';
import {
  announced,
  collectionGroup,
  type Maintenance,
  maintenanceEventData,
  unreserved,
} from '../../../src/model/maintenance.js';
import { missedFrom, openMissed, resolveQuiet } from '../../../src/model/watch.js';
import { alert, context, incident, T0 } from './records.js';

const HOUR = 3_600_000;
const silence: Maintenance = {
  source: 'prod',
  mode: 'silence',
  startedAt: T0,
  until: T0 + HOUR,
  by: 'cli:dana',
};
const collecting: Maintenance = { ...silence, mode: 'collect', until: null };
const COLLECTION = incident({
  id: 'inc_0000000000c',
  groupingId: collectionGroup(collecting),
  title: '1 alert collected during maintenance of prod',
});
const around = (change: Partial<Surroundings> = {}): Surroundings => ({
  open: () => null,
  othersFire: () => false,
  ...change,
});
const types = ({ decision }: Pick<Folded, 'decision'>): string[] => decision.events.map(({ type }) => type);

describe('in a silence', () => {
  const inSilence = context({ maintenance: silence });

  it('an incident opens silenced, and its timeline says why', () => {
    const folded = foldAlert(alert(), null, inSilence);
    expect(folded.result).toBe('opened');
    expect(folded.decision.incident).toMatchObject({ silenced: true, status: 'triggered' });
    expect(folded.decision.timeline).toEqual([
      { at: T0, action: 'triggered', by: 'source:prod', detail: '' },
      {
        at: T0,
        action: 'silenced',
        by: 'cli:dana',
        detail: 'maintenance of prod until 2026-11-21 10:00 UTC',
      },
    ]);
  });

  it('an incident from before is told of as ever', () => {
    const folded = foldAlert(alert({ signal: 'resolve' }), incident(), inSilence);
    expect(folded.decision.incident).toMatchObject({ silenced: false, status: 'resolved' });
    expect(types(folded)).toEqual(['incident.resolved']);
  });

  it('what was silenced stays so through repeats and its end', () => {
    const open = foldAlert(alert(), null, inSilence).decision.incident;
    for (const signal of ['trigger', 'acknowledge', 'resolve'] as const)
      expect(foldAlert(alert({ signal }), open, context()).decision.incident?.silenced).toBe(true);
  });
});

describe('announcing', () => {
  it('takes the silence away and tells once; a second time, and of what is over, nothing', () => {
    const first = announced(incident({ silenced: true }), T0 + 5, 'relay', 'it has ended');
    expect(first).toEqual({
      incident: incident({ silenced: false }),
      opens: false,
      timeline: [{ at: T0 + 5, action: 'announced', by: 'relay', detail: 'it has ended' }],
      events: [{ type: 'incident.triggered' }],
    });
    const nothing = { incident: null, opens: false, timeline: [], events: [] };
    expect(announced(first.incident as Incident, T0 + 6, 'relay', '')).toEqual(nothing);
    expect(announced(incident({ silenced: true, status: 'resolved' }), T0, 'relay', '')).toEqual(nothing);
  });
});

describe('in a collection', () => {
  const inCollection = context({ maintenance: collecting, around: around() });

  it('the first alert opens the one incident and tells of it, in words that say what it is', () => {
    const folded = foldAlert(alert({ severity: 'critical', labels: { a: 'b' } }), null, inCollection);
    expect(folded.result).toBe('collected');
    expect(folded.decision.collects).toEqual({ firing: true, title: 'Disk full' });
    expect(folded.decision.incident).toMatchObject({
      groupingId: `relay:maintenance:${T0}`,
      title: '1 alert collected during maintenance of prod',
      severity: 'critical',
      silenced: false,
      labels: {},
    });
    expect(folded.decision.incident?.message).toContain('The first: Disk full');
    expect(types(folded)).toEqual(['incident.triggered']);
  });

  it('the next ones, of whatever group, are counted there silently', () => {
    const asked: string[] = [];
    const look = around({
      open(group) {
        asked.push(group);
        return COLLECTION;
      },
    });
    const folded = foldAlert(
      alert({ groupingId: 'other', severity: 'critical' }),
      null,
      context({ maintenance: collecting, around: look }),
    );
    expect(asked).toEqual([`relay:maintenance:${T0}`]);
    expect(folded).toMatchObject({
      result: 'collected',
      decision: {
        incident: {
          id: COLLECTION.id,
          title: '2 alerts collected during maintenance of prod',
          alertCount: 2,
          severity: 'critical',
          priority: 'P1',
        },
        timeline: [],
        events: [],
        collects: { firing: true, title: 'Disk full' },
      },
    });
  });

  it('a resolve makes its group quiet, but closes nothing before the end', () => {
    const folded = foldAlert(alert({ signal: 'resolve' }), COLLECTION, inCollection);
    expect(folded).toMatchObject({
      result: 'collected',
      decision: { collects: { firing: false, title: 'Disk full' } },
    });
    expect(folded.decision.incident?.status).toBe('triggered');
    expect(types(folded)).toEqual([]);
  });

  it('an acknowledgement of the source is counted and acknowledges nothing', () => {
    const folded = foldAlert(alert({ signal: 'acknowledge' }), COLLECTION, inCollection);
    expect(folded.decision.incident).toMatchObject({ status: 'triggered', alertCount: 2 });
  });

  it('an incident from before takes its alerts as ever', () => {
    expect(foldAlert(alert(), incident(), inCollection).result).toBe('repeated');
    expect(foldAlert(alert({ signal: 'resolve' }), incident(), inCollection).result).toBe('resolved');
  });

  it('a resolve of what nobody knows opens nothing', () => {
    expect(foldAlert(alert({ signal: 'resolve' }), null, inCollection).result).toBe('nothing_open');
  });
});

describe('after a collection', () => {
  const afterwards = (othersFire: boolean) => context({ around: around({ othersFire: () => othersFire }) });

  it('the last resolve closes it and is told; one before the last is not', () => {
    const before = foldAlert(alert({ signal: 'resolve' }), COLLECTION, afterwards(true));
    expect([before.result, types(before)]).toEqual(['collected', []]);
    const last = foldAlert(alert({ signal: 'resolve' }), COLLECTION, afterwards(false));
    expect([last.result, types(last)]).toEqual(['resolved', ['incident.resolved']]);
    expect(last.decision.incident).toMatchObject({ status: 'resolved', alertCount: 2 });
  });

  it('a repeat of what fires in it is silent', () => {
    const folded = foldAlert(alert(), COLLECTION, afterwards(false));
    expect([folded.result, types(folded)]).toEqual(['collected', []]);
  });

  it('what fires in it worse than it was known is told as of any incident, once', () => {
    const worse = alert({ severity: 'critical' });
    const folded = foldAlert(worse, COLLECTION, afterwards(false));
    expect([folded.result, types(folded)]).toEqual(['collected', ['incident.priority_changed']]);
    expect(folded.decision.timeline).toMatchObject([{ action: 'escalated', detail: 'warning → critical' }]);
    expect(folded.decision.collects).toEqual({ firing: true, title: 'Disk full' });
    const again = foldAlert(worse, folded.decision.incident, afterwards(false));
    expect([types(again), again.decision.timeline]).toEqual([[], []]);
  });

  it('another maintenance does not keep it open', () => {
    const next = { ...collecting, startedAt: T0 + HOUR };
    const folded = foldAlert(
      alert({ signal: 'resolve' }),
      COLLECTION,
      context({ maintenance: next, around: around() }),
    );
    expect(folded.result).toBe('resolved');
  });
});

describe('the end of a collection', () => {
  it('notes what still fires, leaves it open and tells of it again', () => {
    const end = closeCollection(COLLECTION, { titles: ['A', 'B'], total: 5 }, T0 + 9);
    const note = 'maintenance of prod ended: 5 still fire:\n- A\n- B\n- and 3 more';
    expect(end).toEqual({
      incident: { ...COLLECTION, message: `${note}\nSee them: relay incident show ${COLLECTION.id}` },
      opens: false,
      timeline: [{ at: T0 + 9, action: 'note_added', by: 'relay', detail: note }],
      events: [{ type: 'incident.note_added', change: { note } }, { type: 'incident.triggered' }],
    });
  });

  it('resolves it when nothing fires; one that somebody resolved is left alone', () => {
    const end = closeCollection(COLLECTION, { titles: [], total: 0 }, T0 + 9);
    expect(end.incident).toMatchObject({ status: 'resolved', resolvedBy: 'relay' });
    expect(end.timeline.map(({ action, at }) => [action, at])).toEqual([
      ['note_added', T0 + 9],
      ['resolved', T0 + 9],
    ]);
    expect(types({ decision: end })).toEqual(['incident.resolved']);
    const done = incident({ status: 'resolved' });
    expect(closeCollection(done, { titles: [], total: 0 }, T0).incident).toBeNull();
  });
});

describe('grouping ids', () => {
  it('of Relay itself are given to no alert', () => {
    expect(unreserved('relay:heartbeat')).toBe('alert:relay:heartbeat');
    expect(unreserved('relay')).toBe('relay');
  });
});

describe('a heartbeat', () => {
  it('counts from when the source was heard, or could be', () => {
    expect(missedFrom(T0, T0 - HOUR, 60_000)).toBe(T0 + 60_000);
    expect(missedFrom(T0 - HOUR, T0, 60_000)).toBe(T0 + 60_000);
  });

  it.each([silence, collecting])('missed during maintenance is silenced', (maintenance) => {
    const { incident: opened } = openMissed(T0, 90_000, context({ maintenance, at: T0 + 90_000 }));
    expect(opened).toMatchObject({
      silenced: true,
      title: 'prod has not been heard of for 90 seconds',
      alertCount: 0,
    });
  });
});

describe('an incident without an alert for auto_resolve_after', () => {
  it('is resolved by Relay, which says why; not before, and not twice', () => {
    const end = resolveQuiet(incident(), 6 * HOUR, T0 + 6 * HOUR);
    expect(end.incident).toMatchObject({ status: 'resolved', resolvedBy: 'relay' });
    const why = 'no alert for 6 hours (auto_resolve_after of prod)';
    expect(end.timeline).toMatchObject([{ action: 'resolved', by: 'relay', detail: why }]);
    expect(end.events).toEqual([{ type: 'incident.resolved', change: { reason: why } }]);
    expect(resolveQuiet(incident(), 6 * HOUR, T0 + 6 * HOUR - 1).incident).toBeNull();
    expect(resolveQuiet(incident({ status: 'resolved' }), 1, T0 + HOUR).incident).toBeNull();
  });
});

describe('the events of a maintenance', () => {
  it('say in one sentence what happens to alerts, and what came of them', () => {
    const reason = (...given: Parameters<typeof maintenanceEventData>): unknown =>
      maintenanceEventData(...given).reason;
    expect(reason(silence, T0)).toBe(
      'maintenance of prod until 2026-11-21 10:00 UTC: incidents that open meanwhile are kept and told to nobody',
    );
    expect(reason(collecting, T0)).toBe(
      'maintenance of prod until it is ended: alerts that would open incidents are collected in one',
    );
    expect(reason(silence, T0, { announced: 1, stillFiring: 0 })).toBe(
      'maintenance of prod ended; 1 silenced incident is announced',
    );
    expect(reason(collecting, T0, { announced: 0, stillFiring: 3 })).toBe(
      'maintenance of prod ended; of what was collected 3 groups still fire',
    );
  });
});
