// The request that a destination would get for an event, made by its own driver, and not sent.

import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import { buildRequest, shownRequest } from '../../delivery/build-request.js';
import { loadSupplies, needsOf } from '../../delivery/supplies.js';
import type { Supplied } from '../../destinations/driver.js';
import { driverFor } from '../../destinations/registry.js';
import type { RelayEvent } from '../../model/event.js';
import { EXAMPLE_PAYLOAD, exampleEvent, exampleOf, exampleTimeline } from '../../model/event-examples.js';
import { KNOWN_EVENT_TYPES } from '../../model/event-types.js';
import type { Destination } from '../../model/topology.js';
import type { Runtime } from '../runtime.js';
import type { RequestPreview } from '../wire/api-types.js';
import { described, text } from '../wire/schema.js';

export interface PreviewWish {
  readonly event?: string;
  readonly type?: string;
}

export const PREVIEW_INPUT = {
  event: described(text, 'Id of a stored event'),
  type: described(text, 'Without `event`: the example of this type; default incident.triggered'),
};

/** Stands where a delivery would have its id. */
const PREVIEW_MESSAGE = 'dlv_preview';

/** @throws RelayError object.not_found for a type that has no example */
export function exampleFor(type: string): RelayEvent {
  const event = exampleEvent(type);
  if (event !== null) return event;
  const known = KNOWN_EVENT_TYPES.filter((each) => exampleOf(each) !== null);
  throw new RelayError('object.not_found', `there is no example of an event of type "${type}"`, {
    fix: suggestion(type, known) ?? `these have one: ${known.join(', ')}; or name a stored event`,
  });
}

/** What the driver asks for: of a stored event from the store, of an example its own. */
async function suppliesFor(
  runtime: Runtime,
  destination: Destination,
  event: RelayEvent,
  isExample: boolean,
): Promise<Supplied> {
  const directory = runtime.topology();
  if (isExample) {
    const alert = event.incident === null ? null : EXAMPLE_PAYLOAD;
    return { timeline: exampleTimeline(event.type), alert, firstAlert: alert, directory };
  }
  const driver = driverFor(destination.noun, destination.kind);
  return loadSupplies(needsOf(driver, destination, event), event, { store: runtime.store, directory });
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
      ? exampleFor(wish.type ?? 'incident.triggered')
      : await runtime.store.getEvent(wish.event);
  const context = {
    messageId: PREVIEW_MESSAGE,
    now,
    publicUrl: runtime.topology().publicUrl,
    version: runtime.version,
    sentBody: null,
  };
  try {
    const supplied = await suppliesFor(runtime, destination, event, wish.event === undefined);
    const driver = driverFor(destination.noun, destination.kind);
    const shown = shownRequest(
      buildRequest([{ event, messageId: PREVIEW_MESSAGE }], destination, driver, { ...context, supplied }),
      destination,
    );
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
