// Reads packs from disk: the folder that comes with Relay, then the user's own. A bad pack names its file and what is wrong.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parseDocument } from 'yaml';
import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import { verifyProblems } from '../verify/verify-problems.js';
import { methodsOf } from '../verify/verify-schema.js';
import type { Pack, PackMembers, PackSample, PackSplit } from './pack.js';
import {
  CONTEXT_NAMES,
  isTemplateName,
  KNOWN_TEMPLATES,
  NO_SPLIT,
  PACK_SCHEMA,
  type PackFile,
} from './pack-schema.js';

/** The packs that come with Relay: `packs/` beside `dist/` (or `src/` when run from source). */
export const BUILT_IN_PACKS_DIR = fileURLToPath(new URL('../../../packs', import.meta.url));

const validatePackFile = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<PackFile>(PACK_SCHEMA);

function invalid(file: string, why: string): RelayError {
  return new RelayError('pack.invalid', `pack file ${file} is not valid`, {
    why,
    fix: 'compare it with a pack that comes with Relay: relay pack show generic',
  });
}

/** `Nested mappings are not allowed in compact mappings at line 3, column 5`: the parser's message without its drawing of the place. */
export const yamlProblem = ({ message }: Error): string =>
  (message.split('\n')[0] as string).replace(/:$/, '');

function readPackFile(file: string): PackFile {
  const document = parseDocument(readFileSync(file, 'utf8'), { prettyErrors: true });
  const [error] = document.errors;
  if (error) throw invalid(file, yamlProblem(error));
  const content: unknown = document.toJS();
  if (!validatePackFile(content)) {
    const problems = (validatePackFile.errors ?? []).map(
      (problem) => `${problem.instancePath || '/'} ${problem.message ?? ''}`,
    );
    throw invalid(file, problems.join('; '));
  }
  return content;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.form': 'application/x-www-form-urlencoded',
  '.txt': 'text/plain',
};

function readSample(path: string, given: PackFile['samples']): PackSample {
  const ending = extname(path);
  const name = basename(path, ending);
  const { content_type: contentType, headers = {} } = given?.[name] ?? {};
  return {
    name,
    text: readFileSync(path, 'utf8'),
    contentType: contentType ?? (CONTENT_TYPES[ending] as string),
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value])),
  };
}

/** The pack's example comes first: it is what `source test` sends unless told otherwise. */
function readSamples(dir: string, { example, samples }: PackFile): PackSample[] {
  const folder = join(dir, 'samples');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => Object.hasOwn(CONTENT_TYPES, extname(name)))
    .sort()
    .map((name) => readSample(join(folder, name), samples))
    .sort((a, b) => Number(b.name === example) - Number(a.name === example));
}

/** What the schema cannot say. @throws RelayError pack.invalid */
function checkNames(file: string, content: PackFile): void {
  const splits = Object.entries(content.splits ?? {});
  if (content.split !== undefined && !Object.hasOwn(content.splits ?? {}, content.split))
    throw invalid(file, `its split is "${content.split}", but there is no splits.${content.split}`);
  for (const [name] of splits) {
    if (name === 'variables' || name === NO_SPLIT) throw invalid(file, `no split may be called "${name}"`);
  }
  for (const { templates = {}, variables = {} } of [content, ...splits.map(([, split]) => split)]) {
    for (const name of Object.keys(variables)) {
      if (CONTEXT_NAMES.has(name))
        throw invalid(file, `variable "${name}" would hide what templates see anyway`);
    }
    for (const name of Object.keys(templates)) {
      if (isTemplateName(name)) continue;
      const near = suggestion(name, KNOWN_TEMPLATES);
      throw invalid(file, `there is no template "${name}"${near === null ? '' : `; ${near}`}`);
    }
  }
}

/** @throws RelayError pack.invalid */
function checkVerify(file: string, content: PackFile): void {
  const [problem] = content.verify === undefined ? [] : verifyProblems(content.verify);
  if (problem === undefined) return;
  const at = ['verify', ...problem.path].join('/');
  throw invalid(file, `/${at} ${problem.message}; ${problem.fix}`);
}

function toSplit(split: NonNullable<PackFile['splits']>[string]): PackSplit {
  return {
    each: split.each,
    templates: split.templates,
    variables: split.variables ?? {},
    otherwise: split.otherwise ?? 'refuse',
  };
}

function toMembers(members: NonNullable<PackFile['members']>): PackMembers {
  return {
    each: members.each,
    title: members.title,
    resolved: members.resolved,
    labels: members.labels,
    startsAt: members.starts_at ?? '',
    link: members.link ?? '',
  };
}

/** @throws RelayError pack.invalid */
export function loadPack(dir: string, builtIn: boolean): Pack {
  const file = join(dir, 'pack.yaml');
  const content = readPackFile(file);
  if (content.slug !== basename(dir)) {
    throw invalid(file, `its slug is "${content.slug}", but its folder is called "${basename(dir)}"`);
  }
  checkNames(file, content);
  checkVerify(file, content);
  const samples = readSamples(dir, content);
  if (content.example && samples[0]?.name !== content.example) {
    throw invalid(
      file,
      `its example is "${content.example}", but there is no samples/${content.example}.json (or .form, .txt)`,
    );
  }
  const connect = join(dir, 'connect.md');
  return {
    slug: content.slug,
    title: content.title,
    description: content.description,
    autoResolve: content.auto_resolve ?? false,
    acknowledges: content.acknowledges ?? false,
    variables: content.variables ?? {},
    templates: content.templates,
    members: content.members ? toMembers(content.members) : null,
    splits: Object.fromEntries(
      Object.entries(content.splits ?? {}).map(([name, split]) => [name, toSplit(split)]),
    ),
    split: content.split ?? null,
    absentPattern: content.absent_pattern ?? null,
    pings: content.pings ?? false,
    accepts: content.accepts ?? null,
    verify: methodsOf(content.verify),
    connect: existsSync(connect) ? readFileSync(connect, 'utf8') : `Post to {{ url }}\n`,
    samples,
    dir,
    builtIn,
  };
}

/**
 * All packs of the given folders; a user's pack of the same slug wins over a built-in one.
 * @throws RelayError pack.invalid
 */
export function loadPacks(userDirs: readonly string[]): ReadonlyMap<string, Pack> {
  const packs = new Map<string, Pack>();
  for (const root of [BUILT_IN_PACKS_DIR, ...userDirs]) {
    if (!existsSync(root)) {
      throw new RelayError('pack.invalid', `the packs folder ${root} does not exist`, {
        fix: 'create it, or take it out of `packs:` in the config',
      });
    }
    for (const entry of readdirSync(root, { withFileTypes: true })) {
      if (!entry.isDirectory() || !existsSync(join(root, entry.name, 'pack.yaml'))) continue;
      const pack = loadPack(join(root, entry.name), root === BUILT_IN_PACKS_DIR);
      packs.set(pack.slug, pack);
    }
  }
  return packs;
}
