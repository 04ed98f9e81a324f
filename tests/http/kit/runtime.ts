// A Runtime made by hand for tests of the HTTP side: plain records, a store that remembers, a clock that stands still.
// Everything over the wire is real; what lies behind the routes is not.

import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Clock } from '../../../src/core/clock.js';
import { RelayError } from '../../../src/core/errors.js';
import { IssuedTokens } from '../../../src/daemon/access/issued-tokens.js';
import type { IngestRequest, Runtime, Tokens } from '../../../src/http/runtime.js';
import type { Channel, Destination, Service, Source, Topology } from '../../../src/model/topology.js';
import type { AcceptResult, Reject, Store } from '../../../src/store/store.js';
import type { StoredToken, TokenStore } from '../../../src/store/token-store.js';

export const NOW = Date.UTC(2026, 0, 15, 12);

export function makeSource(name: string, over: Partial<Source> = {}): Source {
  return {
    name,
    pack: 'generic',
    service: null,
    channel: 'ops',
    split: null,
    key: `key-of-${name}`,
    paused: false,
    origin: 'file',
    templates: {},
    defaults: { severity: null, priority: null },
    verify: null,
    rateLimit: null,
    heartbeatMs: null,
    pings: false,
    autoResolveMs: null,
    ...over,
  };
}

export function makeDestination(ref: string, over: Partial<Destination> = {}): Destination {
  const [noun, rest] = ref.split('/') as ['integration' | 'webhook', string];
  return {
    ref,
    noun,
    name: rest.split('#')[0] as string,
    kind: 'webhook',
    origin: 'file',
    channel: noun === 'integration' ? 'ops' : null,
    events: ['*'],
    settings: { url: 'https://example.org/hook' },
    displayUrl: 'https://example.org/hook',
    paused: false,
    retry: { max: 3, baseMs: 5_000, factor: 4, jitter: 0.2 },
    timeoutMs: 15_000,
    concurrency: 4,
    redelivery: null,
    ...over,
  };
}

function byName<T extends { name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}

export interface World {
  sources: Source[];
  channels: Channel[];
  services: Service[];
  destinations: Destination[];
  bodyLimitBytes: number;
}

export interface TestRuntime extends Runtime {
  readonly world: World;
  readonly ingested: { source: string; request: IngestRequest }[];
  readonly rejects: Omit<Reject, 'id'>[];
  readonly logged: string[];
  readonly tails: Set<Parameters<Runtime['tail']>[0]>;
  /** Sources that were heard, beat by beat. */
  readonly heard: string[];
  isDraining: boolean;
  /** What the next `ingest` throws. */
  failure: Error | null;
}

/** The daemon's own tokens over a store that is a list. */
function makeTokens(clock: Clock): Tokens {
  const kept: StoredToken[] = [];
  const store: TokenStore = {
    tokens: async () => kept,
    async addToken(token) {
      const added = { ...token, id: `tok_${kept.length}`, lastUsedAt: null };
      kept.push(added);
      return added;
    },
    renameToken: async () => undefined,
    removeToken: async () => undefined,
    noteTokenUse: async () => undefined,
  };
  return new IssuedTokens({ store, clock, log: pino({ level: 'silent' }) });
}

/** Fails loudly where a test reaches something it did not provide. */
function missing<T extends object>(what: string, given: Partial<T>): T {
  return new Proxy(given as T, {
    get(target, key, receiver) {
      if (key in target || typeof key === 'symbol' || key === 'then')
        return Reflect.get(target, key, receiver);
      throw new Error(`the test gave no ${what}.${key}`);
    },
  });
}

function topologyOf(world: World): Topology {
  return {
    services: byName(world.services),
    channels: byName(world.channels),
    sources: byName(world.sources),
    destinations: new Map(world.destinations.map((one) => [one.ref, one])),
    users: new Map(),
    organizations: new Map(),
    publicUrl: 'http://relay.test',
  };
}

export const ACCEPTED: AcceptResult = {
  alerts: [{ id: 'alt_00000000001', incident: 'inc_00000000001', result: 'opened' }],
  duplicate: false,
  claimed: [],
  events: [],
};

/** @param over parts of the runtime or the store that the test is about */
export function makeRuntime(
  world: Partial<World> = {},
  over: { runtime?: Partial<Runtime>; store?: Partial<Store> } = {},
): TestRuntime {
  const whole: World = {
    sources: [makeSource('crm')],
    channels: [{ name: 'ops', title: 'Ops', origin: 'file' }],
    services: [],
    destinations: [],
    bodyLimitBytes: 1024 * 1024,
    ...world,
  };
  const ingested: TestRuntime['ingested'] = [];
  const rejects: TestRuntime['rejects'] = [];
  const logged: string[] = [];
  const tails: TestRuntime['tails'] = new Set();
  const heard: string[] = [];
  const given: Partial<TestRuntime> = {
    world: whole,
    ingested,
    rejects,
    logged,
    tails,
    heard,
    mails: {
      problems: () => [],
      check: async () => null,
      sendTest: async () => ({ server: '', answer: '' }),
    },
    care: missing<Runtime['care']>('care', {
      heard: ({ name }) => void heard.push(name),
      heartbeatOf: () => null,
      maintenanceOf: () => null,
      maintenances: () => [],
    }),
    wrongKeys: { note: () => undefined, of: () => null },
    tokens: makeTokens({ now: () => (given.clock as Clock).now() }),
    isDraining: false,
    failure: null,
    version: '0.0.0-test',
    startedAt: NOW - 60_000,
    clock: { now: () => NOW },
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    metrics: new Registry(),
    store: missing<Store>('store', {
      async reject(reject) {
        rejects.push(reject);
      },
      ...over.store,
    }),
    config: () => ({ server: { bodyLimitBytes: whole.bodyLimitBytes } }) as ReturnType<Runtime['config']>,
    topology: () => topologyOf(whole),
    integrationUrl: (source) => `http://relay.test/in/${source.name}/${source.key}`,
    draining: () => given.isDraining as boolean,
    async ingest(source, request) {
      if (given.failure) throw given.failure;
      ingested.push({ source: source.name, request });
      return ACCEPTED;
    },
    tail(listener) {
      tails.add(listener);
      return () => tails.delete(listener);
    },
    leftOut: () => [],
    readiness: async () => ({ ready: true, checks: [] }),
    ...over.runtime,
  };
  return missing<TestRuntime>('runtime', given);
}

export const storeFull = (): RelayError =>
  new RelayError('store.full', 'the disk is full', { retryAfterSeconds: 30 });
