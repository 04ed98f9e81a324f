// Events: what happened, what types there are, custom ones, and replays.

import { memberText } from '../../core/json-text.js';
import { toWire } from '../../model/wire.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import { eventItem } from '../view/event-item.js';
import { type ListParameters, parseRange, storeQuery } from '../view/lists.js';
import type {
  EventDetail,
  EventItem,
  ListAnswer,
  ReplayAnswer,
  ReplayRangeAnswer,
  SendAnswer,
} from '../wire/api-types.js';
import { documentedEventTypes } from '../wire/event-types-doc.js';
import type { ReplaySelection } from '../wire/replay-types.js';
import {
  anything,
  described,
  flag,
  input,
  listQuery,
  name,
  nullable,
  pageOf,
  ref,
  text,
} from '../wire/schema.js';
import { refuseBeforeHistory } from './deliveries.js';

const TAG = 'events';
const SHOWN_DELIVERIES = 1_000;
const REPLAY_STEP = 100;
type Identified<Body = unknown> = ApiCall<unknown, Body, { id: string }>;
type EventFilter = ListParameters & {
  type?: string;
  channel?: string;
  incident?: string;
  unmatched?: boolean;
};

async function listEvents({ runtime, query }: ApiCall<EventFilter>): Promise<ListAnswer<EventItem>> {
  const { type, channel, incident, unmatched, ...page } = query;
  const found = await runtime.store.listEvents({
    ...storeQuery(page, runtime.clock.now()),
    ...(type === undefined ? {} : { type }),
    ...(channel === undefined ? {} : { channel }),
    ...(incident === undefined ? {} : { incident }),
    ...(unmatched === undefined ? {} : { unmatched }),
  });
  return { ...toWire({ ...found, items: [] }), items: found.items.map(eventItem) };
}

async function showEvent({ runtime, params }: Identified): Promise<EventDetail> {
  const event = await runtime.store.getEvent(params.id);
  const deliveries = await runtime.store.listDeliveries({ event: event.id, limit: SHOWN_DELIVERIES });
  return { ...eventItem(event), data: JSON.parse(event.data), deliveries: toWire(deliveries.items) };
}

interface SendBody {
  type: string;
  channel?: string | null;
  data?: unknown;
}

/** The data goes on as it was written: parsed and written again, long numbers would lose digits and keys their order. */
async function sendEvent({
  runtime,
  body,
  bodyText,
  caller,
}: ApiCall<unknown, SendBody>): Promise<SendAnswer> {
  const data = body.data === undefined || body.data === null ? '{}' : memberText(bodyText, 'data');
  const sent = await runtime.send(body.type, body.channel ?? null, data ?? '{}', caller.actor);
  return { event: sent.event.id, deliveries: sent.deliveries };
}

async function replayEvent({
  runtime,
  params,
  body,
}: Identified<{ dry_run?: boolean }>): Promise<ReplayAnswer> {
  const dryRun = body.dry_run ?? false;
  const event = await runtime.store.getEvent(params.id);
  return { dry_run: dryRun, ...(await runtime.replay(event.id, { dryRun })) };
}

interface ReplayRangeBody {
  type?: string;
  channel?: string;
  incident?: string;
  since?: string;
  until?: string;
  dry_run?: boolean;
  run?: string;
  after?: string;
  limit?: number;
}

const isoOf = (at: number): string => new Date(at).toISOString();

/** One step; the client goes on with `next`, so that it can show how far it is, wait, and stop. */
async function replayRange({ runtime, body }: ApiCall<unknown, ReplayRangeBody>): Promise<ReplayRangeAnswer> {
  const { type, channel, incident, run, after } = body;
  const now = runtime.clock.now();
  const { since, until = now } = parseRange(body, now);
  if (since !== undefined) refuseBeforeHistory(since, now, runtime.config().retention.eventsMs);
  const selection: ReplaySelection = {
    ...(type === undefined ? {} : { type }),
    ...(channel === undefined ? {} : { channel }),
    ...(incident === undefined ? {} : { incident: (await runtime.store.getIncident(incident)).id }),
    ...(since === undefined ? {} : { since }),
    // What happens from now on, of this replay too, is none of it.
    until,
  };
  const dryRun = body.dry_run ?? false;
  const step = await runtime.replayStep({
    selection,
    dryRun,
    run: run ?? null,
    limit: body.limit ?? REPLAY_STEP,
    ...(after === undefined ? {} : { after }),
  });
  return {
    dry_run: dryRun,
    run: step.run,
    since: since === undefined ? null : isoOf(since),
    until: isoOf(selection.until),
    looked: step.looked,
    wanted: step.wanted,
    done_before: step.doneBefore,
    deliveries: step.deliveries,
    destinations: { ...step.destinations },
    waits_for: step.waitsFor,
    next: step.next,
  };
}

export const EVENT_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/events',
    scope: 'read',
    tag: TAG,
    summary: 'List events, newest first.',
    query: listQuery('events', { type: text, channel: text, incident: text, unmatched: flag }),
    answer: pageOf('Event'),
    handle: listEvents,
  },
  {
    method: 'GET',
    path: '/events/types',
    scope: 'read',
    tag: TAG,
    summary: 'Every event type Relay publishes, with an example payload.',
    answer: pageOf('EventType'),
    handle: () => ({ items: documentedEventTypes(), next: null }),
  },
  {
    method: 'GET',
    path: '/events/:id',
    scope: 'read',
    tag: TAG,
    summary: 'Show an event with its payload and the deliveries it owes.',
    answer: ref('EventDetail'),
    handle: showEvent,
  },
  {
    method: 'POST',
    path: '/events',
    scope: 'ingest',
    tag: TAG,
    summary: 'Publish a custom event on a channel.',
    body: input({ type: name, channel: nullable(name), data: anything }, ['type']),
    answer: ref('Send'),
    status: 201,
    handle: sendEvent,
  },
  {
    method: 'POST',
    path: '/events/:id/replay',
    scope: 'webhooks',
    tag: TAG,
    summary: "Run today's routing over an old event and make new deliveries.",
    body: input({ dry_run: flag }),
    answer: ref('Replay'),
    handle: replayEvent,
  },
  {
    method: 'POST',
    path: '/events/replay',
    scope: 'webhooks',
    tag: TAG,
    summary:
      'Replay many events, oldest first, step by step: call again with `run`, `since` and `until` as answered and `after` = `next` until that is null; with `waits_for`, the same step again in a moment.',
    body: input({
      type: text,
      channel: text,
      incident: text,
      since: described(text, 'An instant (ISO 8601) or a span ago (2h)'),
      until: described(text, 'An instant (ISO 8601) or a span ago (2h); now when left out'),
      dry_run: described(flag, 'Only count what would be made'),
      run: described(text, 'The replay to go on with: events it has replayed are left out'),
      after: text,
      limit: { type: 'integer', minimum: 1, maximum: 1_000 },
    }),
    answer: ref('ReplayRange'),
    handle: replayRange,
  },
];
