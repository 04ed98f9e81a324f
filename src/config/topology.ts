// Config file and database objects → the topology the daemon runs on, and what it still has to generate. Pure: nothing is read but what
// is passed in. The daemon stores what is `needed` (keys, signing secrets, snapshots) and builds again.

import { parseSpan } from '../core/units.js';
import { parsePriority, parseSeverity } from '../model/severity.js';
import type { Noun, Service, Source, Topology, User } from '../model/topology.js';
import type { Pack } from '../sources/pack/pack.js';
import { effectiveSplit, effectiveTemplates, snapshotOf } from '../sources/pack/snapshot.js';
import { verifyInForce } from '../sources/verify/in-force.js';
import type { NumberedUrl, StoredSecret, UrlNumbers } from '../store/store.js';
import { integrationDestination, webhookDestinations } from './destinations.js';
import { parseRate } from './formats.js';
import { type Configured, mergeObjects, withoutDangling } from './merge-objects.js';
import type { LoadedConfig, SourceSpec } from './spec.js';
import type { TopologyInput, TopologyProblem } from './topology-input.js';
import { numberUrls } from './url-numbers.js';
import { schemesOf } from './webhook-security.js';

/** OnCall's default too. */
const DEFAULT_HEARTBEAT_MS = 600_000;

export interface NeededSnapshot {
  readonly source: string;
  readonly pack: string;
  /** What to store. */
  readonly templates: Readonly<Record<string, string>>;
}

export interface TopologyResult {
  /** Without the sources and webhooks whose key or secret is still `needed`, and without objects that have a problem. */
  readonly topology: Topology;
  /** An error means the topology must not be taken into service. */
  readonly problems: readonly TopologyProblem[];
  /** Of every webhook that is usable. */
  readonly urlNumbers: UrlNumbers;
  readonly needed: {
    readonly sourceKeys: readonly string[];
    readonly signingSecrets: readonly string[];
    /** Webhooks that sign by `v1a` and have no key yet. */
    readonly privateKeys: readonly string[];
    readonly snapshots: readonly NeededSnapshot[];
  };
}

/** Pure. Problems do not stop the building: each object that has one is left out. */
export function buildTopology(input: TopologyInput): TopologyResult {
  const problems: TopologyProblem[] = [];
  const objects = mergeObjects(input, problems);
  const usable = withoutDangling(objects, input, problems);
  const of = <N extends Noun>(noun: N): Configured<N>[] =>
    usable.filter((object) => object.noun === noun) as unknown as Configured<N>[];

  const needed = {
    sourceKeys: [] as string[],
    signingSecrets: [] as string[],
    privateKeys: [] as string[],
    snapshots: [] as NeededSnapshot[],
  };
  const sources = of('source').map((source) => buildSource(source, input, needed));
  const urlNumbers: Record<string, readonly NumberedUrl[]> = {};
  const webhooks = of('webhook').map((webhook) => {
    const numbers = numberUrls(webhook.spec.urls, input.urlNumbers?.[webhook.name]);
    urlNumbers[webhook.name] = numbers;
    const keys = signingKeysOf(webhook, input, needed);
    return keys === null ? [] : webhookDestinations(webhook, keys, numbers, input);
  });
  const destinations = [
    ...of('integration').map((integration) => integrationDestination(integration, input)),
    ...webhooks.flat(),
  ];
  const topology: Topology = {
    services: byKey(of('service').map(buildService), ({ name }) => name),
    channels: byKey(
      of('channel').map(({ name, origin, spec }) => ({ name, title: spec.title ?? name, origin })),
      ({ name }) => name,
    ),
    sources: byKey(
      sources.filter((source) => source !== null),
      ({ name }) => name,
    ),
    destinations: byKey(destinations, ({ ref }) => ref),
    users: byKey(usersOf(input.config), ({ name }) => name),
    organizations: byKey(
      input.config.organizations.map(({ name, title }) => ({ name, title: title ?? name })),
      ({ name }) => name,
    ),
    packTitles: new Map([...input.packs.values()].map(({ slug, title }) => [slug, title])),
    publicUrl: input.config.server.publicUrl,
  };
  return { topology: Object.freeze(topology), problems, urlNumbers, needed };
}

const buildService = ({ name, origin, spec }: Configured<'service'>): Service => ({
  name,
  title: spec.title ?? name,
  assignee: spec.assignee ?? null,
  origin,
});

function buildSource(
  { name, origin, spec }: Configured<'source'>,
  input: TopologyInput,
  needed: { sourceKeys: string[]; snapshots: NeededSnapshot[] },
): Source | null {
  const pack = input.packs.get(spec.pack) as Pack;
  const snapshot = input.snapshots.find((taken) => taken.source === name && taken.pack === spec.pack);
  const taken = snapshot?.templates ?? snapshotOf(pack);
  if (!snapshot) needed.snapshots.push({ source: name, pack: spec.pack, templates: taken });
  const key = spec.key ?? secretsOf('source', name, 'source_key', input)[0];
  if (key === undefined) {
    needed.sourceKeys.push(name);
    return null;
  }
  return {
    name,
    pack: spec.pack,
    service: spec.service ?? null,
    channel: spec.channel ?? null,
    split: effectiveSplit(taken, spec),
    key,
    paused: input.paused.has(`source/${name}`),
    origin,
    templates: Object.freeze(effectiveTemplates(taken, pack, spec as SourceSpec)),
    defaults: { severity: parseSeverity(spec.severity), priority: parsePriority(spec.priority) },
    verify: verifyInForce(spec.verify, pack, spec.secret),
    heartbeatMs: spec.heartbeat === undefined ? pingsEvery(pack) : (parseSpan(spec.heartbeat) ?? null),
    pings: pack.pings,
    autoResolveMs:
      spec.auto_resolve_after === undefined ? null : (parseSpan(spec.auto_resolve_after) ?? null),
    rateLimit: (spec.rate_limit === undefined ? undefined : parseRate(spec.rate_limit)) ?? null,
  };
}

/** Keys in force of the schemes it signs with, newest first for each; null when one is still to be made. */
function signingKeysOf(
  { name, spec }: Configured<'webhook'>,
  input: TopologyInput,
  needed: { signingSecrets: string[]; privateKeys: string[] },
): string[] | null {
  const keys: string[] = [];
  let isWhole = true;
  for (const scheme of schemesOf(spec)) {
    const [given, purpose, missing] =
      scheme === 'v1'
        ? ([spec.secret, 'signing', needed.signingSecrets] as const)
        : ([spec.private_key, 'signing_v1a', needed.privateKeys] as const);
    const own = given ? [given].flat() : secretsOf('webhook', name, purpose, input);
    if (own.length === 0) {
      missing.push(name);
      isWhole = false;
    }
    keys.push(...own);
  }
  // Two names may stand for one secret: it signs once.
  return isWhole ? [...new Set(keys)] : null;
}

/** What is made to be pinged has a heartbeat without being told. */
const pingsEvery = (pack: Pack): number | null => (pack.pings ? DEFAULT_HEARTBEAT_MS : null);

/** Secrets in force, newest first. */
function secretsOf(
  noun: Noun,
  name: string,
  purpose: StoredSecret['purpose'],
  { secrets, now }: TopologyInput,
): string[] {
  return secrets
    .filter((secret) => secret.noun === noun && secret.name === name && secret.purpose === purpose)
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .sort((a, b) => b.createdAt - a.createdAt)
    .map(({ value }) => value);
}

const usersOf = (config: LoadedConfig): User[] =>
  config.users.map((user) => ({
    name: user.name,
    fullName: user.full_name ?? user.name,
    email: user.email ?? null,
    phone: user.phone ?? null,
    organization: user.organization ?? null,
    channel: user.channel ?? null,
  }));

function byKey<Item extends object>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [keyOf(item), Object.freeze(item)]));
}
