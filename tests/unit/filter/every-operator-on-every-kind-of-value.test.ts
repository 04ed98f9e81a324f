// What each operator says of each kind of value that a payload can hold, read as payloads are read.

import { describe, expect, it } from '@jest/globals';
import { compileEventFilter } from '../../../src/filters/event-filter.js';
import { customSubject, incidentSubject, storedSubject } from '../../../src/filters/subjects.js';
import type { Operand } from '../../../src/model/filter/operators.js';
import { incident } from '../model/records.js';

/** As sent: the text matters, since 95.0, NaN and long integers survive only where it is read with care. */
const DATA = `{
  "text": "Disk /var is 94 % full", "empty": "", "seven": 7, "full": 95.0, "thousand": 1e3, "part": 94.5, "minus": -0.0,
  "big": 12345678901234567890, "huge": 1e999, "nan": NaN, "yes": true, "no": false, "nothing": null,
  "numeric": "95.0", "padded": "007", "word": "high", "rank": "P2", "Upper": "DISK",
  "list": ["a", 7.0, ["deep"]], "none": [], "object": {"a": 1}, "12": {"0": "digits"}, "a.b": {"c d": "spaced"},
  "__proto__": {"x": 1}, "constructor": "mine", "valueOf": 5, "toString": {"y": 2}
}`;
const custom = customSubject('deploy.finished', DATA);
const about = (field: string, op: string, value?: Operand, subject = custom): boolean =>
  compileEventFilter({ filter: { field, op, ...(value === undefined ? {} : { value }) } })?.matches(
    subject,
  ) as boolean;

/** Operator, operand, and of all fields those that match. */
const TABLE: readonly (readonly [string, Operand | undefined, readonly string[]])[] = [
  ['is', 'Disk /var is 94 % full', ['text']],
  ['is', 'disk', []],
  ['is', '', ['empty']],
  ['is', 7, ['seven', 'list']],
  ['is', '7', ['seven', 'list']],
  ['is', '007', ['padded']],
  ['is', 95, ['full']],
  ['is', '95', ['full']],
  ['is', '95.0', ['full', 'numeric']],
  ['is', 1000, ['thousand']],
  ['is', 0, ['minus']],
  ['is', '12345678901234567890', ['big']],
  ['is', '12345678901234567891', []],
  ['is', true, ['yes']],
  ['is', 'false', ['no']],
  ['is', 'deep', ['list']],
  ['in', ['high', 95, 'true'], ['full', 'yes', 'word']],
  ['contains', 'is', ['text']],
  ['contains', '9', ['text', 'full', 'part', 'big', 'numeric']],
  ['contains', 'I', ['Upper', 'huge']],
  ['starts_with', 'Disk', ['text']],
  ['starts_with', 9, ['full', 'part', 'numeric']],
  ['ends_with', 'full', ['text']],
  ['ends_with', 'e', ['yes', 'no']],
  ['matches', '^\\d+$', ['seven', 'full', 'thousand', 'big', 'minus', 'padded', 'list', 'valueOf']],
  ['matches', '(?i)^disk', ['text', 'Upper']],
  ['gt', 94, ['full', 'thousand', 'part', 'big', 'huge', 'numeric']],
  ['gt', '94.5', ['full', 'thousand', 'big', 'huge', 'numeric']],
  ['gte', 95, ['full', 'thousand', 'big', 'huge', 'numeric']],
  ['lt', 7, ['minus', 'valueOf']],
  ['lte', 7, ['seven', 'minus', 'padded', 'valueOf']],
  ['gte', 'warning', ['word']],
  ['lt', 'critical', ['word']],
  ['gte', 'high', ['word']],
  ['gt', 'high', []],
  ['gte', 'P3', ['rank']],
  ['lt', 'P1', ['rank']],
];
const FIELDS = Object.keys(
  JSON.parse(DATA.replace('NaN', 'null').replace('"__proto__"', '"own"')) as object,
).filter((name) => !['own', 'constructor', 'toString', 'a.b', '12'].includes(name));

describe('an operator', () => {
  it.each(TABLE)('%s %j matches %j', (op, value, expected) => {
    const found = FIELDS.filter((field) => about(`payload.${field}`, op, value));
    expect(found.sort()).toEqual([...expected].sort());
  });

  it('that denies asks for a value to be there', () => {
    const there = FIELDS.filter((field) => field !== 'nothing');
    const differing = (op: string, value: Operand) =>
      FIELDS.filter((field) => about(`payload.${field}`, op, value)).sort();
    expect(differing('is_not', 'high')).toEqual(there.filter((field) => field !== 'word').sort());
    expect(differing('not_in', [7, '95.0', 'x'])).toEqual(
      there.filter((field) => !['seven', 'full', 'numeric', 'list'].includes(field)).sort(),
    );
    expect(FIELDS.filter((field) => about(`payload.${field}`, 'exists')).sort()).toEqual(there.sort());
    expect(FIELDS.filter((field) => about(`payload.${field}`, 'exists', false))).toEqual(['nothing']);
  });

  it('compares severities with severities, priorities with priorities, numbers with numbers', () => {
    const event = incidentSubject('x.y', incident({ severity: 'high', priority: 'P2' }), null, () => '{}');
    expect(about('severity', 'gte', 'warning', event)).toBe(true);
    expect(about('priority', 'gte', 'P3', event)).toBe(true);
    for (const op of ['gt', 'gte', 'lt', 'lte']) {
      for (const [field, limit] of [
        ['word', 'P4'],
        ['word', 0],
        ['rank', 'low'],
        ['rank', 2],
        ['seven', 'warning'],
        ['seven', 'P1'],
      ] as const)
        expect(about(`payload.${field}`, op, limit)).toBe(false);
    }
  });
});

describe('the payload is at hand', () => {
  it.each([
    [{ when: '{{ payload.size > 1 }}' }, true],
    [{ when: '{% if incident.title %}{{ payload }}{% endif %}' }, true],
    [{ when: '{{ incident.payload }}' }, false],
    [{ filter: { field: 'payload.size', op: 'exists' } }, true],
    [{ filter: { field: 'pack', op: 'exists' }, when: '{{ payload.size }}' }, true],
    [{ filter: { field: 'payload.size', op: 'exists' }, when: '{{ incident.title }}' }, true],
    [{ filter: { field: 'pack', op: 'exists' }, when: '{{ incident.title }}' }, false],
  ])('for %j: %s', (wish, isRead) => {
    expect(compileEventFilter(wish)?.readsPayload).toBe(isRead);
  });
});

describe('a path into the payload', () => {
  it.each<[string, boolean]>([
    ['payload.list[0]', true],
    ['payload.list.2[0]', true],
    ['payload.list[3]', false],
    ['payload.list.-1', false],
    ['payload.list.length', false],
    ['payload.text.length', false],
    ['payload.12.0', true],
    ['payload["a.b"]["c d"]', true],
    ['payload.a.b', false],
    ['payload.__proto__.x', true],
    ['payload.object.__proto__', false],
    ['payload.object.constructor', false],
    ['payload.constructor', true],
    ['payload.toString.y', true],
    ['payload.hasOwnProperty', false],
    ['payload.upper', false],
    ['payload.Upper', true],
  ])('%s is there: %s', (field, isThere) => {
    expect(about(field, 'exists')).toBe(isThere);
  });
});

describe('an event of the past', () => {
  const data = JSON.stringify({ incident: { severity: 'high', labels: {}, assignee: 'user:dana' } });
  const event = { id: 'evt_1', type: 'incident.triggered', at: 0, actor: 'relay', unmatched: false } as const;
  const stored = { ...event, channels: [], source: 'mine', incident: 'inc_1', alert: null, data };

  it('has the payload of its alert, not its own data, and none where there is none', () => {
    const withAlert = storedSubject(stored, '{"cpu": 95.0}');
    expect(about('payload.cpu', 'gt', 90, withAlert)).toBe(true);
    expect(about('payload.incident', 'exists', true, withAlert)).toBe(false);
    expect(about('assignee', 'is', 'dana', withAlert)).toBe(true);
    const without = storedSubject(stored, null);
    expect(about('payload.incident', 'exists', false, without)).toBe(true);
    const asked = compileEventFilter({ when: '{{ payload is defined and payload.incident is defined }}' });
    expect(asked?.matches(without)).toBe(false);
  });

  it('shows `when` the numbers of the template language', () => {
    const when = compileEventFilter({ when: '{{ payload.cpu ~ "" == "95.0" }}' });
    expect(when?.matches(storedSubject(stored, '{"cpu": 95.0}'))).toBe(true);
  });
});
