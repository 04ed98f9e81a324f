import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  firstIdAt,
  formatId,
  ID_EPOCH_MS,
  IdFactory,
  idPrefixRange,
  idTime,
  parseId,
} from '../../../src/core/ids.js';

describe('ids', () => {
  it('survive the way out and back, and sort as text as they do as numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        const [first, second] = [formatId('evt', a), formatId('evt', b)];
        expect(parseId('evt', first)).toBe(a);
        expect(first < second).toBe(a < b);
      }),
    );
  });

  it('only grow, though the clock goes back or stands still for 5,000 of them', () => {
    let now = ID_EPOCH_MS + 1_000;
    const ids = new IdFactory({ now: () => now });
    const made = Array.from({ length: 5_000 }, () => ids.next('evt'));
    now -= 500;
    made.push(ids.next('evt'));
    expect(made).toEqual([...new Set(made)].sort());
  });

  it('carry the instant they were made', () => {
    const at = Date.UTC(2026, 10, 21);
    const ids = new IdFactory({ now: () => at });
    const value = ids.nextValue();
    expect(idTime(value)).toBe(at);
    expect(firstIdAt(at)).toBe(value);
  });

  it('are found by any prefix of their own kind, with and without the kind', () => {
    const id = formatId('inc', 123_456_789_012_345);
    for (const prefix of [id, id.slice(0, 8), id.slice(4, 9), 'inc_']) {
      const range = idPrefixRange('inc', prefix) as { first: number; last: number };
      expect(range.first).toBeLessThanOrEqual(123_456_789_012_345);
      expect(range.last).toBeGreaterThanOrEqual(123_456_789_012_345);
    }
    expect(idPrefixRange('inc', formatId('evt', 1))).toBeUndefined();
    expect(idPrefixRange('inc', 'inc_!')).toBeUndefined();
    expect(parseId('inc', 'inc_zzzzzzzzzzz')).toBeUndefined();
  });
});
