// Random payloads: of the shape that the random templates ask for, with values of every kind in every place; and the packs' own samples.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseJson } from '../../../src/jinja/json.js';
import type { Random } from './random.js';

const PACKS = join(import.meta.dirname, '..', '..', '..', 'packs');
const SCALARS = [
  '0', '1', '-3', '42', '2.5', '1.0', '1e3', '12345678901234567890', '-0.0', 'true', 'false', 'null', '""', '" "', '"critical"', '"Disk FULL on db-1"', '"naïve ☃ 😀"',
  '"<b>x</b> & \\"q\\""', '"2026-03-05T14:07:09Z"', '"1700000000"', '"{\\"a\\": [1, 2.0]}"', '"a\\r\\nb\\tc"', '"\\u0000"', '"\\ud800"', '"__proto__"', '"ok"', '"None"',
]; // biome-ignore format: a table of values
const KEYS = [
  'severity',
  'k',
  'v',
  'a',
  '0',
  '12',
  '__proto__',
  'constructor',
  'toString',
  'items',
  'keys',
  'get',
  'é',
  '',
];

export class Payloads {
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  json(depth = 3): string {
    const { random } = this;
    if (depth <= 0 || random.chance(0.5)) return random.pick(SCALARS);
    if (random.chance(0.5)) return `[${random.list(5, () => this.json(depth - 1)).join(',')}]`;
    return `{${random.list(5, () => `${JSON.stringify(random.pick(KEYS))}:${this.json(depth - 1)}`).join(',')}}`;
  }

  /** The JSON text of a payload. */
  any(): string {
    const { random } = this;
    if (random.chance(0.1)) return this.json();
    const or = (usual: string): string => (random.chance(0.15) ? this.json(2) : usual);
    const alert = (): string =>
      or(
        `{"labels":{"severity":${random.pick(SCALARS)},"alertname":"A"},"k":${random.pick(SCALARS)},"v":${random.below(5)}}`,
      );
    const fields = [
      ['title', or('"Disk FULL on db-1"')],
      ['labels', or('{"severity":"critical","host":"db-1","count":3}')],
      ['alerts', or(`[${random.list(6, alert).join(',')}]`)],
      ['count', or(String(random.below(100)))],
      ['ratio', or('0.125')],
      ['big', or('123456789012345678901234567890')],
      ['none', or('null')],
      ['on', or('true')],
      [
        'text',
        or(JSON.stringify('the quick brown fox '.repeat(random.below(random.chance(0.02) ? 5000 : 6)))),
      ],
      ['json', or('"{\\"a\\": [1, 2.0]}"')],
      ['since', or('"2026-03-05T14:07:09Z"')],
      ['empty', or('[]')],
      ['matrix', or('[[3,1],[2,"b"],[null]]')],
    ];
    return `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
  }
}

export interface Corpus {
  readonly templates: readonly string[];
  /** JSON texts. */
  readonly samples: readonly string[];
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return /\{[{%]/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Every template and every JSON sample of every pack. */
export function readCorpus(): Corpus {
  const slugs = readdirSync(PACKS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const templates: string[] = [];
  const samples: string[] = [];
  for (const { name } of slugs) {
    const folder = join(PACKS, name);
    try {
      templates.push(...textsOf(parse(readFileSync(join(folder, 'pack.yaml'), 'utf8'))));
    } catch {
      continue; // A pack that does not parse is the packs' tests' to tell.
    }
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /^samples.*\.json$/.test(path),
    );
    for (const path of files) samples.push(readFileSync(join(folder, path), 'utf8'));
  }
  return { templates, samples: samples.filter(isJson) };
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
