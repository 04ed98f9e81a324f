import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findJsonFault } from '../../../src/core/json-fault.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the fault in a text that is not JSON', () => {
  it.each<[string, number, string]>([
    ['', 0, 'it ends too early'],
    ['  ', 2, 'it ends too early'],
    ['{"a": tru}', 6, 'expected a value'],
    ['{"a": NaN}', 6, 'expected a value'],
    ["{'a': 1}", 1, 'expected a key in double quotes'],
    ['{"a": 1,}', 8, 'expected a key in double quotes'],
    ['{"a" 1}', 5, 'expected ":"'],
    ['{"a": 1 "b": 2}', 8, 'expected "," or "}"'],
    ['[1, 2,]', 6, 'expected a value'],
    ['[,1]', 1, 'expected a value'],
    ['[1 2]', 3, 'expected "," or "]"'],
    ['[1}', 2, 'expected "," or "]"'],
    ['[01]', 2, 'expected "," or "]"'],
    ['[1.]', 2, 'expected "," or "]"'],
    ['[-]', 1, 'expected a value'],
    ['{"a": [1', 8, 'expected "," or "]"'],
    ['{"a":', 5, 'it ends too early'],
    ['"a\\qb"', 2, 'this escape is not one of JSON'],
    ['"a\\u12g4"', 2, 'this escape is not one of JSON'],
    ['["a\nb"]', 3, 'a line break or another control character stands in a text'],
    ['["a\u0000"]', 3, 'a line break or another control character stands in a text'],
    ['["a', 3, 'a text in quotes does not end'],
    ['{} {}', 3, 'more follows after the end'],
    ['nul', 0, 'expected a value'],
    ['"\ud800😀\u007f" x', 7, 'more follows after the end'],
  ])('%j is at %i', (text, offset, what) => {
    expect(findJsonFault(text)).toEqual({ offset, what });
  });

  it('is there exactly where JSON.parse refuses, and not before the texts part', () => {
    const cut = fc.tuple(
      fc.json(),
      fc.nat(200),
      fc.constantFrom('', ',', '"', '}', ']', '\\', 'x', '1', '\n', ':'),
    );
    fc.assert(
      fc.property(cut, fc.boolean(), ([json, at, put], isInserted) => {
        const index = Math.min(at, json.length);
        const text = json.slice(0, index) + put + json.slice(isInserted ? index : index + 1);
        const fault = findJsonFault(text);
        expect(fault === null).toBe(isJson(text));
        // A byte that differs cannot be found wrong before it is read; an escape is told at its backslash.
        if (fault !== null) expect(fault.offset).toBeGreaterThanOrEqual(index - 6);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is found in megabytes, and under brackets without end', () => {
    expect(findJsonFault(`["${'a\\n'.repeat(500_000)}"x`)?.offset).toBe(1_500_003);
    expect(findJsonFault('['.repeat(500_000))?.offset).toBe(500_000);
  });
});
