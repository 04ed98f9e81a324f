import { describe, expect, it } from '@jest/globals';
import type { TimelineAction, TimelineEntry } from '../../../src/model/incident.js';
import { timelineUpTo, withAssignees } from '../../../src/model/past.js';

const entry = (at: number, action: TimelineAction, by = 'user:dana', detail = ''): TimelineEntry => ({
  at,
  action,
  by,
  detail,
});

describe('timelineUpTo', () => {
  it('leaves out what came later, and what came in the same millisecond after the event', () => {
    const timeline = [
      entry(1, 'triggered', 'source:a'),
      entry(1, 'acknowledged'),
      entry(1, 'resolved'),
      entry(5, 'note_added'),
    ];
    const upTo = (type: string, at: number, actor: string) =>
      timelineUpTo({ type, at, actor }, timeline).map(({ action }) => action);
    expect(upTo('incident.triggered', 1, 'source:a')).toEqual(['triggered']);
    expect(upTo('incident.acknowledged', 1, 'user:dana')).toEqual(['triggered', 'acknowledged']);
    expect(upTo('incident.resolved', 1, 'user:dana')).toEqual(['triggered', 'acknowledged', 'resolved']);
  });

  it('ends by the time alone for an event that is not in the timeline', () => {
    const timeline = [entry(1, 'triggered'), entry(3, 'acknowledged'), entry(9, 'resolved')];
    const event = { type: 'incident.repeated', at: 4, actor: 'source:a' };
    expect(timelineUpTo(event, timeline)).toHaveLength(2);
  });
});

describe('withAssignees', () => {
  it('knows who it was assigned to after each entry', () => {
    const timeline = [
      entry(1, 'triggered'),
      entry(2, 'reassigned', 'cli:root', 'nobody → user:dana'),
      entry(3, 'acknowledged'),
      entry(4, 'reassigned', 'cli:root', 'user:dana → nobody'),
    ];
    expect(withAssignees(timeline, null).map(({ assignee }) => assignee)).toEqual([
      null,
      'user:dana',
      'user:dana',
      null,
    ]);
    expect(withAssignees(timeline.slice(0, 1), 'user:kim')[0]?.assignee).toBe('user:kim');
  });
});
