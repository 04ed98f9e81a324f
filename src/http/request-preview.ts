// The request that a destination would get for an event, made by its own driver, and not sent.

import { RelayError } from '../core/errors.js';
import { suggestion } from '../core/nearest.js';
import { buildRequest, shownRequest } from '../delivery/build-request.js';
import { driverFor } from '../destinations/registry.js';
import type { RelayEvent } from '../model/event.js';
import { KNOWN_EVENT_TYPES } from '../model/event-types.js';
import type { Destination } from '../model/topology.js';
import type { RequestPreview } from './api-types.js';
import { exampleOf } from './event-types-doc.js';
import type { Runtime } from './runtime.js';
import { described, text } from './schema.js';

export interface PreviewWish {
  readonly event?: string;
  readonly type?: string;
}

export const PREVIEW_INPUT = {
  event: described(text, 'Id of a stored event'),
  type: described(text, 'Without `event`: the example of this type; default incident.triggered'),
};

/** Stand where a delivery and an event would have their ids. */
const PREVIEW_MESSAGE = 'dlv_preview';
const EXAMPLE_EVENT = 'evt_example';

/** @throws RelayError object.not_found for a type that has no example */
function exampleEvent(type: string, now: number): RelayEvent {
  const data = exampleOf(type);
  if (data === null) {
    const known = KNOWN_EVENT_TYPES.filter((each) => exampleOf(each) !== null);
    throw new RelayError('object.not_found', `there is no example of an event of type "${type}"`, {
      fix: suggestion(type, known) ?? `these have one: ${known.join(', ')}; or name a stored event`,
    });
  }
  const { incident, actor } = data as { incident: { id: string; source: string }; actor: string };
  return {
    id: EXAMPLE_EVENT,
    type,
    at: now,
    incident: incident.id,
    alert: null,
    source: incident.source,
    actor,
    channels: [],
    data: JSON.stringify(data),
    unmatched: false,
  };
}

/** @throws RelayError object.not_found for the event, object.invalid when the kind cannot say such an event */
export async function previewRequest(
  runtime: Runtime,
  destination: Destination,
  wish: PreviewWish,
): Promise<RequestPreview> {
  const now = runtime.clock.now();
  const event =
    wish.event === undefined
      ? exampleEvent(wish.type ?? 'incident.triggered', now)
      : await runtime.store.getEvent(wish.event);
  const context = {
    messageId: PREVIEW_MESSAGE,
    now,
    publicUrl: runtime.topology().publicUrl,
    version: runtime.version,
    sentBody: null,
  };
  try {
    const driver = driverFor(destination.noun, destination.kind);
    const shown = shownRequest(buildRequest(event, destination, driver, context), destination);
    return {
      destination: destination.ref,
      event: wish.event === undefined ? null : event.id,
      event_type: event.type,
      method: shown.method,
      url: shown.url,
      headers: { ...shown.requestHeaders },
      body: shown.requestBody,
    };
  } catch (cause) {
    throw new RelayError('object.invalid', `${destination.ref} cannot send this event`, {
      why: (cause as Error).message,
      cause,
    });
  }
}
