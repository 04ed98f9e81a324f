// What the documents name is there: commands with their flags, pages they link to, scripts of package.json. And the catalogue of errors
// names no code that nothing raises.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RelayCommand } from '../../src/cli/command.js';
import { buildProgram } from '../../src/cli/program.js';
import { CATALOGUE } from '../../src/core/errors.js';
import { testContext } from '../cli/context.js';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const under = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => `${folder}/${path}`);

const PAGES = ['README.md', ...under('docs', '.md'), ...under('packs', '.md'), 'config.example.yaml'];

/** Every `relay …` of a page, in code blocks and in code within text, without comments. */
function commandsIn(page: string): string[] {
  const blocks = [...page.matchAll(/```(?:sh|bash|console)?\n([\s\S]*?)```/g)].flatMap((match) =>
    (match[1] as string).split('\n').map((line) => line.replace(/^\$ /, '').replace(/\s#.*$/, '')),
  );
  const prose = page.replace(/```[\s\S]*?```/g, '');
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map((match) => (match[1] as string).replace(/\n/g, ' '));
  return [...blocks, ...spans].flatMap((text) =>
    text
      .split(/&&|;|\||\$\(|\)/)
      .map((part) => part.trim())
      .filter((part) => /^(bin\/relay\.js|relay) [a-z_-]/.test(part)),
  );
}

/** What of a command line does not exist; empty when all of it does. */
function unknownIn(program: RelayCommand, line: string): string {
  const words = line.split(/\s+/).slice(1);
  let command = program;
  let depth = 0;
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next === undefined) break;
    command = next as RelayCommand;
    depth += 1;
  }
  const following = words[depth];
  // `relay webhook` alone names the noun; a word that follows a noun must be one of its verbs.
  if (command.commands.length > 0 && following !== undefined && /^[a-z]/.test(following)) return following;
  const known = [...command.options, ...program.options].flatMap(({ long, short }) => [long, short]);
  const flags = words.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.split('=')[0] as string);
  return flags.filter((flag) => flag !== '--help' && !known.includes(flag)).join(' ');
}

let program: RelayCommand;
beforeAll(async () => {
  program = await buildProgram(testContext());
});

describe('a command that a page names', () => {
  it('is found by this test, and a wrong one is caught', () => {
    expect(commandsIn(read('README.md')).length).toBeGreaterThan(20);
    expect(commandsIn('```sh\nURL=$(bin/relay.js source url x)  # see\n```')).toEqual([
      'bin/relay.js source url x',
    ]);
    expect(unknownIn(program, 'relay webhok add crm')).toBe('webhok');
    expect(unknownIn(program, 'relay webhook ad crm')).toBe('ad');
    expect(unknownIn(program, 'relay webhook add crm --ulr x')).toBe('--ulr');
    expect(unknownIn(program, 'bin/relay.js delivery ls --status failed -o json')).toBe('');
  });

  it.each(PAGES)('in %s exists, with its flags', (page) => {
    const wrong = commandsIn(read(page)).flatMap((line) => {
      const unknown = unknownIn(program, line);
      return unknown === '' ? [] : [`${line}: ${unknown}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe('a page that another links to', () => {
  it.each(PAGES)('from %s is there, with its heading', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string);
    const lost = links.filter((link) => {
      if (/^[a-z]+:/.test(link) || link.startsWith('{{')) return false;
      const [path = '', heading] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      if (heading === undefined) return false;
      const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map((match) =>
        (match[1] as string)
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      );
      return !headings.includes(heading);
    });
    expect(lost).toEqual([]);
  });

  it('is named as a file that exists wherever `docs/…`, `src/…`, `tests/…` or `packs/…` stands in code', () => {
    const lost = PAGES.flatMap((page) =>
      [...read(page).matchAll(/`((?:docs|src|tests|packs|bench|bin)\/[\w./-]+)`/g)]
        .map((match) => match[1] as string)
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${page}: ${path}`),
    );
    expect(lost).toEqual([]);
  });
});

describe('npm scripts', () => {
  it('that the README names exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...read('README.md').matchAll(/npm (?:run )?([a-z]+)/g)]
      .map((match) => match[1] as string)
      .filter((name) => !['install', 'link', 'ci'].includes(name));
    expect(named).toContain('start');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('an error code', () => {
  it('of the catalogue is raised somewhere', () => {
    const sources = under('src', '.ts')
      .filter((path) => path !== 'src/core/errors.ts')
      .map(read)
      .join('\n');
    const codes = Object.keys(CATALOGUE);
    expect(codes.length).toBeGreaterThan(40);
    const dead = codes.filter((code) => code !== 'internal.bug' && !sources.includes(`'${code}'`));
    expect(dead).toEqual([]);
  });

  it('that a page shows in brackets is in the catalogue, or one of config validation', () => {
    const unknown = PAGES.flatMap((page) =>
      [...read(page).matchAll(/\[([a-z]+\.[a-z_]+)\]/g)]
        .map((match) => match[1] as string)
        .filter((code) => !(code in CATALOGUE) && !code.startsWith('config.')),
    );
    expect(unknown).toEqual([]);
  });
});
