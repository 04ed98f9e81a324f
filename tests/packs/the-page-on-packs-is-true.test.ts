// docs/packs.md names every key of a pack, and the pack it shows passes its own check.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPECTED_SCHEMA } from '../../src/sources/pack/expected.js';
import { checkPack, describeSample } from '../../src/sources/pack/pack-check.js';
import { loadPack } from '../../src/sources/pack/pack-loader.js';
import { PACK_SCHEMA, TEMPLATE_KINDS, TEMPLATE_NAMES } from '../../src/sources/pack/pack-schema.js';
import { ROOT } from '../kit/cli.js';
import { removeDir, tempDir } from '../kit/wait.js';

const PAGE = readFileSync(join(ROOT, 'docs', 'packs.md'), 'utf8');

/** Property names anywhere in a schema. */
function keysOf(schema: unknown, keys = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return keys;
  for (const [keyword, part] of Object.entries(schema)) {
    if (keyword === 'properties') for (const key of Object.keys(part as object)) keys.add(key);
    keysOf(keyword === 'properties' ? Object.values(part as object) : part, keys);
  }
  return keys;
}

/** Prose and tables; what stands in an example alone is not explained. */
const PROSE = PAGE.replace(/```[\s\S]*?```/g, '');
const isNamed = (word: string): boolean => new RegExp(`\`[^\`\n]*\\b${word}\\b[^\`\n]*\``).test(PROSE);

describe('docs/packs.md', () => {
  it('names every key of pack.yaml and expected.yaml', () => {
    const keys = [...keysOf(PACK_SCHEMA), ...keysOf(EXPECTED_SCHEMA)];
    expect(keys).toEqual(
      expect.arrayContaining(['slug', 'otherwise', 'starts_at', 'verify', 'prefix', 'results']),
    );
    expect(keys.filter((key) => !isNamed(key))).toEqual([]);
  });

  it('names every template and every kind that may have its own', () => {
    expect([...TEMPLATE_NAMES, ...TEMPLATE_KINDS].filter((name) => !isNamed(name))).toEqual([]);
  });

  it('names every word that a check can answer', () => {
    const { properties, $defs } = EXPECTED_SCHEMA;
    const words = [
      ...properties.stories.items.properties.results.items.enum,
      ...$defs.alert.properties.signal.enum,
    ];
    expect(words.filter((word) => !isNamed(word))).toEqual([]);
  });
});

describe('the pack on the page', () => {
  let dir: string;
  beforeAll(() => {
    dir = tempDir();
    const files = [
      ...PAGE.matchAll(/^`my-packs\/(acme-probes\/[\w./-]+)`[^\n]*\n\n```\w+\n([\s\S]*?)\n```$/gm),
    ];
    for (const [, path, text] of files) {
      const file = join(dir, path as string);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${text}\n`);
    }
    expect(files.map(([, path]) => path)).toHaveLength(7);
  });
  afterAll(() => removeDir(dir));

  it('does what it says it does', () => {
    const pack = loadPack(join(dir, 'acme-probes'), false);
    expect(checkPack(pack)).toEqual({ slug: 'acme-probes', cases: 5, stories: 2, problems: [] });
  });

  it('uses every key but those that no one pack needs', () => {
    const text = readFileSync(join(dir, 'acme-probes', 'pack.yaml'), 'utf8');
    const unused = Object.keys(PACK_SCHEMA.properties).filter(
      (key) => !new RegExp(`^${key}:`, 'm').test(text),
    );
    expect(unused).toEqual(['pings', 'split']);
  });

  it('drops what its absent_pattern says, as the page tells', () => {
    const pack = loadPack(join(dir, 'acme-probes'), false);
    const [sample] = pack.samples;
    expect(sample?.name).toBe('failing');
    expect(sample?.text).toContain('"runbook": "n/a"');
    const [alert] = describeSample(pack, sample as never).alerts ?? [];
    expect(alert?.message).not.toContain('Runbook');
  });
});
