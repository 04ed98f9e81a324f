import { describe, expect, it } from '@jest/globals';
import { readYaml } from '../../src/config/yaml-source.js';

describe('YAML that cannot be read', () => {
  it('is told where it breaks, not at every word that the parser stumbles over after that', () => {
    const rest = Array.from({ length: 40 }, (_, index) => `  - name: source-${index}\n    pack: generic\n`);
    const source = readYaml(`$ relay config export\nsources:\n${rest.join('')}`);
    const lines = source.diagnostics.map(({ at }) => at.line);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines[0]).toBeLessThanOrEqual(2);
    expect(source.brokenAt?.line).toBe(lines[0]);
  });

  it('keeps two mistakes in two places apart', () => {
    const source = readYaml('a: [1, 2\nb: 3\n');
    expect(source.diagnostics.length).toBeGreaterThan(0);
    const twice = readYaml('a: 1\na: 2\nb: 1\nb: 2\n');
    expect(twice.diagnostics.map(({ code }) => code)).toEqual(['duplicate_key', 'duplicate_key']);
  });
});
