// Checks one object made by CLI or API against the same rules as the file's. Gives back every mistake with the path of the value.

import type { EgressRule, Reach } from '../core/egress.js';
import { INTEGRATION_DRIVERS } from '../destinations/registry.js';
import type { Noun } from '../model/topology.js';
import { checkEgress } from './check-egress.js';
import { checkObject } from './checks.js';
import type { KnownNames } from './known-names.js';
import { checkFailureEmail } from './mail.js';
import { childOf, type Problem, problemAt, textOf } from './problem.js';
import { databaseChannelSchema } from './schema.js';
import { compileCheck, type SchemaCheck } from './schema-errors.js';
import { integrationSchema, serviceSchema, sourceSchema, webhookSchema } from './schema-objects.js';
import type { JsonSchema } from './schema-parts.js';
import type { SecretPlace } from './secret-place.js';
import { maskedValues, refusedReferences, resolveSecrets, secretPlaces } from './secrets.js';
import type { ObjectSpecs } from './spec.js';

export interface ObjectEnvironment extends Partial<KnownNames> {
  /** For `env:NAME`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** What a relative `file:` path is relative to: the config file's folder. */
  readonly folder: string;
  /** An API client must not read the daemon's environment or files: for `api`, references are refused. */
  readonly origin: 'cli' | 'api';
  /** Where the object may send; not checked where that is not known. */
  readonly egress?: { readonly rule: EgressRule; readonly reach: Reach };
  /** Keys that a change leaves as they are: nothing new is said of them, and a reference that stands there is the operator's. */
  readonly kept?: ReadonlySet<string>;
  /** Whether the config has a mail server; not checked where that is not known. */
  readonly hasSmtp?: boolean;
}

export interface ObjectProblem {
  /** `urls[0].url`; empty for the object itself. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
}

export type ObjectResult<N extends Noun> =
  | {
      readonly ok: true;
      readonly spec: ObjectSpecs[N];
      /** Of what is allowed and probably not meant. */
      readonly warnings: readonly ObjectProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ObjectProblem[] };

const SCHEMAS: Readonly<Record<Noun, () => JsonSchema>> = {
  service: () => serviceSchema,
  source: () => sourceSchema,
  channel: () => databaseChannelSchema,
  integration: () => integrationSchema(INTEGRATION_DRIVERS, 'database'),
  webhook: () => webhookSchema,
};
const checks = new Map<Noun, SchemaCheck>();

/**
 * `spec` is in the config file's form (an integration names its `channel`). On success the spec is given back as it came, references
 * unresolved: that is what is stored. Names in `environment` that are left out are not checked.
 */
export function validateObject<N extends Noun>(
  noun: N,
  spec: unknown,
  environment: ObjectEnvironment,
): ObjectResult<N> {
  const found = isTooDeep(spec) ? [TOO_DEEP] : findObjectProblems(noun, spec, environment);
  const told = (severity: Problem['severity']): ObjectProblem[] =>
    found
      .filter((problem) => problem.severity === severity)
      .map(({ path, code, message, fix }) => ({ path: pathText(path), code, message, fix }));
  const problems = told('error');
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, spec: spec as ObjectSpecs[N], warnings: told('warning') };
}

/** Deeper than any filter may be; walks over what a client sends would end in a stack overflow. */
const MAX_DEPTH = 300;
const TOO_DEEP = problemAt(
  [],
  'invalid_value',
  `it is nested deeper than ${MAX_DEPTH} levels`,
  'a filter nests at most 100 groups',
);

function isTooDeep(spec: unknown): boolean {
  let level: unknown[] = [spec];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

function findObjectProblems(noun: Noun, spec: unknown, environment: ObjectEnvironment): Problem[] {
  const check = checks.get(noun) ?? compileCheck(SCHEMAS[noun]());
  checks.set(noun, check);
  const resolved = structuredClone(spec);
  const places = secretPlaces(noun, resolved, INTEGRATION_DRIVERS);
  const isForeign = ({ path }: SecretPlace): boolean =>
    environment.origin === 'api' && !environment.kept?.has(String(path[0]));
  const own = places.filter((place) => !isForeign(place));
  const secrets = [
    ...refusedReferences(resolved, places.filter(isForeign)),
    ...resolveSecrets(resolved, own, [], environment).problems,
  ];
  const unresolved = new Set(secrets.map(({ path }) => path.join('/')));
  const name = textOf(childOf(resolved, 'name'));
  const label = name === undefined ? `the ${noun}` : `${noun} "${name}"`;
  const known: KnownNames = {
    packs: environment.packs ?? null,
    sources: environment.sources ?? null,
    services: environment.services ?? null,
    channels: environment.channels ?? null,
    users: environment.users ?? null,
    organizations: environment.organizations ?? null,
  };
  const isKept = ({ path }: Problem): boolean => environment.kept?.has(String(path[0])) === true;
  return [
    // In the database a secret has no better place.
    ...secrets.filter(({ severity }) => severity === 'error'),
    ...maskedValues(spec, places),
    ...check(resolved, () => label).filter(
      ({ path, code }) => code !== 'invalid_value' || !unresolved.has(path.join('/')),
    ),
    ...checkObject(noun, resolved, [], known),
    ...(noun === 'webhook' ? checkFailureEmail(resolved, [], environment.hasSmtp ?? true) : []),
    ...refusedAddresses(resolved, environment).filter((problem) => !isKept(problem)),
  ].filter((problem) => problem.severity === 'error' || !isKept(problem));
}

/** At the terminal a warning: the rule may be changed next. */
function refusedAddresses(spec: unknown, { egress, origin }: ObjectEnvironment): Problem[] {
  if (egress === undefined) return [];
  return checkEgress(spec, [], { ...egress, severity: origin === 'api' ? 'error' : 'warning' });
}

const pathText = (path: Problem['path']): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
