// What filters look at, for each way an event comes about. Payload and data are read only when a filter asks for them, and once.

import { parseJson } from '../jinja/json.js';
import type { RelayEvent } from '../model/event.js';
import type { FilteredIncident, FilterSubject } from '../model/filter/fields.js';
import type { Incident } from '../model/incident.js';
import { readStoredPayload } from '../sources/alert/payload.js';

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** @param payload text of the alert's payload, or null when there is none. @param data makes the event's `data` as JSON text */
export function incidentSubject(
  type: string,
  incident: Incident,
  payload: string | null,
  data: () => string,
): FilterSubject {
  return {
    type,
    incident,
    payload: once(() => (payload === null ? undefined : readStoredPayload(payload))),
    data: once(() => JSON.parse(data()) as unknown),
  };
}

/** An event that belongs to no incident: its data stands for the payload too. */
export function customSubject(type: string, data: string): FilterSubject {
  return {
    type,
    incident: null,
    payload: once(() => parseJson(data)),
    data: once(() => JSON.parse(data) as unknown),
  };
}

/** An event of the past, as it was then. @param payload as in `incidentSubject` */
export function storedSubject(event: RelayEvent, payload: string | null): FilterSubject {
  const subject = customSubject(event.type, event.data);
  const { incident } = (subject.data() ?? {}) as { incident?: FilteredIncident };
  if (event.incident === null || incident === undefined) return subject;
  return {
    ...subject,
    incident,
    payload: once(() => (payload === null ? undefined : readStoredPayload(payload))),
  };
}
