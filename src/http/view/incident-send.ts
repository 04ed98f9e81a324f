// An incident sent by hand: the event that tells its latest state goes to one webhook (each of its URLs) or integration, whatever that
// subscribes to and filters. The deliveries say by whom.

import { RelayError } from '../../core/errors.js';
import type { RelayEvent } from '../../model/event.js';
import { INCIDENT_EVENT_TYPES } from '../../model/event-types.js';
import type { Destination } from '../../model/topology.js';
import type { ApiCall } from '../api-route.js';
import type { Runtime } from '../runtime.js';
import type { IncidentSendAnswer } from '../wire/api-types.js';
import { described, text } from '../wire/schema.js';
import { findDestinations } from './find.js';

interface SendBody {
  webhook?: string;
  integration?: string;
}

export const SEND_INPUT = {
  webhook: described(text, 'Name of a webhook: all its URLs'),
  integration: described(text, 'Name of an integration; one of the two is given'),
};

/** Events that tell how an incident stands; notes and repeats do not, nor do events of a user's own. */
const STATE_TYPES: ReadonlySet<string> = new Set(
  INCIDENT_EVENT_TYPES.filter((type) => type !== 'incident.note_added' && type !== 'incident.repeated'),
);
const PAGE = 100;

async function latestState(runtime: Runtime, incident: string): Promise<RelayEvent> {
  let after: string | undefined;
  do {
    const query = { incident, limit: PAGE, ...(after === undefined ? {} : { after }) };
    const { items, next } = await runtime.store.listEvents(query);
    const found = items.find(({ type }) => STATE_TYPES.has(type));
    if (found !== undefined) return found;
    after = next ?? undefined;
  } while (after !== undefined);
  throw new RelayError('object.not_found', `incident ${incident} has no event that can be sent`, {
    why: 'its events are older than the history that is kept, or nobody was to be told of it yet',
    fix: `relay incident show ${incident}`,
  });
}

/** @throws RelayError usage.invalid, object.not_found, delivery.destination_disabled */
function destinationsFor(runtime: Runtime, { webhook, integration }: SendBody): Destination[] {
  if ((webhook === undefined) === (integration === undefined)) {
    throw new RelayError('usage.invalid', 'an incident is sent to one webhook or one integration', {
      fix: 'give either "webhook" or "integration"',
    });
  }
  const found =
    webhook === undefined
      ? findDestinations(runtime.topology(), 'integration', integration as string)
      : findDestinations(runtime.topology(), 'webhook', webhook);
  for (const { ref, noun, name, paused } of found) {
    const reason = runtime.engine.laneState(ref)?.disabledReason;
    if (!paused && !reason) continue;
    throw new RelayError('delivery.destination_disabled', `${ref} is ${paused ? 'paused' : 'disabled'}`, {
      ...(reason ? { why: reason } : {}),
      fix: `relay ${noun} resume ${name}`,
    });
  }
  return found;
}

export async function sendIncident({
  runtime,
  params,
  body,
  caller,
}: ApiCall<unknown, SendBody, { id: string }>): Promise<IncidentSendAnswer> {
  const destinations = destinationsFor(runtime, body);
  const { id } = await runtime.store.getIncident(params.id);
  const event = await latestState(runtime, id);
  const sent = await runtime.sendTo(event, destinations, `sent by hand by ${caller.actor}`);
  return {
    incident: id,
    event: event.id,
    event_type: event.type,
    deliveries: sent.map((delivery, index) => ({
      id: delivery,
      destination: (destinations[index] as Destination).ref,
    })),
  };
}
