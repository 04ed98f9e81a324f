// An integration, or a webhook's URLs, as the destinations that delivery knows: presets and spans resolved, settings in the driver's form.

import { parseSpan } from '../core/units.js';
import { INTEGRATION_DRIVERS, WEBHOOK_DRIVER } from '../destinations/registry.js';
import type { Destination } from '../model/topology.js';
import type { NumberedUrl } from '../store/store.js';
import { batchOf } from './batching.js';
import { recipientsOf } from './mail.js';
import type { Configured } from './merge-objects.js';
import { PACE_KEYS, paceOf } from './pace.js';
import { retryPolicyOf } from './retry.js';
import { DEFAULT_INTEGRATION_EVENTS, DEFAULT_WEBHOOK_EVENTS } from './schema-objects.js';
import type { DeliverySpec, LoadedConfig, WebhookSpec } from './spec.js';

export const DEFAULT_TIMEOUT = '15s';
export const DEFAULT_CONCURRENCY = 16;
/** Keys of an integration that are not settings of its kind. */
const OWN_KEYS = new Set<string>([
  'name',
  'kind',
  'channel',
  'events',
  'filter',
  'when',
  'timeout',
  'retry',
  ...PACE_KEYS,
  'concurrency',
  'redelivery',
]);

export interface DestinationContext {
  readonly config: LoadedConfig;
  readonly paused: ReadonlySet<string>;
}

export function integrationDestination(
  { name, origin, spec }: Configured<'integration'>,
  context: DestinationContext,
): Destination {
  const driver = INTEGRATION_DRIVERS.get(spec.kind);
  const settings = Object.freeze(
    Object.fromEntries(Object.entries(spec).filter(([key]) => !OWN_KEYS.has(key))),
  );
  return {
    ref: `integration/${name}`,
    noun: 'integration',
    name,
    kind: spec.kind,
    origin,
    channel: spec.channel ?? null,
    events: spec.events ?? DEFAULT_INTEGRATION_EVENTS,
    settings,
    displayUrl: driver?.displayUrl(settings) ?? '',
    paused: context.paused.has(`integration/${name}`),
    ...deliveryOf(spec, spec.kind === 'console' ? 1 : DEFAULT_CONCURRENCY, context.config),
  };
}

/** One destination per URL, called by its number. `keys`: every signing secret in force, newest first. */
export function webhookDestinations(
  { name, origin, spec }: Configured<'webhook'>,
  keys: readonly string[],
  numbers: readonly NumberedUrl[],
  context: DestinationContext,
): Destination[] {
  return spec.urls.map(({ url, method }, index): Destination => {
    const number = numbers[index]?.number ?? index + 1;
    const settings = Object.freeze({
      url,
      method: method ?? 'POST',
      headers: spec.headers ?? {},
      name,
      format: spec.format ?? 'standard',
      content_type: spec.content_type ?? 'json',
      ...(spec.body === undefined ? {} : { body: spec.body }),
      ...(spec.cloudevents === undefined ? {} : { cloudevents: spec.cloudevents }),
      signing_keys: keys,
      verify_ssl: spec.verify_ssl ?? true,
      ...trustOf(spec),
    });
    return {
      ref: number === 1 ? `webhook/${name}` : `webhook/${name}#${number}`,
      noun: 'webhook',
      name,
      kind: WEBHOOK_DRIVER.kind,
      origin,
      channel: null,
      events: spec.events ?? DEFAULT_WEBHOOK_EVENTS,
      settings,
      displayUrl: WEBHOOK_DRIVER.displayUrl(settings),
      paused: context.paused.has(`webhook/${name}`),
      ...(spec.failure_email === undefined ? {} : { failureEmail: recipientsOf(spec.failure_email) }),
      ...batchOf(spec),
      ...deliveryOf(spec, DEFAULT_CONCURRENCY, context.config),
    };
  });
}

/** What is not there is left out: requests are built from it as it is. */
function trustOf({ hmac, auth, tls, proxy }: WebhookSpec): Record<string, unknown> {
  return {
    ...(hmac === undefined ? {} : { hmac }),
    ...(auth === undefined ? {} : { auth }),
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy: proxy === false ? null : proxy }),
  };
}

type DeliveryPart = Pick<
  Destination,
  | 'filter'
  | 'when'
  | 'retry'
  | 'timeoutMs'
  | 'concurrency'
  | 'redelivery'
  | 'circuit'
  | 'disableAfter'
  | 'rate'
>;

function deliveryOf(spec: DeliverySpec, concurrency: number, config: LoadedConfig): DeliveryPart {
  const own = spec.redelivery === false ? null : (spec.redelivery ?? {});
  return {
    ...(spec.filter === undefined ? {} : { filter: spec.filter }),
    ...(spec.when === undefined ? {} : { when: spec.when }),
    retry: Object.freeze(retryPolicyOf(spec.retry, spec.give_up_after)),
    timeoutMs: span(spec.timeout ?? DEFAULT_TIMEOUT),
    concurrency: spec.concurrency ?? concurrency,
    ...paceOf(spec),
    redelivery: own && {
      schedule: own.schedule ?? config.redelivery.schedule,
      maxAgeMs: own.max_age === undefined ? config.redelivery.maxAgeMs : span(own.max_age),
    },
  };
}

const span = (text: string): number => parseSpan(text) as number;
