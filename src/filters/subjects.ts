// What filters look at, for each way an event comes about. Payload and data are read only when a filter asks for them, and once.

import { needsCare, parseJson } from '../jinja/json.js';
import { PyFloat, type Value } from '../jinja/values.js';
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

/** Filters compare numbers, whatever Python would call them: 95.0 is one like 94.5. Lists and objects are changed in place. */
function withPlainNumbers(value: Value): Value {
  if (value instanceof PyFloat) return value.value;
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      value[index] = withPlainNumbers(item);
    });
  } else if (value instanceof Map) {
    for (const [key, item] of value) value.set(key, withPlainNumbers(item));
  } else if (typeof value === 'object' && value !== null) {
    const fields = value as Record<string, Value>;
    for (const key of Object.keys(fields)) fields[key] = withPlainNumbers(fields[key]);
  }
  return value;
}

/** Read twice only where the two would differ and both are asked for. */
function payloadOf(
  text: string,
  read: (text: string) => Value,
): Required<Pick<FilterSubject, 'payload' | 'templatePayload'>> {
  const templatePayload = once(() => read(text));
  const payload = once(() => (needsCare(text) ? withPlainNumbers(read(text)) : templatePayload()));
  return { payload, templatePayload };
}

const NOTHING = { payload: () => undefined, templatePayload: () => undefined };
const alertPayload = (text: string | null) => (text === null ? NOTHING : payloadOf(text, readStoredPayload));

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
    ...alertPayload(payload),
    data: once(() => JSON.parse(data()) as unknown),
  };
}

/** An event that belongs to no incident: its data stands for the payload too. */
export function customSubject(type: string, data: string): FilterSubject {
  return {
    type,
    incident: null,
    ...payloadOf(data, parseJson),
    data: once(() => JSON.parse(data) as unknown),
  };
}

/** An event of the past, as it was then. @param payload as in `incidentSubject` */
export function storedSubject(event: RelayEvent, payload: string | null): FilterSubject {
  const subject = customSubject(event.type, event.data);
  const { incident } = (subject.data() ?? {}) as { incident?: FilteredIncident };
  if (event.incident === null || incident === undefined) return subject;
  return { ...subject, incident, ...alertPayload(payload) };
}
