import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FilterSubject } from '../../../src/model/filter/fields.js';
import { type Explanation, type FilterSpec, readFilter } from '../../../src/model/filter/filter.js';
import { incident } from '../model/records.js';

const PAYLOAD = {
  count: 7,
  big: 12345678901234567890n,
  text: 'Disk /var is 94 % full',
  nothing: null,
  tags: ['env:prod', 'team:core'],
  'a.b': { 'c"d': 1 },
  hosts: [{ name: 'db-1' }, new Map([['name', 'db-2']])],
};

const subject: FilterSubject = {
  type: 'incident.triggered',
  incident: incident({
    service: 'payments-api',
    source: 'datadog-prod',
    pack: 'datadog',
    severity: 'high',
    priority: 'P2',
    assignee: 'user:dana',
    labels: { team: 'core', 'kubernetes.io/name': 'api' },
  }),
  payload: () => PAYLOAD,
  data: () => ({}),
};
const custom: FilterSubject = {
  type: 'deploy.finished',
  incident: null,
  payload: () => ({ ok: true }),
  data: () => ({}),
};

function matches(spec: FilterSpec, about: FilterSubject = subject): boolean {
  const { filter, problems } = readFilter(spec);
  expect(problems).toEqual([]);
  return (filter as NonNullable<typeof filter>).matches(about);
}

describe('an expression', () => {
  it.each<[string, string, unknown, boolean]>([
    ['service', 'is', 'payments-api', true],
    ['service', 'is', 'payments', false],
    ['service', 'is_not', 'payments', true],
    ['source', 'in', ['datadog-prod', 'zabbix'], true],
    ['source', 'not_in', ['datadog-prod', 'zabbix'], false],
    ['assignee', 'is', 'dana', true],
    ['event type', 'is', 'incident.triggered', true],
    ['type', 'starts_with', 'incident.', true],
    ['labels.team', 'is', 'core', true],
    ['tags.team', 'is', 'core', true],
    ['labels.kubernetes.io/name', 'is', 'api', true],
    ['labels.constructor', 'exists', true, false],
    ['payload.count', 'is', '7', true],
    ['payload.count', 'is', 7, true],
    ['payload.big', 'is', '12345678901234567890', true],
    ['payload.text', 'contains', '94 %', true],
    ['payload.text', 'ends_with', 'full', true],
    ['payload.text', 'matches', '^Disk /\\w+ is \\d+', true],
    ['payload.text', 'matches', '^var', false],
    ['payload.tags', 'is', 'team:core', true],
    ['payload.tags', 'contains', 'prod', true],
    ['payload.hosts[1].name', 'is', 'db-2', true],
    ['payload.hosts.0.name', 'is', 'db-1', true],
    ['payload["a.b"]["c\\"d"]', 'exists', true, true],
    ['payload.count', 'gt', 6.5, true],
    ['payload.count', 'gt', 7, false],
    ['payload.count', 'gte', '7', true],
    ['payload.count', 'lt', 8, true],
    ['payload.count', 'lte', 6, false],
    ['severity', 'gte', 'warning', true],
    ['severity', 'gt', 'high', false],
    ['priority', 'gte', 'P3', true],
    ['priority', 'lt', 'P1', true],
  ])('%s %s %j → %s', (field, op, value, expected) => {
    expect(matches({ field, op, value } as FilterSpec)).toBe(expected);
  });

  it.each([
    'is',
    'is_not',
    'in',
    'not_in',
    'contains',
    'starts_with',
    'ends_with',
    'matches',
    'gt',
    'gte',
    'lt',
    'lte',
  ])('on a field that is not there does not match and is no error: %s', (op) => {
    const value = op.endsWith('in') ? ['1'] : '1';
    for (const field of ['payload.missing.deep', 'payload.nothing', 'labels.nobody', 'payload.count.x'])
      expect(matches({ field, op, value })).toBe(false);
    expect(matches({ field: 'service', op, value }, custom)).toBe(false);
  });

  it('asks whether a field is there', () => {
    expect(matches({ field: 'payload.nothing', op: 'exists' })).toBe(false);
    expect(matches({ field: 'payload.nothing', op: 'exists', value: false })).toBe(true);
    expect(matches({ field: 'payload.ok', op: 'exists' }, custom)).toBe(true);
  });

  it('takes a part of a severity, and any word of a label', () => {
    expect(matches({ field: 'severity', op: 'starts_with', value: 'hi' })).toBe(true);
    expect(matches({ field: 'severity', op: 'matches', value: '^(hihg|high)$' })).toBe(true);
    expect(matches({ field: 'labels.severity', op: 'is', value: 'page' })).toBe(false);
  });

  it('looks into lists of lists, but not without end', () => {
    const inLists = (depth: number): FilterSubject => {
      let value: unknown = 'x';
      for (let level = 0; level < depth; level++) value = [value];
      return { ...custom, payload: () => ({ deep: value }) };
    };
    for (const op of ['is', 'contains', 'matches']) {
      expect(matches({ field: 'payload.deep', op, value: 'x' }, inLists(64))).toBe(true);
      expect(matches({ field: 'payload.deep', op, value: 'x' }, inLists(100_000))).toBe(false);
    }
    expect(matches({ field: 'payload.deep', op: 'gt', value: 1 }, inLists(100_000))).toBe(false);
    expect(matches({ field: 'payload.deep', op: 'exists' }, inLists(100_000))).toBe(true);
  });
});

describe('groups', () => {
  const yes: FilterSpec = { field: 'pack', op: 'is', value: 'datadog' };
  const no: FilterSpec = { field: 'pack', op: 'is', value: 'zabbix' };

  it('are all, any and not', () => {
    expect(matches({ all: [yes, no] })).toBe(false);
    expect(matches({ any: [no, yes] })).toBe(true);
    expect(matches({ not: no })).toBe(true);
  });

  it('nest as deep as logic goes, and mean what logic means', () => {
    const tree = fc.letrec<{ node: FilterSpec }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(yes, no),
        fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map((all) => ({ all })),
        fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map((any) => ({ any })),
        tie('node').map((not) => ({ not })),
      ),
    })).node;
    const value = (spec: FilterSpec): boolean => {
      if ('all' in spec) return spec.all.every(value);
      if ('any' in spec) return spec.any.some(value);
      return 'not' in spec ? !value(spec.not) : spec === yes;
    };
    fc.assert(fc.property(tree, (spec) => matches(spec) === value(spec)));
  });
});

describe('an explanation', () => {
  it('shows each expression with what was found, and which decided', () => {
    const { filter } = readFilter({
      any: [
        { field: 'service', op: 'is', value: 'checkout' },
        {
          all: [
            { field: 'source', op: 'is', value: 'datadog-prod' },
            { field: 'severity', op: 'in', value: ['critical'] },
          ],
        },
      ],
    });
    expect(filter?.explain(subject)).toEqual({
      expression: 'any of',
      matches: false,
      decided: false,
      inner: [
        {
          expression: 'service is checkout',
          matches: false,
          found: 'payments-api',
          decided: true,
          inner: [],
        },
        {
          expression: 'all of',
          matches: false,
          decided: false,
          inner: [
            {
              expression: 'source is datadog-prod',
              matches: true,
              found: 'datadog-prod',
              decided: false,
              inner: [],
            },
            { expression: 'severity in critical', matches: false, found: 'high', decided: true, inner: [] },
          ],
        },
      ],
    });
  });
});

describe('what decides', () => {
  const YES = { field: 'pack', op: 'is', value: 'datadog' };
  const NO = { field: 'pack', op: 'is', value: 'zabbix' };
  /** The places of the expressions that decided, counted from the left. */
  function deciders(spec: unknown): number[] {
    const leaves: boolean[] = [];
    const walk = ({ inner, decided, expression }: Explanation): void => {
      if (/^(any of|all of|not)$/.test(expression)) expect(decided).toBe(false);
      else leaves.push(decided);
      inner.forEach(walk);
    };
    walk(readFilter(spec).filter?.explain(subject) as Explanation);
    return leaves.flatMap((decided, index) => (decided ? [index] : []));
  }

  it.each<[string, unknown, number[]]>([
    ['one expression: itself', YES, [0]],
    ['any that holds: the first that does', { any: [NO, YES, YES] }, [1]],
    ['any that does not: all of them', { any: [NO, NO] }, [0, 1]],
    ['all that does not hold: the first that does not', { all: [YES, NO, NO] }, [1]],
    ['all that does: each of them', { all: [YES, YES] }, [0, 1]],
    ['not: what it denies', { not: { any: [NO, YES, YES] } }, [1]],
    ['not of all that does not hold', { not: { all: [YES, NO] } }, [1]],
    ['twice not', { not: { not: { all: [NO, YES] } } }, [0]],
    [
      'groups in groups',
      { all: [{ any: [NO, YES] }, { not: { any: [NO, NO] } }, { any: [NO, { all: [YES, NO] }] }, NO] },
      [4, 6],
    ],
  ])('%s', (_, spec, expected) => {
    expect(deciders(spec)).toEqual(expected);
  });
});

describe('whether the payload is needed', () => {
  it.each([
    [{ field: 'payload.a', op: 'exists' }, true],
    [
      {
        all: [
          { field: 'payload["a"]', op: 'exists' },
          { field: 'pack', op: 'exists' },
        ],
      },
      true,
    ],
    [{ any: [{ field: 'pack', op: 'exists' }, { not: { field: 'payload[0]', op: 'exists' } }] }, true],
    [
      {
        all: [
          { field: 'pack', op: 'exists' },
          { field: 'labels.payload', op: 'exists' },
        ],
      },
      false,
    ],
  ])('%j: %s', (spec, isRead) => {
    expect(readFilter(spec).filter?.readsPayload).toBe(isRead);
  });
});
