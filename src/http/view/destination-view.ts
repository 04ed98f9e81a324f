// Integrations and webhooks as the API shows them: what is configured, how it stands, what waits. Secrets are masked here.

import { MASK, maskHeaders, maskUrl } from '../../core/redaction.js';
import { driverFor } from '../../destinations/registry.js';
import type { Destination } from '../../model/topology.js';
import type { DestinationBacklog } from '../../store/store.js';
import type { Runtime } from '../runtime.js';
import type { DestinationItem, ObjectState, WebhookItem, WebhookUrlDetail } from '../wire/api-types.js';
import { specOf } from './find.js';
import { smallerRequests, waitsFor } from './lane-words.js';

export type Backlog = ReadonlyMap<string, DestinationBacklog>;

export async function readBacklog(runtime: Runtime): Promise<Backlog> {
  return new Map((await runtime.store.backlog()).map((lane) => [lane.destination, lane]));
}

type Standing = Pick<
  DestinationItem,
  'state' | 'state_reason' | 'health' | 'last_triggered_at' | 'last_result' | 'waiting' | 'held' | 'failed'
>;

function standingOf(runtime: Runtime, destination: Destination, backlog: Backlog): Standing {
  const lane = runtime.engine.laneState(destination.ref);
  const waits = backlog.get(destination.ref);
  const disabled = lane?.disabledReason ?? null;
  const state: ObjectState = destination.paused ? 'paused' : disabled === null ? 'active' : 'disabled';
  const lastAt = lane?.lastTriggeredAt ?? null;
  const words = lane === undefined ? null : (waitsFor(lane, runtime.clock.now()) ?? smallerRequests(lane));
  return {
    state,
    state_reason: state === 'active' ? words : state === 'disabled' ? disabled : null,
    health: lane?.health ?? 'healthy',
    last_triggered_at: lastAt === null ? null : new Date(lastAt).toISOString(),
    last_result: lane?.lastResult ?? '',
    // As lists of deliveries call it: what waits where nothing is sent is held.
    waiting: state === 'active' ? (waits?.waiting ?? 0) : 0,
    held: state === 'active' ? 0 : (waits?.waiting ?? 0),
    failed: waits?.failed ?? 0,
  };
}

export function destinationItem(
  runtime: Runtime,
  destination: Destination,
  backlog: Backlog,
): DestinationItem {
  const { name, ref, kind, channel, origin, displayUrl, events } = destination;
  return {
    name,
    ref,
    kind,
    channel,
    origin,
    url: displayUrl,
    events: [...events],
    ...standingOf(runtime, destination, backlog),
  };
}

/** A webhook stands as the worst of its URLs does; what waits is the sum. */
function worstOf(standings: readonly Standing[]): Standing {
  const [first] = standings as [Standing, ...Standing[]];
  const disabled = standings.find((one) => one.state === 'disabled');
  const last = [...standings].sort((a, b) =>
    (b.last_triggered_at ?? '').localeCompare(a.last_triggered_at ?? ''),
  );
  return {
    state: disabled?.state ?? first.state,
    state_reason: (disabled ?? standings.find((one) => one.state_reason !== null))?.state_reason ?? null,
    health: standings.some((one) => one.health === 'degraded') ? 'degraded' : 'healthy',
    last_triggered_at: last[0]?.last_triggered_at ?? null,
    last_result: last[0]?.last_result ?? '',
    waiting: standings.reduce((sum, one) => sum + one.waiting, 0),
    held: standings.reduce((sum, one) => sum + one.held, 0),
    failed: standings.reduce((sum, one) => sum + one.failed, 0),
  };
}

/** Deliveries to it that were given up for good. */
export const countDead = ({ store }: Pick<Runtime, 'store'>, { ref }: Destination): Promise<number> =>
  store.countDeliveries({ status: ['dead'], destination: ref, exact: true });

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** One URL of a webhook, with how it stands by itself. */
export async function webhookUrl(
  runtime: Runtime,
  one: Destination,
  backlog: Backlog,
): Promise<WebhookUrlDetail> {
  const { displayUrl: url, ref, settings } = one;
  const dead = await countDead(runtime, one);
  return { url, method: textOr(settings.method, 'POST'), ref, ...standingOf(runtime, one, backlog), dead };
}

/** @param destinations all URLs of one webhook, the first one first */
export async function webhookItem(
  runtime: Runtime,
  destinations: readonly Destination[],
  backlog: Backlog,
): Promise<WebhookItem> {
  const first = destinations[0] as Destination;
  const spec = await specOf(runtime, 'webhook', first.name);
  return {
    name: first.name,
    description: textOr(spec.description, ''),
    url: first.displayUrl,
    urls: destinations.map((one) => ({
      url: one.displayUrl,
      method: textOr(one.settings.method, 'POST'),
      ref: one.ref,
    })),
    origin: first.origin,
    format: textOr(first.settings.format, 'standard'),
    verify_ssl: first.settings.verify_ssl !== false,
    events: [...first.events],
    ...worstOf(destinations.map((one) => standingOf(runtime, one, backlog))),
  };
}

/** A destination's settings fit to be shown: secret ones masked, header values too, URLs without their secrets. */
export function shownSettings(destination: Destination): Record<string, unknown> {
  const secret = new Set(driverFor(destination.noun, destination.kind)?.secretSettings ?? []);
  const shown: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(destination.settings)) {
    if (key === 'headers') shown[key] = shownHeaders(value);
    else if (secret.has(key)) shown[key] = key === 'url' ? destination.displayUrl : MASK;
    else shown[key] = key === 'url' && typeof value === 'string' ? maskUrl(value) : value;
  }
  return shown;
}

export function shownHeaders(headers: unknown): Record<string, string> {
  return { ...maskHeaders((headers ?? {}) as Record<string, string>) };
}
