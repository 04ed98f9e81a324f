// What a reload changes, as `noun name` or the name of a section: for people to check before and after.

import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig } from '../../config/spec.js';
import type { Topology } from '../../model/topology.js';
import type { Provisioned } from './provision.js';

export interface Differences {
  added: string[];
  changed: string[];
  removed: string[];
}

function named(topology: Topology): Map<string, unknown> {
  const objects = new Map<string, unknown>();
  for (const noun of ['services', 'channels', 'sources', 'users'] as const) {
    for (const [name, object] of topology[noun]) objects.set(`${noun.slice(0, -1)} ${name}`, object);
  }
  for (const destination of topology.destinations.values()) {
    objects.set(destination.ref.replace('/', ' '), destination);
  }
  return objects;
}

/** Settings of the process itself that a reload cannot change. */
function restartNeeded(running: LoadedConfig, file: LoadedConfig): string[] {
  const keys = ['host', 'port', 'socket', 'bodyLimitBytes'] as const;
  const changed: string[] = keys
    .filter((key) => running.server[key] !== file.server[key])
    .map((key) => `server.${key} (takes effect after a restart)`);
  return running.dataDir === file.dataDir ? changed : [...changed, 'data (takes effect after a restart)'];
}

/** Sections of the file that are no list of objects and take effect at once. `redelivery` shows in the destinations that follow it. */
function sections(running: LoadedConfig, next: LoadedConfig): string[] {
  const all = ['retention', 'egress', 'smtp', 'packDirs', 'organizations'] as const;
  const words: Readonly<Record<string, string>> = {
    packDirs: 'packs',
    organizations: 'directory.organizations',
  };
  const changed = all.filter((key) => !isDeepStrictEqual(running[key], next[key]));
  const url = running.server.publicUrl === next.server.publicUrl ? [] : ['server.public_url'];
  return [...url, ...changed.map((key) => words[key] ?? key)];
}

/** @param file the config as it stands in the file, of which `next` is what can be put in force without a restart */
export function differences(before: Provisioned, next: Provisioned, file: LoadedConfig): Differences {
  const old = named(before.served.topology);
  const fresh = named(next.served.topology);
  const kept = [...fresh.keys()].filter((name) => old.has(name));
  return {
    added: [...fresh.keys()].filter((name) => !old.has(name)),
    changed: [
      ...kept.filter((name) => !isDeepStrictEqual(old.get(name), fresh.get(name))),
      ...sections(before.config, next.config),
      ...restartNeeded(before.config, file),
    ],
    removed: [...old.keys()].filter((name) => !fresh.has(name)),
  };
}
