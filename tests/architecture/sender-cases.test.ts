// The table of cases a sender must hold: all 54 are there, each with a test that exists.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const TABLE = readFileSync(join(ROOT, 'docs', 'sender-cases.md'), 'utf8');

interface Case {
  readonly number: number;
  readonly what: string;
  readonly shownBy: string;
}

const CASES: Case[] = [...TABLE.matchAll(/^\| (\d+) \| (.+?) \| (.+) \|$/gm)].map(
  ([, number, what, shownBy]) => ({
    number: Number(number),
    what: what as string,
    shownBy: shownBy as string,
  }),
);

const filesIn = (text: string): string[] =>
  [...text.matchAll(/`(tests\/[^`]+)`/g)].map((match) => match[1] as string);

describe('docs/sender-cases.md', () => {
  it('has every number from 1 to 54 once, in order', () => {
    expect(CASES.map(({ number }) => number)).toEqual(Array.from({ length: 54 }, (_, index) => index + 1));
  });

  it('names a test for each, and leaves none for later', () => {
    const silent = CASES.filter(({ shownBy }) => filesIn(shownBy).length === 0 || /\blater\b/.test(shownBy));
    expect(silent.map(({ number }) => number)).toEqual([]);
  });

  it('names only tests that exist and hold expectations', () => {
    const files = [...new Set(filesIn(TABLE))];
    expect(files.length).toBeGreaterThan(30);
    const bad = files.filter((file) => {
      const path = join(ROOT, file);
      return !existsSync(path) || !readFileSync(path, 'utf8').includes('expect');
    });
    expect(bad).toEqual([]);
  });
});
