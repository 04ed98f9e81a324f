// What a progress bar says of the time that is left.

import { describe, expect, it } from '@jest/globals';
import { timeLeft } from '../../src/cli/output/progress.js';

describe('the time a bar says is left', () => {
  it.each([
    [7, '7s'],
    [90.4, '1m 30s'],
    [Number.POSITIVE_INFINITY, '…'],
    ['INF' as unknown as number, '…'],
    [Number.NaN, '…'],
  ])('%p seconds are %p', (seconds, said) => {
    expect(timeLeft(seconds)).toBe(said);
  });
});
