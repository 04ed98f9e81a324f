import { describe, expect, it } from '@jest/globals';
import type { RelayError } from '../../../src/core/errors.js';
import { decideAction, type IncidentAction } from '../../../src/model/actions.js';
import { analyticsOf, type Incident } from '../../../src/model/incident.js';
import { incident, T0 } from './records.js';

const act = (current: Incident, action: IncidentAction, at = T0 + 5_000) =>
  decideAction(current, action, at, 'cli:dana');
const codeOf = (deed: () => unknown): string => {
  try {
    deed();
  } catch (error) {
    return (error as RelayError).code;
  }
  return 'nothing was thrown';
};

describe('an action', () => {
  it.each<[IncidentAction, Partial<Incident>, string, string]>([
    [
      { do: 'acknowledge' },
      { status: 'acknowledged', acknowledgedBy: 'cli:dana' },
      'incident.acknowledged',
      '',
    ],
    [{ do: 'resolve' }, { status: 'resolved', resolvedBy: 'cli:dana' }, 'incident.resolved', ''],
    [
      { do: 'reassign', to: 'user:kim' },
      { assignee: 'user:kim' },
      'incident.reassigned',
      'nobody → user:kim',
    ],
    [{ do: 'set_priority', priority: 'P1' }, { priority: 'P1' }, 'incident.priority_changed', 'P3 → P1'],
    [{ do: 'add_note', note: 'rebooted it' }, {}, 'incident.note_added', 'rebooted it'],
  ])('%j changes the incident, the timeline and tells', (action, changed, type, detail) => {
    const decision = act(incident(), action);
    expect(decision.incident).toMatchObject(changed);
    expect(decision.events.map((event) => event.type)).toEqual([type]);
    expect(decision.timeline).toMatchObject([{ at: T0 + 5_000, by: 'cli:dana', detail }]);
  });

  it('keeps the first acknowledgement for tta through an unacknowledge', () => {
    const first = act(incident(), { do: 'acknowledge' }).incident as Incident;
    const open = act(first, { do: 'unacknowledge' }, T0 + 6_000).incident as Incident;
    expect(open).toMatchObject({ status: 'triggered', acknowledgedAt: null, acknowledgedBy: null });
    const second = act(open, { do: 'acknowledge' }, T0 + 9_000).incident as Incident;
    expect(second.acknowledgedAt).toBe(T0 + 9_000);
    expect(analyticsOf(second).tta).toBe(5_000);
  });

  it.each<[string, Partial<Incident>, IncidentAction]>([
    ['acknowledge twice', { status: 'acknowledged' }, { do: 'acknowledge' }],
    ['unacknowledge what is not', {}, { do: 'unacknowledge' }],
    ['resolve twice', { status: 'resolved' }, { do: 'resolve' }],
    ['reassign what is resolved', { status: 'resolved' }, { do: 'reassign', to: 'user:kim' }],
    ['reassign to the same', { assignee: 'user:kim' }, { do: 'reassign', to: 'user:kim' }],
    ['set the same priority', {}, { do: 'set_priority', priority: 'P3' }],
  ])('that does not apply is refused: %s', (_, current, action) => {
    expect(codeOf(() => act(incident(current), action))).toBe('incident.invalid_transition');
  });

  it('lets people write notes on what is resolved', () => {
    expect(
      act(incident({ status: 'resolved' }), { do: 'add_note', note: 'cause found' }).timeline,
    ).toHaveLength(1);
  });
});
