// Format `squadcast_v2`: the envelope of Squadcast's outgoing webhooks v2. For incident events `resource_data` is the incident itself,
// with the fields of v1 and its `url`; for all others it is the event's own data.

import type { RelayEvent } from '../../../model/event.js';
import type { WebhookFormat } from './format.js';
import { rawMark, stringifyWithRaw } from './raw-json.js';
import { incidentIn, organizationOf, payloadJson, squadcastIncident, teamOf } from './squadcast.js';

/** RFC 3339 with nanoseconds; Relay's clock counts milliseconds. */
const nanoTime = (at: number): string => new Date(at).toISOString().replace('Z', '000000Z');
const isIncidentEvent = ({ type }: RelayEvent): boolean => type.startsWith('incident.');

export const squadcastV2Format: WebhookFormat = {
  needs: () => ['timeline', 'first_alert', 'directory'],
  body(event, _settings, context) {
    const { directory, firstAlert } = context.supplied;
    const incident = incidentIn(event);
    const { organization, ...fields } = squadcastIncident(event, context);
    const whole = { id: event.incident ?? event.id, ...fields, url: incident.url ?? '' };
    const resource = isIncidentEvent(event) ? 'incident' : (event.type.split('.')[0] as string);
    const body = {
      version: 'v2',
      event: { id: event.id, type: event.type, resource, timestamp: nanoTime(event.at) },
      data: {
        resource_data: isIncidentEvent(event) ? whole : rawMark(1),
        resource_type: resource,
        organization: organizationOf(directory),
        team: teamOf(incident, directory),
        ...(isIncidentEvent(event) || event.incident === null ? {} : { incident: whole }),
      },
    };
    return stringifyWithRaw(body, [payloadJson(firstAlert), event.data]);
  },
};
