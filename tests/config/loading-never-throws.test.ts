// Whatever stands in the file, loading answers. Failing cases print their seed (fast-check).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderDiagnostics } from '../../src/config/diagnostics.js';
import { loadConfigText } from '../../src/config/load.js';
import { maskSecrets } from '../../src/config/masked-text.js';
import { loadPacks } from '../../src/sources/pack/pack-loader.js';

const EXAMPLE = readFileSync(fileURLToPath(new URL('../../config.example.yaml', import.meta.url)), 'utf8');
const PACKS = loadPacks([]);

function expectAnswer(text: string): void {
  const result = loadConfigText(text, '/nowhere/relay.yaml', { variables: {}, loadPacks: () => PACKS });
  const diagnostics = result.ok ? result.config.warnings : result.diagnostics;
  if (!result.ok) expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  const lines = text.split('\n').length;
  for (const { at, length } of diagnostics) {
    expect(at.line).toBeGreaterThanOrEqual(1);
    expect(at.line).toBeLessThanOrEqual(lines + 1);
    expect(at.column).toBeGreaterThanOrEqual(1);
    expect(length).toBeGreaterThanOrEqual(1);
  }
  expect(maskSecrets(text).length).toBe(text.length);
  expect(typeof renderDiagnostics(diagnostics, 'relay.yaml', maskSecrets(text))).toBe('string');
}

describe('loading a config never throws', () => {
  it('on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), expectAnswer), { numRuns: 300 });
  });

  it('on YAML pieces in any order', () => {
    const pieces = [
      '- ',
      ': ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '<<',
      '!!set ',
      '|',
      '>',
      '"',
      "'",
      '#',
    ];
    const words = [
      'name',
      'sources',
      'channels',
      'webhooks',
      'urls',
      'x',
      'null',
      '1',
      '~',
      '---',
      '%YAML 1.1',
    ];
    const text = fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 60 }).map((all) => all.join(''));
    fc.assert(fc.property(text, expectAnswer), { numRuns: 500 });
  });

  it('on the example with a piece replaced', () => {
    const change = fc.tuple(
      fc.nat(EXAMPLE.length),
      fc.nat(40),
      fc.oneof(
        fc.string({ maxLength: 10 }),
        fc.constantFrom('', '\n', ': ', '[', '{', '5', '*a', 'null', '- - -'),
      ),
    );
    const mutate = ([from, count, piece]: [number, number, string]): void =>
      expectAnswer(EXAMPLE.slice(0, from) + piece + EXAMPLE.slice(from + count));
    fc.assert(fc.property(change, mutate), { numRuns: 300 });
  });

  it('on any JSON value in place of a section', () => {
    const sections = [
      'server',
      'sources',
      'services',
      'channels',
      'webhooks',
      'directory',
      'packs',
      'redelivery',
      'data',
    ];
    const document = fc.record({ section: fc.constantFrom(...sections), value: fc.jsonValue() });
    fc.assert(
      fc.property(document, ({ section, value }) => expectAnswer(JSON.stringify({ [section]: value }))),
      { numRuns: 300 },
    );
  });

  it('on brackets too deep to parse, aliases that multiply, and an alias of itself', () => {
    expectAnswer('['.repeat(20_000));
    const { ok, ...deep } = loadConfigText('['.repeat(20_000), '/nowhere/relay.yaml', { variables: {} });
    expect([ok, JSON.stringify(deep)]).toEqual([
      false,
      expect.stringContaining('nested deeper than can be read'),
    ]);
    expectAnswer(`a: ${'{b: '.repeat(5_000)}`);
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(',')}]`,
    );
    expectAnswer(`a0: &a0 [x]\n${levels.join('\n')}\n`);
    expectAnswer('sources: &s [ { name: *s } ]\n');
  });
});
