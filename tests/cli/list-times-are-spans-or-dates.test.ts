import { describe, expect, it } from '@jest/globals';
import { instantOf, listQuery, parseLimit } from '../../src/cli/list-flags.js';
import { relativeTime } from '../../src/cli/output/time.js';
import { NOW } from './context.js';

describe('--since and --until', () => {
  it.each([
    ['2h', '2026-03-01T10:00:00.000Z'],
    ['1h30m', '2026-03-01T10:30:00.000Z'],
    ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000Z'],
    ['2026-01-31', new Date(2026, 0, 31).toISOString()],
  ])('%s is %s', (text, expected) => {
    expect(instantOf('--since', text, NOW)).toBe(expected);
  });

  it.each(['yesterday', '2', '', '2026-13-01', '12:00'])('%j is refused', (text) => {
    expect(() => instantOf('--until', text, NOW)).toThrow(
      expect.objectContaining({ code: 'usage.invalid_time' }),
    );
  });

  it('become instants in the query', () => {
    expect(listQuery({ since: '2h', until: '1h' }, NOW)).toMatchObject({
      since: '2026-03-01T10:00:00.000Z',
      until: '2026-03-01T11:00:00.000Z',
    });
  });

  it('are refused where nothing can lie between them', () => {
    expect(() => listQuery({ since: '1h', until: '2026-01-31' }, NOW)).toThrow(
      expect.objectContaining({
        code: 'usage.invalid_time',
        fix: expect.stringContaining('--since 2026-01-31 --until 1h'),
      }),
    );
    expect(listQuery({ since: '1h', until: '1h' }, NOW).since).toBe('2026-03-01T11:00:00.000Z');
  });
});

describe('--limit', () => {
  it.each(['0', '1001', '1.5', 'ten', ''])('%j is refused', (text) => {
    expect(() => parseLimit(text)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
  it.each(['1', '1000'])('%s is taken', (text) => {
    expect(parseLimit(text)).toBe(Number(text));
  });
});

describe('an instant on a terminal', () => {
  it.each([
    [NOW - 400, 'now'],
    [NOW - 48_000, '48s ago'],
    [NOW - 3 * 60_000 - 12_000, '3m ago'],
    [NOW - 30 * 86_400_000, '30d ago'],
    [NOW + 48_000, 'in 48s'],
  ])('%i is %s', (at, expected) => {
    expect(relativeTime(at, NOW)).toBe(expected);
  });
});
