// Makes everything a config needs, before anything in force is touched: topology, router, compiled templates, and the keys, secrets and
// template snapshots that objects seen for the first time are given. Throws with every mistake; writes nothing itself.

import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../../config/config-error.js';
import type { Diagnostic, LoadedConfig } from '../../config/spec.js';
import { buildTopology, type TopologyResult } from '../../config/topology.js';
import { RelayError } from '../../core/errors.js';
import { newPrivateKey, newSigningKey } from '../../core/signing.js';
import { compileEventFilter } from '../../filters/event-filter.js';
import { createRouter } from '../../model/route.js';
import type { Source, Topology } from '../../model/topology.js';
import type { Served } from '../../relay.js';
import { type CompiledSource, compileSource } from '../../sources/alert/compiled-source.js';
import type { Pack } from '../../sources/pack/pack.js';
import type { Store, StoredObject, StoredSecret, TemplateSnapshot, UrlNumbers } from '../../store/store.js';

/** What the database adds to the file. */
export interface Stored {
  readonly objects: readonly StoredObject[];
  readonly secrets: readonly StoredSecret[];
  readonly snapshots: readonly TemplateSnapshot[];
  /** `noun/name` of what is paused. */
  readonly paused: ReadonlySet<string>;
  readonly urlNumbers: UrlNumbers;
}

/** Keys, secrets and snapshots made for objects seen for the first time, and the numbers of URLs. */
export interface Created {
  /** All of them; null when nothing has changed. */
  readonly urlNumbers: UrlNumbers | null;
  readonly secrets: readonly StoredSecret[];
  readonly snapshots: readonly TemplateSnapshot[];
}

export interface Provisioned {
  readonly config: LoadedConfig;
  readonly packs: ReadonlyMap<string, Pack>;
  readonly served: Served;
  readonly created: Created;
  /** Objects of the database that were left out because what they refer to is gone: only those that were tolerated. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut extends Diagnostic {
  /** `integration/wall` */
  readonly object: string;
}

/** `noun/name` of what exists and is not served. */
export const outOfForce = ({ leftOut }: Provisioned): string[] => leftOut.map(({ object }) => object);

export async function readStored(store: Store): Promise<Stored> {
  const [objects, secrets, snapshots, paused, urlNumbers] = await Promise.all([
    store.listObjects(),
    store.secrets(),
    store.snapshots(),
    store.pausedObjects(),
    store.urlNumbers(),
  ]);
  return { objects, secrets, snapshots, paused, urlNumbers };
}

/** 25 letters and digits, about 128 bits: the key in an Integration URL. */
export function newSourceKey(): string {
  return randomBytes(20).toString('base64url').replace(/[-_]/g, 'x').slice(0, 25);
}

function createNeeded(needed: TopologyResult['needed'], now: number): Omit<Created, 'urlNumbers'> {
  const secret = (noun: 'source' | 'webhook', name: string): StoredSecret => ({
    noun,
    name,
    purpose: noun === 'source' ? 'source_key' : 'signing',
    value: noun === 'source' ? newSourceKey() : newSigningKey(),
    createdAt: now,
    expiresAt: null,
  });
  return {
    secrets: [
      ...needed.sourceKeys.map((name) => secret('source', name)),
      ...needed.signingSecrets.map((name) => secret('webhook', name)),
      ...needed.privateKeys.map(
        (name): StoredSecret => ({
          ...secret('webhook', name),
          purpose: 'signing_v1a',
          value: newPrivateKey(),
        }),
      ),
    ],
    snapshots: needed.snapshots.map((snapshot) => ({ ...snapshot, takenAt: now })),
  };
}

/** Where `env:` and `file:` of objects made by CLI or API are looked up: as for those of the file. */
export function referencesOf(
  config: LoadedConfig,
  env: NodeJS.ProcessEnv,
): { variables: NodeJS.ProcessEnv; folder: string } {
  return { variables: env, folder: config.path === null ? process.cwd() : dirname(config.path) };
}

/**
 * @param tolerated objects of the database (`noun/name`) to leave out when they cannot be used, instead of refusing. On start all of
 *   them, as nobody could remove one while nothing runs; later those that were left out then, so that they lock nothing
 * @throws ConfigError with every mistake found
 */
export function provision(
  config: LoadedConfig,
  stored: Stored,
  packs: ReadonlyMap<string, Pack>,
  env: NodeJS.ProcessEnv,
  now: number,
  tolerated: 'all' | ReadonlySet<string> = new Set(),
): Provisioned {
  const references = referencesOf(config, env);
  const build = (secrets: readonly StoredSecret[], snapshots: readonly TemplateSnapshot[]) =>
    buildTopology({
      references,
      config,
      stored: stored.objects,
      secrets,
      snapshots,
      paused: stored.paused,
      packs,
      urlNumbers: stored.urlNumbers,
      now,
    });
  const first = build(stored.secrets, stored.snapshots);
  const created = createNeeded(first.needed, now);
  const { topology, problems, urlNumbers } = build(
    [...stored.secrets, ...created.secrets],
    [
      ...stored.snapshots.filter(
        (old) => !created.snapshots.some((snapshot) => snapshot.source === old.source),
      ),
      ...created.snapshots,
    ],
  );
  const mistakes = problems.filter((problem) => problem.severity === 'error');
  const leftOut = mistakes.filter(
    ({ at, object }) => at === null && (tolerated === 'all' || tolerated.has(object)),
  );
  const errors = mistakes.filter((problem) => !leftOut.includes(problem));
  if (errors.length > 0) throw new ConfigError(config.path, '', errors.map(asDiagnostic));
  const sources = new Map(
    [...topology.sources.values()].map((source) => [source.name, compiled(source, packs)] as const),
  );
  return {
    config,
    packs,
    served: { topology, ...routing(topology), sources },
    created: { ...created, urlNumbers: changedNumbers(stored.urlNumbers, urlNumbers, leftOut) },
    leftOut: leftOut.map((problem) => ({ ...asDiagnostic(problem), object: problem.object })),
  };
}

/** Those of webhooks that are left out are kept: they may come back. */
function changedNumbers(
  before: UrlNumbers,
  usable: UrlNumbers,
  leftOut: readonly { readonly object: string }[],
): UrlNumbers | null {
  const kept = Object.entries(before).filter(([name]) =>
    leftOut.some(({ object }) => object === `webhook/${name}`),
  );
  const after = { ...Object.fromEntries(kept), ...usable };
  return isDeepStrictEqual(after, { ...before }) ? null : after;
}

/** The router, with the filters of destinations compiled once. */
function routing(topology: Topology): Pick<Served, 'router' | 'filtersPayload'> {
  const filters = new Map(
    [...topology.destinations.values()].map(
      (destination) => [destination.ref, compileEventFilter(destination)] as const,
    ),
  );
  return {
    router: createRouter(topology, ({ ref }) => filters.get(ref)?.matches ?? null),
    filtersPayload: [...filters.values()].some((filter) => filter?.readsPayload === true),
  };
}

/** The source's own templates were checked where they stand; what still fails here came with its pack. */
function compiled(source: Source, packs: ReadonlyMap<string, Pack>): CompiledSource {
  try {
    return compileSource(source, packs.get(source.pack) as Pack);
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    const { code, message, fix } = error;
    throw new RelayError(
      code,
      `source "${source.name}" cannot be made from pack "${source.pack}": ${message}`,
      {
        fix: fix ?? `mend the templates of the pack: ${packs.get(source.pack)?.dir}`,
        cause: error,
      },
    );
  }
}

/** What is wrong with an object of the database stands on no line of the file: line 0. */
function asDiagnostic({ object, at, ...problem }: TopologyResult['problems'][number]): Diagnostic {
  const message = at === null ? `${object}: ${problem.message}` : problem.message;
  return { ...problem, message, at: at ?? { line: 0, column: 0 }, length: 1 };
}

export async function keepCreated(created: Created, store: Store): Promise<void> {
  for (const { expiresAt: _, ...secret } of created.secrets) await store.putSecret(secret, secret.createdAt);
  for (const snapshot of created.snapshots) await store.putSnapshot(snapshot);
  if (created.urlNumbers !== null) await store.putUrlNumbers(created.urlNumbers);
}
