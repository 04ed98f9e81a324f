// From an event to the request a destination would get, and that request as it may be shown. The same for an attempt and a preview.

import { maskHeaders, maskUrl } from '../core/redaction.js';
import type { BatchedEvent, BuildContext, Driver, DriverRequest } from '../destinations/driver.js';
import type { Destination } from '../model/topology.js';

/**
 * @param events at least one
 * @throws Error when the driver cannot put them into its form, or the body is larger than the destination takes
 */
export function buildRequest(
  events: readonly BatchedEvent[],
  destination: Destination,
  driver: Driver | undefined,
  context: BuildContext,
): DriverRequest {
  if (driver === undefined) throw new Error(`there is no kind "${destination.kind}" of ${destination.noun}`);
  const request = built(events, destination, driver, context);
  // A character is at most three bytes, so most bodies need no counting.
  const limit = driver.limits.maxBodyBytes;
  if (request.body.length * 3 > limit && Buffer.byteLength(request.body) > limit) {
    throw new Error(`the body is larger than the ${limit} bytes that ${driver.title} takes`);
  }
  return request;
}

function built(
  events: readonly BatchedEvent[],
  { batch, settings }: Destination,
  driver: Driver,
  context: BuildContext,
): DriverRequest {
  const [first] = events;
  if (batch === undefined && events.length === 1 && first !== undefined)
    return driver.build(first.event, settings, context);
  if (driver.buildBatch === undefined) throw new Error(`${driver.title} takes one event a request`);
  return driver.buildBatch(events, settings, context);
}

export interface ShownRequest {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
}

/** Secrets masked: what the history keeps. */
export function shownRequest(request: DriverRequest, destination: Destination): ShownRequest {
  if (request.via !== 'http') {
    return { method: 'PRINT', url: destination.displayUrl, requestHeaders: {}, requestBody: request.body };
  }
  // The destination's own URL was masked by its driver, which knows more about it than the general rule.
  const isOwn = request.url === destination.settings.url;
  return {
    method: request.method,
    url: isOwn ? destination.displayUrl : maskUrl(request.url),
    requestHeaders: maskHeaders(request.headers),
    requestBody: request.body,
  };
}
