// Records for tests of the model, whole and valid; each test changes what it is about.

import type { PreparedAlert } from '../../../src/model/alert.js';
import type { FoldContext } from '../../../src/model/fold.js';
import type { Incident } from '../../../src/model/incident.js';
import { DEFAULT_RETRY } from '../../../src/model/retry-policy.js';
import type { Destination, Source, Topology } from '../../../src/model/topology.js';

export const T0 = Date.UTC(2026, 10, 21, 9, 0, 0);

export const source: Source = {
  name: 'prod',
  pack: 'generic',
  service: 'payments',
  channel: 'ops',
  split: null,
  key: 'k',
  paused: false,
  origin: 'file',
  templates: {},
  defaults: { severity: null, priority: null },
  verify: null,
  rateLimit: null,
  heartbeatMs: null,
  pings: false,
  autoResolveMs: null,
};

export function alert(change: Partial<PreparedAlert> = {}): PreparedAlert {
  return {
    signal: 'trigger',
    groupingId: 'disk',
    title: 'Disk full',
    message: '94 %',
    link: null,
    imageUrl: null,
    severity: 'warning',
    priority: null,
    labels: { host: 'db-1' },
    members: [],
    payload: '{}',
    renderErrors: [],
    texts: {},
    ...change,
  };
}

export function context(change: Partial<FoldContext> = {}): FoldContext {
  return { at: T0, by: 'source:prod', source, assignee: null, newIncidentId: 'inc_00000000001', ...change };
}

export function incident(change: Partial<Incident> = {}): Incident {
  return {
    id: 'inc_00000000001',
    source: 'prod',
    pack: 'generic',
    service: 'payments',
    channel: 'ops',
    groupingId: 'disk',
    status: 'triggered',
    title: 'Disk full',
    message: '94 %',
    link: null,
    imageUrl: null,
    texts: {},
    severity: 'warning',
    priority: 'P3',
    assignee: null,
    labels: {},
    alertCount: 1,
    openedAt: T0,
    lastAlertAt: T0,
    acknowledgedAt: null,
    acknowledgedBy: null,
    firstAcknowledgedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    silenced: false,
    ...change,
  };
}

export function destination(ref: string, change: Partial<Destination> = {}): Destination {
  const [noun, name] = (ref.split('#')[0] as string).split('/') as ['integration' | 'webhook', string];
  return {
    ref,
    noun,
    name,
    kind: 'webhook',
    origin: 'file',
    channel: null,
    events: ['*'],
    settings: {},
    displayUrl: 'http://127.0.0.1:9000/',
    paused: false,
    retry: DEFAULT_RETRY,
    timeoutMs: 15_000,
    concurrency: 16,
    redelivery: null,
    ...change,
  };
}

export function topology(destinations: readonly Destination[], change: Partial<Topology> = {}): Topology {
  return {
    services: new Map(),
    channels: new Map(),
    sources: new Map([[source.name, source]]),
    destinations: new Map(destinations.map((found) => [found.ref, found])),
    users: new Map(),
    organizations: new Map(),
    publicUrl: 'http://127.0.0.1:8480',
    ...change,
  };
}
