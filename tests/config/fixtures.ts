// What the tests of this folder share: a pack, and a config loaded from text.

import { loadConfigText } from '../../src/config/load.js';
import type { LoadedConfig } from '../../src/config/spec.js';
import { buildTopology, type TopologyResult } from '../../src/config/topology.js';
import type { TopologyInput } from '../../src/config/topology-input.js';
import type { Pack } from '../../src/sources/pack/pack.js';
import type { StoredObject } from '../../src/store/store.js';

export const SIGNING_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

export function packOf(slug: string, more: Partial<Pack> = {}): Pack {
  return {
    slug,
    title: slug,
    description: '',
    autoResolve: true,
    acknowledges: false,
    pings: false,
    variables: {},
    templates: { title: 'a title', grouping_id: 'g' },
    members: null,
    splits: {},
    split: null,
    absentPattern: null,
    accepts: null,
    verify: [],
    connect: '',
    samples: [],
    dir: `/packs/${slug}`,
    builtIn: true,
    ...more,
  };
}

export const PACKS: ReadonlyMap<string, Pack> = new Map([
  ['generic', packOf('generic')],
  [
    'alertmanager',
    packOf('alertmanager', {
      splits: {
        alerts: {
          each: 'payload.alerts',
          templates: { title: 'a member' },
          variables: {},
          otherwise: 'refuse',
        },
      },
    }),
  ],
]);

export function configOf(text: string, variables: Record<string, string> = {}): LoadedConfig {
  const result = loadConfigText(text, '/nowhere/relay.yaml', { variables, loadPacks: () => PACKS });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 1));
  return result.config;
}

export function topologyOf(text: string, more: Partial<TopologyInput> = {}): TopologyResult {
  return buildTopology({
    config: configOf(text),
    stored: [],
    secrets: [],
    snapshots: [],
    paused: new Set(),
    packs: PACKS,
    now: 1_000,
    ...more,
  });
}

export function storedOf<N extends StoredObject['noun']>(
  noun: N,
  spec: { name: string } & Record<string, unknown>,
  origin: 'cli' | 'api' = 'cli',
): StoredObject {
  return { noun, name: spec.name, origin, spec, createdAt: 1, updatedAt: 1 };
}
