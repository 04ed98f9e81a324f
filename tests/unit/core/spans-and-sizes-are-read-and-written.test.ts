import { describe, expect, it } from '@jest/globals';
import { formatSize, formatSpan, parseSize, parseSpan } from '../../../src/core/units.js';

describe('spans', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['30d', 2_592_000_000],
    ['1.5h', 5_400_000],
  ])('%s is %d ms', (text, ms) => expect(parseSpan(text)).toBe(ms));

  it.each(['', '5', 'abc', '5 parsecs', '1h!', '-3s'])('%j is none', (text) =>
    expect(parseSpan(text)).toBeUndefined(),
  );

  it.each([
    [350, '350ms'],
    [48_000, '48s'],
    [534_000_000, '6d 4h'],
    [3_600_000, '1h'],
  ])('%d ms reads %s', (ms, text) => expect(formatSpan(ms)).toBe(text));
});

describe('sizes', () => {
  it.each([
    ['512', 512],
    ['1MiB', 1_048_576],
    ['10 GB', 10_000_000_000],
  ])('%s is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(['', 'MB', '5 apples'])('%j is none', (text) => expect(parseSize(text)).toBeUndefined());

  it('are written with the unit that fits', () => {
    expect([512, 2_100, 212_000_000, 9_500_000_000].map(formatSize)).toEqual([
      '512 B',
      '2.1 kB',
      '212 MB',
      '9.5 GB',
    ]);
  });
});
