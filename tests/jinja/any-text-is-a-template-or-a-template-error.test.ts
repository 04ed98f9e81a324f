// The parser throws nothing but TemplateError, whatever the text; the place it names lies in the source; and its message says it too.

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile, compileExpression } from '../../src/jinja/compile.js';
import { TemplateError } from '../../src/jinja/errors.js';
import { placeOutside } from './kit/fuzz-run.js';
import { Random } from './kit/random.js';
import { readCorpus } from './kit/random-payloads.js';
import { Templates } from './kit/random-templates.js';

const corpus = readCorpus();

function check(parse: (source: string) => unknown, source: string): void {
  try {
    parse(source);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    expect({ source, outside: placeOutside(error, source) }).toEqual({ source, outside: null });
    expect(error.message).toContain(`at line ${error.line}, column ${error.column}`);
    expect(error.code).toBe(`template.${error.kind}`);
    expect(error.text.length).toBeLessThanOrEqual(80);
  }
}

const word = fc.oneof(
  fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    '-%}',
    '{%-',
    '|',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    "'",
    '"',
    '\\',
    '\n',
    '\r',
    '\r\n',
    ' ',
  ),
  fc.constantFrom(
    'if',
    'endif',
    'for',
    'in',
    'endfor',
    'else',
    'set',
    'raw',
    'endraw',
    'macro',
    'call',
    'filter',
    'with',
    'is',
    'not',
    'x',
    'upper',
  ),
  fc.constantFrom(
    '1',
    '2.5',
    '1e',
    '0x',
    '0xg',
    '1_',
    '\u2028',
    '\ud800',
    '😀',
    '\0',
    '.',
    ',',
    ':',
    '=',
    '~',
    '**',
    '//',
    ';',
    '@',
    '$',
  ),
);

describe('any text', () => {
  it.each([
    ['of any characters', fc.string({ unit: 'binary', maxLength: 80 })],
    ['of pieces of the language', fc.array(word, { maxLength: 30 }).map((parts) => parts.join(''))],
    ['of pieces with spaces', fc.array(word, { maxLength: 30 }).map((parts) => parts.join(' '))],
    ['in a tag', fc.array(word, { maxLength: 20 }).map((parts) => `a\n{{ ${parts.join(' ')} }}`)],
  ])('%s', (_what, text) => {
    fc.assert(
      fc.property(text, (source) => {
        check(compile, source);
        check(compileExpression, source);
      }),
      { numRuns: 1_000 },
    );
  });

  it('that was a real template before some of it was lost, doubled or exchanged', () => {
    expect(corpus.templates.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom(...corpus.templates),
        fc.constantFrom(...corpus.templates),
        (seed, source, other) => {
          check(compile, new Templates(new Random(seed)).mutate(source, other));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('cut off anywhere', () => {
    const longest = corpus.templates.toSorted((a, b) => b.length - a.length).slice(0, 5);
    for (const source of longest) {
      const stride = Math.max(1, Math.floor(source.length / 150));
      for (let end = 0; end <= source.length; end += stride) check(compile, source.slice(0, end));
    }
  });

  it('nested without end', () => {
    for (const piece of [
      '(',
      '[',
      '{',
      '{% if x %}',
      '{{ (',
      'not ',
      '-',
      '{% for x in y %}',
      'x[',
      'x(',
      'x if ',
      '~x',
      '**x',
      '|f(',
      '{% filter f(',
    ]) {
      check(compile, piece.repeat(3_000));
      check(compile, `{{ ${piece.repeat(3_000)} }}`);
      check(compileExpression, piece.repeat(3_000));
    }
  });
});
