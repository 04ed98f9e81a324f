// Integrations: a channel's outbound subscriptions, and the kinds there are.

import type { Driver } from '../../destinations/driver.js';
import { INTEGRATION_DRIVERS } from '../../destinations/registry.js';
import { LISTS } from '../../model/lists.js';
import type { Destination } from '../../model/topology.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import { countDead, destinationItem, readBacklog, shownSettings } from '../view/destination-view.js';
import { explainDestination } from '../view/explain.js';
import { findDestinations } from '../view/find.js';
import { type ListParameters, pageOfRows } from '../view/lists.js';
import { PREVIEW_INPUT, type PreviewWish, previewRequest } from '../view/request-preview.js';
import { treatmentOf } from '../view/treatment.js';
import type { IntegrationKindItem } from '../wire/api-types.js';
import { described, input, listQuery, pageOf, ref, text } from '../wire/schema.js';
import { changeRoutes, pauseRoute } from './changes.js';
import { resumeRoute } from './resume.js';

const TAG = 'integrations';
type Named<Body = unknown> = ApiCall<unknown, Body, { name: string }>;

const integrationOf = ({ runtime, params }: Named): Destination =>
  findDestinations(runtime.topology(), 'integration', params.name)[0] as Destination;

interface SettingsSchema {
  properties?: Record<string, { description?: string }>;
  required?: string[];
}

function kindItem(driver: Driver): IntegrationKindItem {
  const { properties = {}, required = [] } = driver.settings as SettingsSchema;
  return {
    kind: driver.kind,
    title: driver.title,
    settings: Object.entries(properties).map(([name, schema]) => ({
      name,
      description: schema.description ?? '',
      required: required.includes(name),
      secret: driver.secretSettings.includes(name),
    })),
  };
}

export const INTEGRATION_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/integrations',
    scope: 'read',
    tag: TAG,
    summary: 'List integrations with how they stand.',
    query: listQuery('integrations', { channel: described(text, 'Only those of this channel') }),
    answer: pageOf('Integration'),
    handle: async ({ runtime, query }: ApiCall<ListParameters & { channel?: string }>) => {
      const backlog = await readBacklog(runtime);
      const items = [...runtime.topology().destinations.values()]
        .filter((one) => one.noun === 'integration')
        .filter((one) => query.channel === undefined || one.channel === query.channel)
        .map((one) => destinationItem(runtime, one, backlog));
      return pageOfRows(items, query, LISTS.integrations.sort);
    },
  },
  {
    method: 'GET',
    path: '/integrations/kinds',
    scope: 'read',
    tag: TAG,
    summary: 'The kinds of integrations there are, with their settings.',
    answer: pageOf('IntegrationKind'),
    handle: () => ({ items: [...INTEGRATION_DRIVERS.values()].map(kindItem), next: null }),
  },
  {
    method: 'GET',
    path: '/integrations/:name',
    scope: 'read',
    tag: TAG,
    summary: 'Show an integration; its secrets are masked.',
    answer: ref('IntegrationDetail'),
    handle: async (call: Named) => {
      const destination = integrationOf(call);
      const item = destinationItem(call.runtime, destination, await readBacklog(call.runtime));
      const { filter = null, when = null } = destination;
      const dead = await countDead(call.runtime, destination);
      return {
        ...item,
        dead,
        filter,
        when,
        ...treatmentOf(destination),
        settings: shownSettings(destination),
      };
    },
  },
  ...changeRoutes('integration', TAG, 'admin'),
  pauseRoute('integration', TAG, 'admin'),
  resumeRoute('integration', TAG, 'admin'),
  {
    method: 'POST',
    path: '/integrations/:name/test',
    scope: 'admin',
    tag: TAG,
    summary: 'Send a test event through it and wait for the answer.',
    answer: ref('Test'),
    handle: (call: Named) => call.runtime.test(integrationOf(call).ref),
  },
  {
    method: 'POST',
    path: '/integrations/:name/preview',
    scope: 'read',
    tag: TAG,
    summary: 'The exact request for a stored event, or for an example of a type; nothing is sent.',
    body: input(PREVIEW_INPUT),
    answer: ref('RequestPreview'),
    handle: (call: Named<PreviewWish>) => previewRequest(call.runtime, integrationOf(call), call.body),
  },
  {
    method: 'POST',
    path: '/integrations/:name/explain',
    scope: 'read',
    tag: TAG,
    summary:
      'Whether it would get a stored event, or the example of a type, and which expression decides that; nothing is sent.',
    body: input(PREVIEW_INPUT),
    answer: ref('Explain'),
    handle: (call: Named<PreviewWish>) => explainDestination(call.runtime, integrationOf(call), call.body),
  },
];
