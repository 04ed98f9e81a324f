// Keeps the import directions, the homes of packages, files out of circles, their length, and their headers.

import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { circlesIn, importsOf, MAY_IMPORT, type SourceFile, violationsOf } from './rules.js';

const SRC = join(import.meta.dirname, '..', '..', 'src');

function sourceFiles(): SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));
}

const file = (path: string, ...lines: string[]): SourceFile => ({
  path,
  text: ['// Header.', ...lines, ''].join('\n'),
});

describe('the source tree', () => {
  const files = sourceFiles();

  it('is found', () => {
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['core/errors.ts', 'store/store.ts']),
    );
    const imports = files.flatMap((source) => importsOf(source));
    expect(imports.filter(({ target }) => target === 'core/errors.ts').length).toBeGreaterThan(1);
  });

  it('has no folder without a rule', () => {
    const rooms = new Set(files.map(({ path }) => path.split('/')[0] as string));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it('imports only files that are there', () => {
    const there = new Set(files.map(({ path }) => path));
    const lost = files.flatMap((source) =>
      importsOf(source)
        .filter(({ target }) => target !== null && !target.endsWith('.json') && !there.has(target))
        .map(({ target }) => `${source.path} → ${target}`),
    );
    expect(lost).toEqual([]);
  });

  it('keeps every rule', () => {
    expect(files.flatMap(violationsOf)).toEqual([]);
  });

  it('has no files that import each other', () => {
    expect(circlesIn(files)).toEqual([]);
  });
});

describe('the rules catch', () => {
  const cases: readonly [string, SourceFile, RegExp][] = [
    [
      'core importing anything',
      file('core/x.ts', `import { y } from '../model/y.js';`),
      /must not import model\/y\.ts/,
    ],
    [
      'types in the wrong direction too',
      file('model/x.ts', `import type { S } from '../store/store.js';`),
      /store\/store/,
    ],
    [
      'a re-export in the wrong direction',
      file('store/x.ts', `export { y } from '../delivery/y.js';`),
      /delivery\/y/,
    ],
    [
      'a dynamic import',
      file('cli/commands/event.ts', `const d = await import('../../daemon/main.js');`),
      /daemon\/main/,
    ],
    [
      'a value where only types may be had',
      file('config/x.ts', `import { s } from '../store/store.js';`),
      /store\/store/,
    ],
    [
      'an import over several lines',
      file('jinja/x.ts', 'import {', '  a,', '  b,', `} from '../sources/pack.js';`),
      /sources\/pack/,
    ],
    [
      'one kind of destination importing another',
      file('destinations/slack/driver.ts', `import { w } from '../webhook/outgoing.js';`),
      /another kind's destinations\/webhook\/outgoing\.ts/,
    ],
    [
      'SQLite outside its folder',
      file('store/x.ts', `import Database from 'better-sqlite3';`),
      /better-sqlite3/,
    ],
    ['undici outside delivery', file('http/x.ts', `import { Pool } from 'undici';`), /undici/],
    ['fastify outside http', file('daemon/x.ts', `import fastify from 'fastify';`), /fastify/],
    [
      'delivery reaching into SQLite',
      file('delivery/x.ts', `import { o } from '../store/sqlite/open.js';`),
      /sqlite\/open/,
    ],
    ['a missing .js', file('model/x.ts', `import { y } from './y';`), /without \.js/],
    ['a default export', file('model/x.ts', 'export default 1;'), /default export/],
    ['a missing header', { path: 'model/x.ts', text: 'export const a = 1;\n' }, /begin with a comment/],
    ['a file of 401 lines', file('model/x.ts', ...Array<string>(400).fill('const a = 1;')), /401 lines/],
  ];

  it.each(cases)('%s', (_what, source, expected) => {
    expect(violationsOf(source)).toEqual([expect.stringMatching(expected)]);
  });

  it('but not what is allowed', () => {
    const allowed = [
      file('cli/commands/serve.ts', `const { run } = await import('../../daemon/main.js');`),
      file(
        'http/x.ts',
        `import type { FastifyInstance } from 'fastify';`,
        `import { a } from '../core/a.js';`,
      ),
      file('daemon/x.ts', `import type { FastifyInstance } from 'fastify';`),
      file('destinations/registry.ts', `import { w } from './webhook/outgoing.js';`),
      file(
        'destinations/webhook/a.ts',
        `import { b } from './b.js';`,
        `import type { D } from '../driver.js';`,
      ),
      file('config/x.ts', `import type { StoredObject } from '../store/store.js';`),
      file('store/sqlite/open.ts', `import Database from 'better-sqlite3';`),
    ];
    expect(allowed.flatMap(violationsOf)).toEqual([]);
  });
});

describe('a circle of imports', () => {
  const cases: readonly [string, readonly SourceFile[], readonly string[]][] = [
    [
      'of two files',
      [
        file('model/a.ts', `import { b } from './b.js';`),
        file('model/b.ts', `import { a } from './a.js';`),
        file('model/c.ts', `import { a } from './a.js';`),
      ],
      ['model/b.ts → model/a.ts → model/b.ts'],
    ],
    [
      'of types and of what is loaded later',
      [
        file('cli/a.ts', `import type { B } from './b/b.js';`),
        file('cli/b/b.ts', `export { c } from '../c.js';`),
        file('cli/c.ts', `const a = await import('./a.js');`),
      ],
      ['cli/c.ts → cli/a.ts → cli/b/b.ts → cli/c.ts'],
    ],
    [
      'of a file with itself',
      [file('model/a.ts', `import { a } from './a.js';`)],
      ['model/a.ts → model/a.ts'],
    ],
    [
      'is none where two ways lead to one file',
      [
        file('model/a.ts', `import { b } from './b.js';`, `import { c } from './c.js';`),
        file('model/b.ts', `import { c } from './c.js';`),
        file('model/c.ts'),
      ],
      [],
    ],
  ];

  it.each(cases)('%s', (_what, files, expected) => {
    expect(circlesIn(files)).toEqual(expected);
  });
});
