// A config file → a LoadedConfig, or every mistake in it with line, column and a fix. Steps: YAML, secrets, schema, references,
// defaults. Nothing is written and nothing is started here.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { RelayError } from '../core/errors.js';
import { INTEGRATION_DRIVERS } from '../destinations/registry.js';
import type { Noun } from '../model/topology.js';
import type { Pack } from '../sources/pack/pack.js';
import { loadPacks } from '../sources/pack/pack-loader.js';
import { checkEgress, refusedUrl, ruleOf } from './check-egress.js';
import {
  effectiveConfig,
  type FileData,
  folderOf,
  LONGEST_SOCKET_PATH_BYTES,
  packDirsOf,
} from './effective.js';
import { configNotReadable, socketOf } from './locate.js';
import { checkMail, SMTP_SECRETS } from './mail.js';
import { maskSecrets } from './masked-text.js';
import { childOf, type PathPart, type Problem, problemAt, textOf } from './problem.js';
import { checkReferences, objectsIn, type PlacedObject } from './references.js';
import { configSchema } from './schema.js';
import { compileCheck, type SchemaCheck } from './schema-errors.js';
import { isReference, resolveSecrets, secretPlaces } from './secrets.js';
import type { Diagnostic, FileObject, LoadResult } from './spec.js';
import { readYaml, type YamlSource } from './yaml-source.js';

export interface ConfigEnvironment {
  /** For `env:NAME`: process.env. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Packs by slug, given the user's folders. Default: reads them from disk. @throws RelayError pack.invalid */
  readonly loadPacks?: (dirs: readonly string[]) => ReadonlyMap<string, Pack>;
}

/** @throws RelayError config.not_found, config.unreadable */
export function loadConfigFile(path: string, environment: ConfigEnvironment): LoadResult {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw configNotReadable(resolve(path), cause);
  }
  return loadConfigText(text, path, environment);
}

/** Never throws: whatever the text is, the answer is a config or a list of mistakes sorted by position. */
export function loadConfigText(text: string, path: string, environment: ConfigEnvironment): LoadResult {
  const absolute = resolve(path);
  const folder = folderOf(absolute);
  const source = readYaml(text);
  const data = withoutEmptySections(source.data);
  const found = findProblems(data, folder, environment);
  const diagnostics = sorted([
    ...source.diagnostics,
    ...found.problems
      .map((problem) => toDiagnostic(problem, source))
      .filter((diagnostic) => isTrustworthy(diagnostic, source.brokenAt)),
  ]);
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return { ok: false, path: absolute, text: maskSecrets(text), diagnostics };
  }
  const objects = found.objects.flatMap((object) => toFileObject(object, source));
  const config = effectiveConfig(data as FileData, absolute, folder, objects, found.references, diagnostics);
  return { ok: true, config };
}

interface Found {
  readonly problems: readonly Problem[];
  readonly objects: readonly PlacedObject[];
  readonly references: ReadonlyMap<string, string>;
}

let fileCheck: SchemaCheck | undefined;

/** Resolves the secrets of `data` in place, then runs every check. */
function findProblems(data: unknown, folder: string, environment: ConfigEnvironment): Found {
  const objects = objectsIn(data);
  const references = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { noun, spec, path } of objects) {
    if (noun === 'user' || noun === 'organization') continue;
    const places = secretPlaces(noun, spec, INTEGRATION_DRIVERS);
    const secrets = resolveSecrets(spec, places, path, { variables: environment.variables, folder });
    problems.push(...secrets.problems);
    const id = `${noun}/${textOf(childOf(spec, 'name')) ?? ''}`;
    for (const [place, reference] of secrets.references) references.set(`${id}/${place}`, reference);
  }
  const egress = childOf(data, 'egress');
  const proxy = resolveSecrets(egress, [{ path: ['proxy'], isSecret: false }], ['egress'], {
    variables: environment.variables,
    folder,
  });
  problems.push(...proxy.problems);
  for (const [place, reference] of proxy.references) references.set(`egress/${place}`, reference);
  const smtp = childOf(data, 'smtp');
  const mail = resolveSecrets(smtp, SMTP_SECRETS, ['smtp'], { variables: environment.variables, folder });
  for (const [place, reference] of mail.references) references.set(`smtp/${place}`, reference);
  fileCheck ??= compileCheck(configSchema);
  const packs = readPacks(data, folder, environment);
  problems.push(
    // A reference that could not be resolved has its own error; the schema would only call it malformed.
    ...fileCheck(data).filter(({ path, code }) => code !== 'invalid_value' || !isUnresolved(data, path)),
    ...packs.problems,
    ...checkReferences(objects, packs.packs),
    ...mail.problems,
    ...checkMail(data),
    ...checkSocket(data, folder),
    ...checkAddresses(data, objects),
  );
  return { problems, objects, references };
}

function isUnresolved(data: unknown, path: readonly PathPart[]): boolean {
  const value = textOf(path.reduce<unknown>((holder, part) => childOf(holder, part), data));
  return value !== undefined && isReference(value) && path.some((part) => SECRET_SECTIONS.has(part));
}
const SECRET_SECTIONS: ReadonlySet<PathPart> = new Set([
  'smtp',
  'sources',
  'integrations',
  'webhooks',
  'egress',
]);

/** Warnings: a config that used to be taken is taken. */
function checkAddresses(data: unknown, objects: readonly PlacedObject[]): Problem[] {
  const check = { rule: ruleOf(data), reach: 'anywhere', severity: 'warning' } as const;
  const proxy = textOf(childOf(childOf(data, 'egress'), 'proxy'));
  return [
    ...refusedUrl(proxy, ['egress', 'proxy'], check),
    ...objects.flatMap(({ spec, path }) => checkEgress(spec, path, check)),
  ];
}

function readPacks(
  data: unknown,
  folder: string,
  environment: ConfigEnvironment,
): { packs: ReadonlyMap<string, Pack> | null; problems: Problem[] } {
  try {
    const dirs = packDirsOf((childOf(data, 'packs') === undefined ? {} : data) as FileData, folder);
    return { packs: (environment.loadPacks ?? loadPacks)(dirs), problems: [] };
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    const message = error.why ? `${error.message}: ${error.why}` : error.message;
    return { packs: null, problems: [problemAt(['packs'], 'pack', message, error.fix ?? null)] };
  }
}

function checkSocket(data: unknown, folder: string): Problem[] {
  const path = socketOf(data, folder);
  const bytes = Buffer.byteLength(path);
  if (bytes <= LONGEST_SOCKET_PATH_BYTES) return [];
  const named = textOf(childOf(childOf(data, 'server'), 'socket')) !== undefined;
  return [
    problemAt(
      named ? ['server', 'socket'] : ['data'],
      'socket_path_too_long',
      `the control socket's path is ${bytes} bytes long; the system takes ${LONGEST_SOCKET_PATH_BYTES}: ${path}`,
      'set server.socket to a short path, such as /run/relay/relay.sock',
    ),
  ];
}

/** `sources:` with nothing under it (all commented out, say) is the same as no `sources:`. */
function withoutEmptySections(data: unknown): unknown {
  if (data === null) return {};
  const holders = [data, childOf(data, 'directory'), ...objectsIn(data).map(({ spec }) => spec)];
  for (const holder of holders) {
    if (typeof holder !== 'object' || holder === null) continue;
    const isTop = holder === data || holder === childOf(data, 'directory');
    for (const key of isTop ? Object.keys(holder) : ['integrations', 'templates', 'headers']) {
      if (childOf(holder, key) === null) delete (holder as Record<string, unknown>)[key];
    }
  }
  return data;
}

function toDiagnostic(problem: Problem, source: YamlSource): Diagnostic {
  const { severity, code, message, fix, path, on, within } = problem;
  if (!within) return { severity, code, message, fix, ...source.locate(path, on) };
  // The place within the template would only confuse beside the place in the file.
  const suffix = ` at line ${within.line}, column ${within.column}`;
  const shown = message.endsWith(suffix) ? message.slice(0, -suffix.length) : message;
  return { severity, code, message: shown, fix, ...source.locateWithin(path, within) };
}

/** After a syntax error the rest of the text may be read wrongly: only what stands before it and is wrong in itself is told. */
function isTrustworthy(diagnostic: Diagnostic, brokenAt: YamlSource['brokenAt']): boolean {
  if (brokenAt === null) return true;
  const isLocal = ['unknown_key', 'wrong_type', 'invalid_value', 'not_yet', 'inline_secret'].includes(
    diagnostic.code,
  );
  return isLocal && diagnostic.at.line < brokenAt.line;
}

function toFileObject({ noun, spec, path, channel }: PlacedObject, source: YamlSource): FileObject[] {
  if (noun === 'user' || noun === 'organization') return [];
  const { at } = source.locate(path, 'value');
  const { integrations: _nested, ...own } = spec as Record<string, unknown>;
  const whole = channel === undefined ? own : { ...own, channel };
  return [{ noun: noun as Noun, name: String(own.name), spec: whole as unknown as FileObject['spec'], at }];
}

function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return [...diagnostics]
    .sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
    .filter(({ at, code, message }) => {
      const id = `${at.line}:${at.column} ${code} ${message}`;
      return !seen.has(id) && seen.add(id);
    });
}
