// Outgoing webhooks: their URLs, signing secrets, tests, and the check of a received signature.

import type { OutgoingWebhookSettings } from '../../destinations/webhook/outgoing.js';
import { LISTS } from '../../model/lists.js';
import type { Destination } from '../../model/topology.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import { readBacklog, shownHeaders, webhookItem, webhookUrl } from '../view/destination-view.js';
import { explainDestination } from '../view/explain.js';
import { findDestinations, notFound, specOf } from '../view/find.js';
import { type ListParameters, pageOfRows } from '../view/lists.js';
import { PREVIEW_INPUT, type PreviewWish, previewRequest } from '../view/request-preview.js';
import { treatmentOf } from '../view/treatment.js';
import { signingKeys, trustOf } from '../view/webhook-trust.js';
import type { WebhookDetail } from '../wire/api-types.js';
import { described, input, listQuery, pageOf, ref, text, textMap } from '../wire/schema.js';
import { changeRoutes, pauseRoute } from './changes.js';
import { resumeRoute } from './resume.js';

const TAG = 'webhooks';
const DEFAULT_OVERLAP_MS = 24 * 3_600_000;
type Named<Body = unknown> = ApiCall<unknown, Body, { name: string }>;

const urlsOf = ({ runtime, params }: Named): Destination[] =>
  findDestinations(runtime.topology(), 'webhook', params.name);

/** The URL that `ref` names, or the first one. @throws RelayError object.not_found */
function urlOf(call: Named<{ ref?: string }>): Destination {
  const urls = urlsOf(call);
  const wanted = call.body.ref ?? (urls[0] as Destination).ref;
  const refs = urls.map((one) => one.ref);
  return urls.find((one) => one.ref === wanted) ?? notFound('webhook', wanted, refs);
}

function groupByName(destinations: Iterable<Destination>): Destination[][] {
  const groups = new Map<string, Destination[]>();
  for (const one of destinations) {
    if (one.noun !== 'webhook') continue;
    groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
  }
  return [...groups.values()];
}

async function showWebhook(call: Named): Promise<WebhookDetail> {
  const { runtime } = call;
  const destinations = urlsOf(call);
  const first = destinations[0] as Destination;
  const [backlog, spec] = await Promise.all([readBacklog(runtime), specOf(runtime, 'webhook', first.name)]);
  const settings = first.settings as unknown as OutgoingWebhookSettings;
  const { source = null, type_prefix = null, mode = 'structured' } = settings.cloudevents ?? {};
  const urls = await Promise.all(destinations.map((one) => webhookUrl(runtime, one, backlog)));
  return {
    ...(await webhookItem(runtime, destinations, backlog)),
    urls,
    dead: urls.reduce((sum, { dead }) => sum + dead, 0),
    filter: first.filter ?? null,
    when: first.when ?? null,
    headers: shownHeaders(first.settings.headers),
    content_type: settings.content_type ?? 'json',
    body: settings.body ?? null,
    cloudevents: settings.format === 'cloudevents' ? { mode, source, type_prefix } : null,
    max_events_per_request: first.batch?.maxEvents ?? 1,
    linger_ms: first.batch?.lingerMs ?? 0,
    failure_email: [...(first.failureEmail ?? [])],
    ...treatmentOf(first),
    ...trustOf(first, spec, runtime.config().egress.proxy),
    signing_keys: await signingKeys(runtime, first, spec),
  };
}

const lowerCaseNames = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

export const WEBHOOK_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/webhooks',
    scope: 'read',
    tag: TAG,
    summary: 'List outgoing webhooks with how they stand.',
    query: listQuery('webhooks'),
    answer: pageOf('Webhook'),
    handle: async ({ runtime, query }: ApiCall<ListParameters>) => {
      const backlog = await readBacklog(runtime);
      const groups = groupByName(runtime.topology().destinations.values());
      const items = await Promise.all(groups.map((group) => webhookItem(runtime, group, backlog)));
      return pageOfRows(items, query, LISTS.webhooks.sort);
    },
  },
  {
    method: 'GET',
    path: '/webhooks/:name',
    scope: 'read',
    tag: TAG,
    summary: 'Show a webhook; its secrets are masked.',
    answer: ref('WebhookDetail'),
    handle: showWebhook,
  },
  ...changeRoutes('webhook', TAG, 'webhooks'),
  pauseRoute('webhook', TAG, 'webhooks'),
  resumeRoute('webhook', TAG, 'webhooks'),
  {
    method: 'POST',
    path: '/webhooks/:name/test',
    scope: 'webhooks',
    tag: TAG,
    summary: 'Send a test event to its first URL (or the one named by `ref`) and wait for the answer.',
    body: input({ ref: described(text, 'As in `urls[].ref`') }),
    answer: ref('Test'),
    handle: (call: Named<{ ref?: string }>) => {
      const { ref: wanted } = urlOf(call);
      return call.runtime.test(wanted);
    },
  },
  {
    method: 'POST',
    path: '/webhooks/:name/preview',
    scope: 'read',
    tag: TAG,
    summary:
      'The exact request to its first URL (or the one named by `ref`) for a stored event, or for an example of a type; nothing is sent.',
    body: input({ ...PREVIEW_INPUT, ref: described(text, 'As in `urls[].ref`') }),
    answer: ref('RequestPreview'),
    handle: (call: Named<PreviewWish & { ref?: string }>) =>
      previewRequest(call.runtime, urlOf(call), call.body),
  },
  {
    method: 'POST',
    path: '/webhooks/:name/explain',
    scope: 'read',
    tag: TAG,
    summary:
      'Whether it would get a stored event, or the example of a type, and which expression decides that; nothing is sent.',
    body: input({ ...PREVIEW_INPUT, ref: described(text, 'As in `urls[].ref`') }),
    answer: ref('Explain'),
    handle: (call: Named<PreviewWish & { ref?: string }>) =>
      explainDestination(call.runtime, urlOf(call), call.body),
  },
  {
    method: 'POST',
    path: '/webhooks/:name/rotate-secret',
    scope: 'webhooks',
    tag: TAG,
    summary:
      'Give it new signing keys, a secret shown once. Until the overlap ends, requests are signed with the old ones too. Keys that were given are not changed: `not_rotated` says what to do for them.',
    body: input({ overlap_ms: { type: 'integer', minimum: 0, maximum: 30 * 86_400_000 } }),
    answer: ref('Rotation'),
    handle: (call: Named<{ overlap_ms?: number }>) =>
      call.runtime.control.rotateSecret(
        (urlsOf(call)[0] as Destination).name,
        call.body.overlap_ms ?? DEFAULT_OVERLAP_MS,
      ),
  },
  {
    method: 'POST',
    path: '/webhooks/verify',
    scope: 'webhooks',
    tag: TAG,
    summary: 'Whose signing secret verifies this message?',
    body: input({ headers: textMap, body: text }, ['headers', 'body']),
    answer: ref('Verify'),
    handle: ({ runtime, body }: ApiCall<unknown, { headers: Record<string, string>; body: string }>) =>
      runtime.verifySignature(lowerCaseNames(body.headers), body.body),
  },
];
