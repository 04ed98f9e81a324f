// Deliveries: the history of every request, and sending again: one, or many.

import type { LoadedConfig } from '../../config/spec.js';
import { RelayError } from '../../core/errors.js';
import { formatSpan } from '../../core/units.js';
import { messageId } from '../../delivery/message-id.js';
import { type Attempt, DELIVERY_STATES, type Delivery, NO_ANSWER } from '../../model/delivery.js';
import { toWire } from '../../model/wire.js';
import type { BulkSelection } from '../../store/store.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import type { Runtime } from '../runtime.js';
import { type ListParameters, parseRange, resultsOf, storeQuery, wordsOf } from '../view/lists.js';
import { paceOf } from '../view/redeliver-pace.js';
import type { BulkAnswer, DeliveryDetail, ResentDelivery } from '../wire/api-types.js';
import { described, flag, input, list, listQuery, pageOf, ref, text } from '../wire/schema.js';
import { DROP_HELD_ROUTE } from './drop-held.js';

const TAG = 'deliveries';
const BULK_STEP = 500;
const TAKEN_UP_AGAIN = ['failed', 'dead', 'cancelled', 'held'] as const;
type Identified = ApiCall<unknown, unknown, { id: string }>;
type DeliveryFilter = ListParameters & {
  status?: string[];
  destination?: string;
  event?: string;
  incident?: string;
  type?: string;
  result?: string[];
  body?: string;
};

async function listDeliveries({ runtime, query }: ApiCall<DeliveryFilter>): Promise<unknown> {
  const { status, destination, event, incident, type, result, body, ...page } = query;
  const states = wordsOf('status', status, DELIVERY_STATES);
  const results = resultsOf(result);
  return toWire(
    await runtime.store.listDeliveries({
      ...storeQuery(page, runtime.clock.now()),
      ...(destination === undefined ? {} : { destination }),
      ...(event === undefined ? {} : { event }),
      ...(incident === undefined ? {} : { incident }),
      ...(type === undefined ? {} : { type }),
      ...(states === undefined ? {} : { status: states }),
      ...(results === undefined ? {} : { result: results }),
      ...(body === undefined ? {} : { body }),
    }),
  );
}

async function showDelivery({ runtime, params }: Identified): Promise<DeliveryDetail> {
  const { store } = runtime;
  const delivery = await store.getDelivery(params.id);
  const [attempts, event, info] = await Promise.all([
    store.listAttempts(delivery.id),
    store.getEvent(delivery.event),
    store.info({ counts: false }),
  ]);
  return {
    ...toWire(delivery),
    message_id: messageId(info.instanceId, delivery.id),
    event_data: JSON.parse(event.data),
    attempts: toWire(attempts) as DeliveryDetail['attempts'],
  };
}

/** @throws RelayError delivery.destination_gone, delivery.destination_disabled */
function checkDestination(runtime: Runtime, delivery: Delivery): void {
  const destination = runtime.topology().destinations.get(delivery.destination);
  if (destination === undefined) {
    throw new RelayError('delivery.destination_gone', `${delivery.destination} does not exist any more`, {
      why: 'it was removed, or is not in the config file any more',
      fix: `to send the event to today's destinations: relay event replay ${delivery.event}`,
    });
  }
  const reason = runtime.engine.laneState(destination.ref)?.disabledReason;
  if (!reason) return;
  throw new RelayError('delivery.destination_disabled', `${delivery.destination} is disabled`, {
    why: reason,
    fix: `enable it first: relay ${destination.noun} resume ${destination.name}`,
  });
}

/** What a resend will send: its own request again, or one of its own for the first time. */
function sendsOf(attempts: readonly Attempt[]): ResentDelivery['sends'] {
  if (attempts.some(({ batch, requestBody }) => batch === null && requestBody !== '')) return 'same';
  return attempts.some(({ batch }) => batch !== null) ? 'alone' : 'first';
}

async function resendDelivery({ runtime, params }: Identified): Promise<ResentDelivery> {
  const delivery = await runtime.store.getDelivery(params.id);
  checkDestination(runtime, delivery);
  const sends = sendsOf(await runtime.store.listAttempts(delivery.id));
  const resent = await runtime.store.resend(delivery.id, runtime.clock.now());
  runtime.engine.wake(resent.destination, resent.id);
  return { ...toWire(resent), sends };
}

async function cancelDelivery({ runtime, params }: Identified): Promise<unknown> {
  const { id } = await runtime.store.getDelivery(params.id);
  const cancelled = await runtime.store.cancel(id, runtime.clock.now());
  // The next event of its incident may have waited for it.
  runtime.engine.wake(cancelled.destination);
  return toWire(cancelled);
}

interface RedeliverBody {
  status?: string[];
  destination?: string;
  since?: string;
  until?: string;
  dry_run?: boolean;
  after?: string;
  limit?: number;
}

/** Somebody who asks for failures since before the history begins would take what is left for all there was. */
export function refuseBeforeHistory(since: number, now: number, keptMs: number): void {
  if (since >= now - keptMs) return;
  const begins = new Date(now - keptMs).toISOString();
  throw new RelayError('retention.too_old', `history is kept for ${formatSpan(keptMs)}, since ${begins}`, {
    why: 'deliveries of before that may have been removed, so not all that failed could be taken up again',
    fix: 'ask for a later --since, or leave it out to take up all there are',
  });
}

/** @throws RelayError retention.too_old, usage.invalid_time, usage.invalid */
function selectionOf(body: RedeliverBody, now: number, { retention }: LoadedConfig): BulkSelection {
  const range = parseRange(body, now);
  if (range.since !== undefined) refuseBeforeHistory(range.since, now, retention.eventsMs);
  return {
    status: wordsOf('status', body.status, TAKEN_UP_AGAIN) ?? ['failed'],
    withoutTests: true,
    ...(body.destination === undefined ? {} : { destination: body.destination }),
    ...range,
  };
}

/** One step; the client goes on with `next`, so that it can show how far it is and stop. */
async function redeliver({ runtime, body }: ApiCall<unknown, RedeliverBody>): Promise<BulkAnswer> {
  const { store } = runtime;
  const now = runtime.clock.now();
  const asked = selectionOf(body, now, runtime.config());
  // What nobody can send keeps its state and its reason.
  const selection = { ...asked, among: new Set(runtime.topology().destinations.keys()) };
  const dryRun = body.dry_run ?? false;
  const total = dryRun || body.after === undefined ? await store.countDeliveries(selection) : null;
  if (dryRun) {
    const gone = (await store.countDeliveries(asked)) - (total ?? 0);
    return { dry_run: true, total, gone, changed: 0, waits_for: null, next: null };
  }
  const pace = await paceOf(runtime, selection.destination);
  // The first step names the place to go on from; it is never put off.
  if (pace.waitsFor !== null && body.after !== undefined)
    return { dry_run: false, total, changed: 0, waits_for: pace.waitsFor, next: body.after };
  const step = await store.redeliver(selection, 'redelivery', now, body.limit ?? BULK_STEP, body.after);
  if (step.changed > 0) runtime.engine.wake();
  pace.note(step.changed);
  return { dry_run: false, total, changed: step.changed, waits_for: null, next: step.next };
}

export const DELIVERY_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/deliveries',
    scope: 'read',
    tag: TAG,
    summary:
      'List deliveries, newest first. A search over a long history answers in part and says up to where it looked.',
    query: listQuery('deliveries', {
      status: described(list(text), `${DELIVERY_STATES.join(', ')}; several with commas`),
      destination: described(text, 'webhook/<name> (all its URLs) or integration/<name>'),
      event: text,
      incident: text,
      type: described(text, 'A whole event type: incident.triggered'),
      result: described(
        list(text),
        `Last results: 503, 5xx, error (no answer), ${NO_ANSWER.join(', ')}; several with commas`,
      ),
      body: described(
        text,
        'Case-insensitive part of the event data, a request, an answer or an error. Every row is read: give `since`',
      ),
    }),
    answer: pageOf('Delivery'),
    handle: listDeliveries,
  },
  {
    method: 'GET',
    path: '/deliveries/:id',
    scope: 'read',
    tag: TAG,
    summary: 'Show a delivery with request and response of every attempt.',
    answer: ref('DeliveryDetail'),
    handle: showDelivery,
  },
  {
    method: 'POST',
    path: '/deliveries/:id/resend',
    scope: 'webhooks',
    tag: TAG,
    summary:
      'Send it once more. `sends`: `same` (its bytes under its id), `alone` (it was sent with others before: a body and an id of its own), `first` (it was not sent yet).',
    answer: ref('ResentDelivery'),
    handle: resendDelivery,
  },
  {
    method: 'POST',
    path: '/deliveries/:id/cancel',
    scope: 'webhooks',
    tag: TAG,
    summary: 'Do not send it.',
    answer: ref('Delivery'),
    handle: cancelDelivery,
  },
  {
    method: 'POST',
    path: '/deliveries/redeliver',
    scope: 'webhooks',
    tag: TAG,
    summary:
      'Take many deliveries up again, step by step: call again with `after` = `next` until it is null; with `waits_for`, in a moment.',
    body: input({
      status: described(list(text), `${TAKEN_UP_AGAIN.join(', ')}; failed when left out`),
      destination: text,
      since: text,
      until: text,
      dry_run: flag,
      after: text,
      limit: { type: 'integer', minimum: 1, maximum: 5_000 },
    }),
    answer: ref('Bulk'),
    handle: redeliver,
  },
  DROP_HELD_ROUTE,
];
