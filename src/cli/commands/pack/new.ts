// relay pack new: a folder to start a pack from, checked at once. Overwrites nothing and needs no daemon.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { RelayError } from '../../../core/errors.js';
import { suggestion } from '../../../core/nearest.js';
import { writeExpected } from '../../../sources/pack/expected.js';
import {
  checkPack,
  describeSample,
  expectedOfToday,
  type PackReport,
  tellStory,
} from '../../../sources/pack/pack-check.js';
import { BUILT_IN_PACKS_DIR, loadPack } from '../../../sources/pack/pack-loader.js';
import { type NewPack, newPack, renamePack, SCHEMA_FILES } from '../../../sources/pack/pack-new.js';
import { type CliContext, hintNext } from '../../context.js';
import { printDone } from '../../output/object.js';
import { countsOf, problemLines } from './report.js';
import { schemaText } from './schema.js';

export interface PackNewOptions {
  readonly dir: string;
  readonly from?: string;
  readonly payload?: string;
}

const EXPECTED_LINE = `# yaml-language-server: $schema=../${SCHEMA_FILES.expected}\n`;
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws RelayError usage.invalid */
function checkSlug(slug: string): void {
  if (SLUG.test(slug)) return;
  const meant = slug
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  throw new RelayError('usage.invalid', `"${slug}" cannot be the name of a pack`, {
    why: 'a slug has lower-case letters, digits and "-", 63 at most: it is the name of the folder too',
    ...(meant === '' ? {} : { fix: `for example: relay pack new ${meant}` }),
  });
}

function readPayload(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (cause) {
    throw new RelayError('usage.invalid', `the payload ${file} cannot be read`, {
      why: (cause as Error).message,
      cause,
    });
  }
}

/** All files of the pack that comes with Relay, under the new name. @throws RelayError pack.not_found */
function copyOf(from: string, slug: string): NewPack {
  const folder = join(BUILT_IN_PACKS_DIR, from);
  if (!existsSync(join(folder, 'pack.yaml'))) {
    throw new RelayError('pack.not_found', `no pack "${from}" comes with Relay`, {
      fix: suggestion(from, readdirSync(BUILT_IN_PACKS_DIR)) ?? 'see: relay pack list',
    });
  }
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => extname(name) !== '',
  );
  const files = names.map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  return {
    files: Object.fromEntries(
      files.map(([name, text]) => [name, name === 'pack.yaml' ? renamePack(slug, text) : text]),
    ),
    story: [],
    notes: [],
  };
}

/** `wx` refuses a file that appeared since we looked. */
function writeFiles(folder: string, files: NewPack['files']): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  }
}

/** What the samples become today, as what is expected. @throws TemplateError */
function writeExpectations(folder: string, story: readonly string[]): void {
  const pack = loadPack(folder, false);
  const text = writeExpected({
    cases: pack.samples.map((sample) => describeSample(pack, sample)),
    ...(story.length === 0
      ? {}
      : { stories: [{ samples: story, results: tellStory(pack, { samples: story }) }] }),
  });
  writeFileSync(join(folder, 'expected.yaml'), EXPECTED_LINE + text, { flag: 'wx' });
}

function writeSchemas(dir: string): void {
  for (const [which, name] of Object.entries(SCHEMA_FILES) as ['pack' | 'expected', string][]) {
    const path = join(dir, name);
    if (!existsSync(path)) writeFileSync(path, schemaText(which));
  }
}

const fileCount = ({ files }: NewPack): number => new Set([...Object.keys(files), 'expected.yaml']).size;

function tell(report: PackReport, near: string, made: NewPack, slug: string, context: CliContext): void {
  const done = { slug, dir: near, problems: report.problems, notes: made.notes };
  printDone(context, `wrote pack ${slug} in ${near}: ${fileCount(made)} files`, slug, done);
  for (const note of made.notes) context.hint(`note: ${note}`);
  if (report.problems.length === 0) context.hint(`its check is green: ${countsOf(report)}`);
  else {
    context.hint('to be written next:');
    for (const line of problemLines(report, context.paintErr)) context.hint(`  ${line}`);
  }
  context.hint(
    `a folder packs beside the config is found by itself; any other: packs: [${dirname(near)}] in the config`,
  );
  hintNext(context, `pack check ${near}`, 'config reload', `source add ${slug} ${slug}-prod`);
}

/** @throws usage.invalid, object.exists, pack.not_found, ingest.* for a payload that cannot be read */
export function runPackNew(slug: string, options: PackNewOptions, context: CliContext): void {
  checkSlug(slug);
  if (options.from !== undefined && options.payload !== undefined) {
    throw new RelayError('usage.invalid', '--from and --payload exclude each other', {
      fix: 'start from another pack, or from a payload',
    });
  }
  const dir = resolve(context.cwd, options.dir);
  const folder = join(dir, slug);
  const near = relative(context.cwd, folder).replace(/^(?!\.)/, './');
  if (existsSync(folder)) {
    throw new RelayError('object.exists', `there is something already at ${near}`, {
      why: 'relay pack new overwrites nothing',
      fix: `check it: relay pack check ${near}, or choose another slug`,
    });
  }
  const payload = options.payload;
  const made =
    options.from !== undefined
      ? copyOf(options.from, slug)
      : newPack(
          slug,
          payload === undefined
            ? null
            : { text: readPayload(payload, context.cwd), ending: extname(payload) || '.json' },
        );
  writeFiles(folder, made.files);
  if (options.from === undefined) writeExpectations(folder, made.story);
  // The other pack's expectations may name it; cases and stories stay, what they become is written anew.
  else
    writeFileSync(
      join(folder, 'expected.yaml'),
      EXPECTED_LINE + writeExpected(expectedOfToday(loadPack(folder, false))),
    );
  writeSchemas(dir);
  if (existsSync(join(BUILT_IN_PACKS_DIR, slug)))
    context.hint(`note: a pack "${slug}" comes with Relay; sources made from now on take yours`);
  tell(checkPack(loadPack(folder, false)), near, made, slug, context);
}
