import { describe, expect, it } from '@jest/globals';
import { numberUrls } from '../../src/config/url-numbers.js';
import type { NumberedUrl } from '../../src/store/store.js';

type Url = Parameters<typeof numberUrls>[0][number];
/** `b`, or `PUT b` */
const urls = (...words: string[]): Url[] =>
  words.map((word) => {
    const [name, method] = word.split(' ').reverse() as [string, Url['method']];
    return { url: `https://${name}.example/`, ...(method === undefined ? {} : { method }) };
  });
const numbersOf = (numbered: readonly NumberedUrl[]): number[] => numbered.map(({ number }) => number);

describe('the numbers of URLs', () => {
  it.each([
    ['the first time, by their places', [], ['a', 'b', 'c'], [1, 2, 3]],
    ['unchanged', ['a', 'b'], ['a', 'b'], [1, 2]],
    ['in another order', ['a', 'b', 'c'], ['c', 'a', 'b'], [3, 1, 2]],
    ['one less', ['a', 'b', 'c'], ['b', 'c'], [2, 3]],
    ['one more at the end', ['a', 'b'], ['a', 'b', 'c'], [1, 2, 3]],
    ['one more at the beginning', ['a', 'b'], ['c', 'a', 'b'], [3, 1, 2]],
    ['one edited', ['a', 'b'], ['a', 'x'], [1, 2]],
    ['all edited', ['a', 'b'], ['x', 'y'], [1, 2]],
    ['one gone and another there', ['a', 'b'], ['b', 'x'], [2, 1]],
    ['another method', ['a', 'b'], ['b', 'PUT a'], [2, 1]],
    ['another method, in another place', ['a', 'b', 'c'], ['c', 'PUT a', 'x'], [3, 1, 2]],
    ['one URL by two methods', ['a', 'PUT a'], ['PUT a', 'a'], [2, 1]],
    ['one URL by two methods, one left', ['a', 'PUT a'], ['PUT a'], [2]],
    ['the same one twice', ['a', 'a'], ['a', 'a', 'a'], [1, 2, 3]],
  ])('%s', (_what, before, after, expected) => {
    expect(numbersOf(numberUrls(urls(...after), numberUrls(urls(...before))))).toEqual(expected);
  });

  it('are never given twice, and stay with those that stay, whatever is done to the list', () => {
    const seed = Number(process.env.RELAY_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`RELAY_SEED=${seed} repeats this run`);
    let state = seed | 1;
    const random = (below: number): number => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
    let known: readonly NumberedUrl[] = [];
    let names: string[] = [];
    for (let round = 0; round < 500; round++) {
      const next = names.filter(() => random(5) > 0);
      for (let more = random(3); more > 0; more--)
        next.splice(random(next.length + 1), 0, `n${round}-${more}`);
      const numbered = numberUrls(urls(...next), known);
      expect(new Set(numbersOf(numbered)).size).toBe(next.length);
      for (const [index, name] of next.entries()) {
        const before = names.indexOf(name);
        if (before >= 0) expect(numbered[index]?.number).toBe(known[before]?.number);
      }
      [names, known] = [next, numbered];
    }
  });

  it('are kept without the URL, which may hold a secret', () => {
    expect(JSON.stringify(numberUrls(urls('topsecret')))).not.toContain('topsecret');
  });
});
