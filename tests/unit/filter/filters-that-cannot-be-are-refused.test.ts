import { describe, expect, it } from '@jest/globals';
import type { FilterSubject } from '../../../src/model/filter/fields.js';
import { readFilter } from '../../../src/model/filter/filter.js';
import { incident } from '../model/records.js';

const SUBJECT: FilterSubject = {
  type: 'incident.triggered',
  incident: incident(),
  payload: () => ({}),
  data: () => ({}),
};

describe('a filter that cannot be', () => {
  it.each<[string, unknown, (string | number)[], RegExp, RegExp | null]>([
    [
      'an unknown field',
      { field: 'sevrity', op: 'is', value: 'x' },
      ['field'],
      /no field "sevrity"/,
      /"severity"/,
    ],
    [
      'a group of fields alone',
      { field: 'labels.', op: 'is', value: 'x' },
      ['field'],
      /no field/,
      /labels\.…/,
    ],
    [
      'an unknown operator',
      { all: [{ field: 'pack', op: 'equals', value: 'x' }] },
      ['all', 0, 'op'],
      /no operator "equals"/,
      /operators: is/,
    ],
    ['no operator', { field: 'pack' }, [], /names an operator/, null],
    ['a list for one value', { field: 'pack', op: 'is', value: ['x'] }, ['value'], /takes one value/, null],
    ['one value for a list', { field: 'pack', op: 'in', value: 'x' }, ['value'], /takes a list/, null],
    ['no value', { field: 'pack', op: 'is' }, ['op'], /takes one value/, null],
    [
      'a word without order',
      { field: 'pack', op: 'gt', value: 'x' },
      ['value'],
      /takes a number, a severity/,
      null,
    ],
    [
      'look-ahead',
      { field: 'pack', op: 'matches', value: '(?=x)' },
      ['value'],
      /regular expression/,
      /look-around/,
    ],
    ['an empty group', { any: [] }, ['any'], /at least one/, null],
    [
      'a group beside another',
      { any: [{ field: 'pack', op: 'exists' }], all: [] },
      ['all'],
      /cannot stand beside/,
      null,
    ],
    [
      'a mistyped key',
      { field: 'pack', op: 'is', value: 'x', vlaue: 'y' },
      ['vlaue'],
      /no "vlaue"/,
      /"value"/,
    ],
    [
      'a severity that does not exist',
      { all: [{ field: 'severity', op: 'in', value: ['critical', 'High'] }] },
      ['all', 0, 'value', 1],
      /no severity "High"/,
      /"high"/,
    ],
    [
      'a number for a priority',
      { field: 'priority', op: 'lte', value: 2 },
      ['value'],
      /no priority "2"/,
      /"P2"/,
    ],
    [
      'a status that is none',
      { field: 'status', op: 'is_not', value: 'open' },
      ['value'],
      /no status "open"/,
      /one of/,
    ],
    ['a text', 'severity = high', [], /an expression is/, null],
  ])('is refused with the place: %s', (_, spec, path, message, fix) => {
    const { filter, problems } = readFilter(spec);
    expect(filter).toBeNull();
    expect(problems[0]).toMatchObject({ path, message: expect.stringMatching(message) });
    if (fix) expect(problems[0]?.fix).toMatch(fix);
  });

  it('tells all mistakes at once', () => {
    const spec = { all: [{ field: 'a', op: 'is', value: 1 }, { not: { field: 'pack', op: 'b', value: 1 } }] };
    expect(readFilter(spec).problems.map(({ path }) => path)).toEqual([
      ['all', 0, 'field'],
      ['all', 1, 'not', 'op'],
    ]);
  });

  const LEAF = { field: 'pack', op: 'exists' };
  const WRAPS: readonly (readonly [string, (spec: unknown) => unknown])[] = [
    ['not', (not) => ({ not })],
    ['all', (one) => ({ all: [one] })],
    ['any', (one) => ({ any: [LEAF, one] })],
  ];
  const nested = (wrap: (spec: unknown) => unknown, depth: number): unknown => {
    let spec: unknown = LEAF;
    for (let level = 0; level < depth; level++) spec = wrap(spec);
    return spec;
  };

  it.each(WRAPS)('may nest 100 groups of %s and is then refused, once and of the whole', (_, wrap) => {
    expect(readFilter(nested(wrap, 100)).filter?.matches(SUBJECT)).toBe(true);
    for (const depth of [101, 10_000]) {
      const spec = { all: [nested(wrap, depth - 1), nested(wrap, depth - 1)] };
      const message = expect.stringMatching(/at most 100 groups/);
      expect(readFilter(spec).problems).toEqual([expect.objectContaining({ path: [], message })]);
    }
  });
});
