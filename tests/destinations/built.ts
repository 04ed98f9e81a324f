// The request that the driver of webhooks builds for an event, with what a test gives it.

import { type BuildContext, NO_SUPPLIES, type Supplied } from '../../src/destinations/driver.js';
import {
  type OutgoingWebhookSettings,
  outgoingWebhookDriver,
} from '../../src/destinations/webhook/outgoing.js';
import type { RelayEvent } from '../../src/model/event.js';
import { AT } from '../delivery/sample-events.js';

export const CONTEXT: BuildContext = {
  messageId: 'dlv_1_a',
  now: AT,
  publicUrl: 'https://relay.test',
  version: '9',
  sentBody: null,
};

export function built(
  event: RelayEvent,
  settings: Partial<OutgoingWebhookSettings>,
  supplied: Partial<Supplied> = {},
  context: Partial<BuildContext> = {},
) {
  const request = outgoingWebhookDriver.build(
    event,
    { url: 'https://receiver.test/hook', ...settings },
    { ...CONTEXT, supplied: { ...NO_SUPPLIES, ...supplied }, ...context },
  );
  if (request.via !== 'http') throw new Error('expected an HTTP request');
  return request;
}
