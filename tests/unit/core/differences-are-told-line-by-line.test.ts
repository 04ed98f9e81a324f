import { describe, expect, it } from '@jest/globals';
import { changedLines, diffLines } from '../../../src/core/line-diff.js';
import { runSeed, seededRandom } from '../../kit/random.js';

const shown = (before: string, after: string): string[] =>
  diffLines(before.split(' '), after.split(' ')).map(({ sign, text }) => sign + text);

describe('a difference', () => {
  it('keeps what both have and tells what went and what came, in order', () => {
    expect(shown('a b c d', 'a x c d e')).toEqual([' a', '-b', '+x', ' c', ' d', '+e']);
    expect(shown('a b', 'a b')).toEqual([' a', ' b']);
  });

  it('shows the lines beside a change and leaves out the rest', () => {
    const lines = diffLines('1 2 3 4 5 6 7 8 9'.split(' '), '1 2 x 4 5 6 7 8 y'.split(' '));
    expect(changedLines(lines).map(({ sign, text }) => sign + text)).toEqual([
      ' 2',
      '-3',
      '+x',
      ' 4',
      ' …',
      ' 8',
      '-9',
      '+y',
    ]);
    expect(changedLines(diffLines(['a'], ['a']))).toEqual([]);
  });

  it('always leads from one text to the other', () => {
    const random = seededRandom(runSeed());
    const lines = (): string[] =>
      Array.from({ length: random.between(0, 12) }, () => random.pick(['a', 'b', 'c']));
    for (let round = 0; round < 500; round++) {
      const [before, after] = [lines(), lines()];
      const diff = diffLines(before, after);
      const side = (sign: string) => diff.filter((line) => line.sign !== sign).map(({ text }) => text);
      expect({ seed: random.seed, before: side('+'), after: side('-') }).toEqual({
        seed: random.seed,
        before,
        after,
      });
    }
  });
});
