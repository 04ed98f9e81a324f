// Routing: which destinations an event owes a delivery, and why. Pure, and quick with thousands of destinations: what a type and a
// channel lead to is worked out once per topology.

import { subscribes } from './event-types.js';
import type { Incident } from './incident.js';
import type { Destination, Topology } from './topology.js';

export interface Routed {
  readonly destination: Destination;
  readonly because: string;
}

export type Router = (type: string, channels: readonly string[]) => readonly Routed[];

/** Event types that are remembered; custom types beyond that are worked out each time. */
const REMEMBERED_TYPES = 1_000;

interface TypeRoutes {
  readonly everywhere: readonly Routed[];
  readonly byChannel: ReadonlyMap<string, readonly Routed[]>;
}

function routesOfType(topology: Topology, type: string): TypeRoutes {
  const everywhere: Routed[] = [];
  const byChannel = new Map<string, Routed[]>();
  for (const destination of topology.destinations.values()) {
    if (!subscribes(destination.events, type)) continue;
    if (destination.channel === null) {
      everywhere.push({ destination, because: `webhook ${destination.name} subscribes to ${type}` });
      continue;
    }
    const list = byChannel.get(destination.channel) ?? [];
    list.push({ destination, because: `channel ${destination.channel}` });
    byChannel.set(destination.channel, list);
  }
  return { everywhere, byChannel };
}

/** A router for one topology. A destination reached by several channels is named once. */
export function createRouter(topology: Topology): Router {
  const known = new Map<string, TypeRoutes>();
  return (type, channels) => {
    let routes = known.get(type);
    if (routes === undefined) {
      routes = routesOfType(topology, type);
      if (known.size < REMEMBERED_TYPES) known.set(type, routes);
    }
    const routed: Routed[] = [];
    for (const channel of new Set(channels)) routed.push(...(routes.byChannel.get(channel) ?? []));
    routed.push(...routes.everywhere);
    return routed;
  };
}

/** The channels an incident's events are published on: its own, and its assignee's. */
export function channelsOf(incident: Incident, topology: Topology): readonly string[] {
  const channels: string[] = incident.channel === null ? [] : [incident.channel];
  if (incident.assignee?.startsWith('user:')) {
    const own = topology.users.get(incident.assignee.slice('user:'.length))?.channel;
    if (own && !channels.includes(own)) channels.push(own);
  }
  return channels;
}
