// Who still uses a channel or a service: it is not removed under them.

import { RelayError } from '../../core/errors.js';
import type { Noun, Topology } from '../../model/topology.js';

function usersOf(topology: Topology, noun: Noun, name: string): string[] {
  const sources = (key: 'channel' | 'service'): string[] =>
    [...topology.sources.values()]
      .filter((source) => source[key] === name)
      .map((source) => `source ${source.name}`);
  if (noun === 'service') return sources('service');
  if (noun !== 'channel') return [];
  const integrations = [...topology.destinations.values()].filter(({ channel }) => channel === name);
  return [...sources('channel'), ...integrations.map((integration) => `integration ${integration.name}`)];
}

/** @throws RelayError object.in_use naming all that use it */
export function refuseInUse(topology: Topology, noun: Noun, name: string): void {
  const users = usersOf(topology, noun, name);
  if (users.length === 0) return;
  throw new RelayError('object.in_use', `${noun} "${name}" is still used by ${users.join(', ')}`, {
    fix: `move or remove ${users.length === 1 ? 'it' : 'them'} first`,
  });
}
