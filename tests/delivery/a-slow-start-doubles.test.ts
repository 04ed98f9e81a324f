import { describe, expect, it } from '@jest/globals';
import { SlowStart } from '../../src/delivery/slow-start.js';

describe('a slow start', () => {
  it('allows 1, 2, 4, … requests at once, each step after as many successes, until the limit', () => {
    const start = new SlowStart();
    expect(start.limit(6)).toBe(6);
    start.begin();
    const seen = Array.from({ length: 9 }, () => {
      const limit = start.limit(6);
      start.answered(true, 6);
      return limit;
    });
    expect(seen).toEqual([1, 2, 2, 4, 4, 4, 4, 6, 6]);
    start.answered(false, 6);
    expect(start.limit(6)).toBe(6);
  });

  it('goes back by half when a request fails, and never below one', () => {
    const start = new SlowStart();
    start.begin();
    for (let i = 0; i < 3; i++) start.answered(true, 16);
    expect(start.limit(16)).toBe(4);
    start.answered(false, 16);
    expect(start.limit(16)).toBe(2);
    for (let i = 0; i < 3; i++) start.answered(false, 16);
    expect(start.limit(16)).toBe(1);
  });

  it('never allows more than the limit, should that become smaller', () => {
    const start = new SlowStart();
    start.begin();
    for (let i = 0; i < 7; i++) start.answered(true, 64);
    expect(start.limit(64)).toBe(8);
    expect(start.limit(2)).toBe(2);
  });
});
