// Values kept outside the config: `env:NAME` and `file:path`. Knows which values of an object may be such references, resolves them,
// and warns of secrets that stand in plain text. Never puts a secret into a message.

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isSecretHeader } from '../core/redaction.js';
import type { Driver } from '../destinations/driver.js';
import type { Noun } from '../model/topology.js';
import { childOf, entriesIn, listIn, type PathPart, type Problem, problemAt, textOf } from './problem.js';
import { oneOrMore, type SecretPlace } from './secret-place.js';
import { webhookSecurityPlaces } from './webhook-security.js';

/** A bundle of authorities has some hundred kilobytes. */
const LARGEST_SECRET_FILE_BYTES = 1_048_576;

/** Where references are looked up. `folder` is what a relative `file:` path is relative to. */
export interface SecretEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}

/** The mask alone, or in a URL in the place of a password or a parameter. */
const IS_MASKED = /^\*{3}$|^[a-z]+:\/\/(?:\*{3}@|.*[?&][^=&]*=\*{3}(?:[&#]|$))/i;

export const isReference = (text: string): boolean => /^(env|file):/.test(text);

/** The values of an object that may be `env:` or `file:` references. */
export function secretPlaces(
  noun: Noun,
  spec: unknown,
  drivers: ReadonlyMap<string, Driver>,
): readonly SecretPlace[] {
  if (noun === 'source') return [{ path: ['key'], isSecret: true }, ...oneOrMore(spec, 'secret')];
  if (noun === 'webhook') {
    return [
      ...oneOrMore(spec, 'secret'),
      ...listIn(spec, 'urls').map((_, index) => ({ path: ['urls', index, 'url'], isSecret: false })),
      ...headerPlaces(spec),
      ...webhookSecurityPlaces(spec),
    ];
  }
  if (noun !== 'integration') return [];
  const driver = drivers.get(textOf(childOf(spec, 'kind')) ?? '');
  const secret = (driver?.secretSettings ?? []).filter((setting) => setting !== 'headers');
  return [
    ...[...new Set([...secret, 'url'])].map((setting) => ({ path: [setting], isSecret: setting !== 'url' })),
    ...headerPlaces(spec),
  ];
}

const headerPlaces = (spec: unknown): SecretPlace[] =>
  entriesIn(spec, 'headers').map(([name]) => ({ path: ['headers', name], isSecret: isSecretHeader(name) }));

/** The text a reference stands for, or what is wrong with it. Trailing line ends of a file are cut off. */
function resolveReference(
  reference: string,
  environment: SecretEnvironment,
): { readonly value: string } | { readonly message: string; readonly fix: string } {
  const target = reference.slice(reference.indexOf(':') + 1);
  if (reference.startsWith('env:')) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(target)) {
      return { message: `"${reference}" does not name an environment variable`, fix: 'write it as env:NAME' };
    }
    const value = environment.variables[target];
    if (value) return { value };
    return {
      message: `the environment variable ${target} is ${value === undefined ? 'not set' : 'empty'}`,
      fix: `set it before Relay starts: export ${target}=…`,
    };
  }
  return readSecretFile(resolve(environment.folder, target));
}

function readSecretFile(path: string): { value: string } | { message: string; fix: string } {
  try {
    if (!statSync(path).isFile()) {
      return { message: `${path} is not a file`, fix: 'name a file that holds nothing but the secret' };
    }
    if (statSync(path).size > LARGEST_SECRET_FILE_BYTES) {
      return {
        message: `${path} is too large for a secret`,
        fix: 'name a file that holds nothing but the secret',
      };
    }
    const value = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    return value === '' ? { message: `${path} is empty`, fix: 'put the secret into it' } : { value };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return {
      message: missing ? `the secret file ${path} does not exist` : `the secret file ${path} cannot be read`,
      fix: missing ? 'make the file, or correct the path after file:' : 'check who may read it',
    };
  }
}

export interface ResolvedSecrets {
  /** Path within the object, joined by `/` → the reference that stood there. */
  readonly references: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Replaces the references in `spec` in place. A reference that cannot be resolved is left, with a problem at its path. */
export function resolveSecrets(
  spec: unknown,
  places: readonly SecretPlace[],
  base: readonly PathPart[],
  environment: SecretEnvironment,
): ResolvedSecrets {
  const references = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { path, isSecret } of places) {
    const holder = path.slice(0, -1).reduce<unknown>((value, part) => childOf(value, part), spec);
    const last = path.at(-1) as PathPart;
    const text = textOf(childOf(holder, last));
    if (text === undefined) continue;
    if (!isReference(text)) {
      if (isSecret) problems.push(inlineSecret([...base, ...path], 'secret'));
      else if (hasPassword(text)) problems.push(inlineSecret([...base, ...path], 'password'));
      continue;
    }
    const found = resolveReference(text, environment);
    references.set(path.join('/'), text);
    if ('value' in found) (holder as Record<PathPart, unknown>)[last] = found.value;
    else problems.push(problemAt([...base, ...path], 'missing_secret', found.message, found.fix));
  }
  return { references, problems };
}

/** For objects sent through the API: a problem at every reference, because a client must not read the daemon's environment or files. */
export function refusedReferences(spec: unknown, places: readonly SecretPlace[]): Problem[] {
  return places.flatMap(({ path }) => {
    const value = textOf(path.reduce<unknown>((holder, part) => childOf(holder, part), spec));
    if (value === undefined || !isReference(value)) return [];
    const message = `"${path.join('.')}" cannot be a reference: the API may not read the daemon's environment or files`;
    return [
      problemAt(path, 'invalid_value', message, 'send the value itself, or use the CLI or the config file'),
    ];
  });
}

const hasPassword = (text: string): boolean => URL.canParse(text) && new URL(text).password !== '';

/** A client that sends back what it was shown would put the mask in the place of the secret. */
export function maskedValues(spec: unknown, places: readonly SecretPlace[]): Problem[] {
  return places.flatMap(({ path }) => {
    const value = textOf(path.reduce<unknown>((holder, part) => childOf(holder, part), spec));
    if (value === undefined || !IS_MASKED.test(value)) return [];
    const message = `"${path.join('.')}" is what a secret is shown as, not the secret`;
    const fix = 'send the value itself; a key that is left out of a change stays as it is';
    return [problemAt(path, 'invalid_value', message, fix)];
  });
}

function inlineSecret(path: readonly PathPart[], what: 'secret' | 'password'): Problem {
  const key = String(path.findLast((part) => typeof part === 'string'));
  return problemAt(
    path,
    'inline_secret',
    `"${key}" holds a ${what} in plain text`,
    'keep it out of the file: env:NAME or file:path',
    { severity: 'warning' },
  );
}
