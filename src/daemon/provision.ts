// Makes everything a config needs, before anything in force is touched: topology, router, compiled templates, and the keys, secrets and
// template snapshots that objects seen for the first time are given. Throws with every mistake; writes nothing itself.

import { randomBytes } from 'node:crypto';
import { ConfigError } from '../config/config-error.js';
import type { LoadedConfig } from '../config/spec.js';
import { buildTopology } from '../config/topology.js';
import { createRouter } from '../model/route.js';
import type { Served } from '../relay.js';
import { compileSource } from '../sources/compiled-source.js';
import type { Pack } from '../sources/pack.js';
import type { Store, StoredObject, StoredSecret, TemplateSnapshot } from '../store/store.js';

/** What the database adds to the file. */
export interface Stored {
  readonly objects: readonly StoredObject[];
  readonly secrets: readonly StoredSecret[];
  readonly snapshots: readonly TemplateSnapshot[];
  /** `noun/name` of what is paused. */
  readonly paused: ReadonlySet<string>;
}

/** Keys, secrets and snapshots made for objects seen for the first time. */
export interface Created {
  readonly secrets: readonly StoredSecret[];
  readonly snapshots: readonly TemplateSnapshot[];
}

export interface Provisioned {
  readonly config: LoadedConfig;
  readonly packs: ReadonlyMap<string, Pack>;
  readonly served: Served;
  readonly created: Created;
}

export async function readStored(store: Store): Promise<Stored> {
  const [objects, secrets, snapshots, paused] = await Promise.all([
    store.listObjects(),
    store.secrets(),
    store.snapshots(),
    store.pausedObjects(),
  ]);
  return { objects, secrets, snapshots, paused };
}

/** 25 letters and digits, about 128 bits: the key in an Integration URL. */
export function newSourceKey(): string {
  return randomBytes(20).toString('base64url').replace(/[-_]/g, 'x').slice(0, 25);
}

/** `whsec_` and 24 random bytes in base64 (Standard Webhooks 1.0.0: 24–64 bytes). */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

/** What the templates of a source are when it is first seen: the pack's of today. */
export function snapshotOf(source: string, pack: Pack, now: number): TemplateSnapshot {
  return { source, pack: pack.slug, templates: pack.templates, takenAt: now };
}

function createNeeded(
  needed: ReturnType<typeof buildTopology>['needed'],
  packs: ReadonlyMap<string, Pack>,
  now: number,
): Created {
  const secret = (noun: 'source' | 'webhook', name: string): StoredSecret => ({
    noun,
    name,
    purpose: noun === 'source' ? 'source_key' : 'signing',
    value: noun === 'source' ? newSourceKey() : newSigningSecret(),
    createdAt: now,
    expiresAt: null,
  });
  return {
    secrets: [
      ...needed.sourceKeys.map((name) => secret('source', name)),
      ...needed.signingSecrets.map((name) => secret('webhook', name)),
    ],
    snapshots: needed.snapshots.flatMap(({ source, pack }) => {
      const found = packs.get(pack);
      return found ? [snapshotOf(source, found, now)] : [];
    }),
  };
}

/** @throws ConfigError with every mistake found */
export function provision(
  config: LoadedConfig,
  stored: Stored,
  packs: ReadonlyMap<string, Pack>,
  now: number,
): Provisioned {
  const build = (secrets: readonly StoredSecret[], snapshots: readonly TemplateSnapshot[]) =>
    buildTopology({ config, stored: stored.objects, secrets, snapshots, paused: stored.paused, packs, now });
  const first = build(stored.secrets, stored.snapshots);
  const created = createNeeded(first.needed, packs, now);
  const { topology, problems } = build(
    [...stored.secrets, ...created.secrets],
    [
      ...stored.snapshots.filter(
        (old) => !created.snapshots.some((snapshot) => snapshot.source === old.source),
      ),
      ...created.snapshots,
    ],
  );
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) throw new ConfigError(config.path, '', errors);
  const sources = new Map(
    [...topology.sources.values()].map((source) => {
      const pack = packs.get(source.pack) as Pack;
      return [source.name, compileSource(source, pack)] as const;
    }),
  );
  return { config, packs, served: { topology, router: createRouter(topology), sources }, created };
}

export async function keepCreated(created: Created, store: Store): Promise<void> {
  for (const { expiresAt: _, ...secret } of created.secrets) await store.putSecret(secret, secret.createdAt);
  for (const snapshot of created.snapshots) await store.putSnapshot(snapshot);
}
