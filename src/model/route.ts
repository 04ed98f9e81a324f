// Routing: which destinations an event owes a delivery, and why. Pure, and quick with thousands of destinations: what a type and a
// channel lead to is worked out once per topology.

import { subscribes } from './event-types.js';
import type { FilterSubject } from './filter/filter.js';
import type { Incident } from './incident.js';
import type { Destination, Topology } from './topology.js';

export interface Routed {
  readonly destination: Destination;
  readonly because: string;
}

/** Whether a destination wants an event of a type it subscribes to; null when it wants all. */
export type Wants = (destination: Destination) => ((subject: FilterSubject) => boolean) | null;

/** @param subject what filters look at; asked for only where there is one, so it may build itself late */
export type Router = (type: string, channels: readonly string[], subject: FilterSubject) => readonly Routed[];

/** Event types that are remembered; custom types beyond that are worked out each time. */
const REMEMBERED_TYPES = 1_000;

/** A way an event may take, and what is asked first. */
interface Way extends Routed {
  readonly wants: ((subject: FilterSubject) => boolean) | null;
}

interface TypeRoutes {
  readonly everywhere: readonly Way[];
  readonly byChannel: ReadonlyMap<string, readonly Way[]>;
  /** Without any filter, ways are taken as they are. */
  readonly filtered: boolean;
}

function routesOfType(topology: Topology, type: string, wants: Wants): TypeRoutes {
  const everywhere: Way[] = [];
  const byChannel = new Map<string, Way[]>();
  let filtered = false;
  for (const destination of topology.destinations.values()) {
    if (!subscribes(destination.events, type)) continue;
    const asked = wants(destination);
    filtered ||= asked !== null;
    if (destination.channel === null) {
      const because = `webhook ${destination.name} subscribes to ${type}`;
      everywhere.push({ destination, because, wants: asked });
      continue;
    }
    const list = byChannel.get(destination.channel) ?? [];
    list.push({ destination, because: `channel ${destination.channel}`, wants: asked });
    byChannel.set(destination.channel, list);
  }
  return { everywhere, byChannel, filtered };
}

/** A router for one topology. A destination reached by several channels is named once. */
export function createRouter(topology: Topology, wants: Wants = () => null): Router {
  const known = new Map<string, TypeRoutes>();
  return (type, channels, subject) => {
    let routes = known.get(type);
    if (routes === undefined) {
      routes = routesOfType(topology, type, wants);
      if (known.size < REMEMBERED_TYPES) known.set(type, routes);
    }
    const routed: Way[] = [];
    for (const channel of new Set(channels)) routed.push(...(routes.byChannel.get(channel) ?? []));
    routed.push(...routes.everywhere);
    return routes.filtered ? routed.filter((way) => way.wants === null || way.wants(subject)) : routed;
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
