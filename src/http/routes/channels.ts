// Channels and services: what events are published on, and what is affected.

import { LISTS } from '../../model/lists.js';
import type { Channel, Service, Topology } from '../../model/topology.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import type { Runtime } from '../runtime.js';
import { findIn } from '../view/find.js';
import { type ListParameters, pageOfRows } from '../view/lists.js';
import type { ChannelItem, ServiceItem } from '../wire/api-types.js';
import { listQuery, pageOf, ref } from '../wire/schema.js';
import { changeRoutes } from './changes.js';

type Named = ApiCall<unknown, unknown, { name: string }>;
const COUNTED = 1_000;

function channelItem(channel: Channel, topology: Topology): ChannelItem {
  const { name, title, origin } = channel;
  const integrations = [...topology.destinations.values()].filter((one) => one.channel === name);
  const sources = [...topology.sources.values()].filter((one) => one.channel === name);
  return {
    name,
    title,
    origin,
    integrations: integrations.map((one) => one.name),
    sources: sources.map((one) => one.name),
  };
}

/** `open_incidents` is counted up to a thousand: nobody acts on a larger number. */
async function serviceItem(runtime: Runtime, service: Service): Promise<ServiceItem> {
  const open = await runtime.store.listIncidents({ open: true, service: service.name, limit: COUNTED });
  return { ...service, open_incidents: open.items.length };
}

export const CHANNEL_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/channels',
    scope: 'read',
    tag: 'channels',
    summary: 'List channels.',
    query: listQuery('channels'),
    answer: pageOf('Channel'),
    handle: ({ runtime, query }: ApiCall<ListParameters>) => {
      const topology = runtime.topology();
      const items = [...topology.channels.values()].map((channel) => channelItem(channel, topology));
      return pageOfRows(items, query, LISTS.channels.sort);
    },
  },
  {
    method: 'GET',
    path: '/channels/:name',
    scope: 'read',
    tag: 'channels',
    summary: 'Show a channel.',
    answer: ref('Channel'),
    handle: ({ runtime, params }: Named) => {
      const topology = runtime.topology();
      return channelItem(findIn('channel', topology.channels, params.name), topology);
    },
  },
  ...changeRoutes('channel', 'channels', 'admin'),
  {
    method: 'GET',
    path: '/services',
    scope: 'read',
    tag: 'services',
    summary: 'List services.',
    query: listQuery('services'),
    answer: pageOf('Service'),
    handle: async ({ runtime, query }: ApiCall<ListParameters>) => {
      const services = [...runtime.topology().services.values()];
      const items = await Promise.all(services.map((service) => serviceItem(runtime, service)));
      return pageOfRows(items, query, LISTS.services.sort);
    },
  },
  {
    method: 'GET',
    path: '/services/:name',
    scope: 'read',
    tag: 'services',
    summary: 'Show a service.',
    answer: ref('Service'),
    handle: ({ runtime, params }: Named) =>
      serviceItem(runtime, findIn('service', runtime.topology().services, params.name)),
  },
  ...changeRoutes('service', 'services', 'admin'),
];
