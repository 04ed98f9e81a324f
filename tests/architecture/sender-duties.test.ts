// The table of duties of the Standard Webhooks specification: every row names a test, and every test named is there and expects something.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const TABLE = readFileSync(join(ROOT, 'docs', 'sender-duties.md'), 'utf8');
const ROWS = [...TABLE.matchAll(/^\| (?!duty|-)(.+?) \| (.+) \|$/gm)].map(([, duty, shownBy]) => ({
  duty: duty as string,
  shownBy: shownBy as string,
}));
const filesIn = (text: string): string[] =>
  [...text.matchAll(/`(tests\/[^`]+)`/g)].map((match) => match[1] as string);

/** Words of the specification's duties: none may fall out of the table. */
const NAMED = [
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'whsec_',
  'whsk_',
  'rotated',
  '2xx',
  '3xx',
  '410',
  '429',
  '502',
  'Retry-After',
  'Exponential',
  'HTTPS',
];

describe('docs/sender-duties.md', () => {
  it('names a test for every duty', () => {
    expect(ROWS.length).toBeGreaterThan(25);
    expect(ROWS.filter(({ shownBy }) => filesIn(shownBy).length === 0).map(({ duty }) => duty)).toEqual([]);
  });

  it('names only tests that exist and hold expectations', () => {
    const bad = [...new Set(ROWS.flatMap(({ shownBy }) => filesIn(shownBy)))].filter((file) => {
      const path = join(ROOT, file);
      return !existsSync(path) || !readFileSync(path, 'utf8').includes('expect');
    });
    expect(bad).toEqual([]);
  });

  it('leaves none of the duties out', () => {
    const duties = ROWS.map(({ duty }) => duty).join('\n');
    expect(NAMED.filter((word) => !duties.includes(word))).toEqual([]);
  });
});
