// The kinds of destinations there are. Adding one: a folder and a line here.

import { consoleDriver } from './console/driver.js';
import type { Driver } from './driver.js';
import { webhookIntegrationDriver } from './webhook/integration.js';
import { outgoingWebhookDriver } from './webhook/outgoing.js';

/** Kinds a channel's integration can have. */
export const INTEGRATION_DRIVERS: ReadonlyMap<string, Driver> = new Map(
  [consoleDriver, webhookIntegrationDriver].map((driver) => [driver.kind, driver as Driver]),
);

/** The driver behind `webhooks:`. */
export const WEBHOOK_DRIVER: Driver = outgoingWebhookDriver as unknown as Driver;

export function driverFor(noun: 'integration' | 'webhook', kind: string): Driver | undefined {
  return noun === 'webhook' ? WEBHOOK_DRIVER : INTEGRATION_DRIVERS.get(kind);
}
