// The fields a filter may ask for, and how each is found. A field that is not there is undefined: never an error.

import type { Incident } from '../incident.js';

/** What of an incident filters look at. */
export type FilteredIncident = Pick<
  Incident,
  | 'service'
  | 'source'
  | 'pack'
  | 'channel'
  | 'severity'
  | 'priority'
  | 'status'
  | 'assignee'
  | 'title'
  | 'message'
  | 'labels'
>;

/** What a filter looks at: an event, and what it is about. */
export interface FilterSubject {
  readonly type: string;
  /** Null for events that belong to no incident. */
  readonly incident: FilteredIncident | null;
  /** The payload of the incident's alert, or the data of a custom event: objects, or Maps as the template language has them. */
  payload(): unknown;
  /** The same where the template language keeps numbers of its own, such as 95.0, which filters do not; left out: `payload`. */
  templatePayload?(): unknown;
  /** The event's data, as it is delivered. */
  data(): unknown;
}

export type FieldReader = (subject: FilterSubject) => unknown;

/** Fields with a fixed name. `assignee` is without `user:`, as people write it. */
const PLAIN: Readonly<Record<string, FieldReader>> = {
  type: ({ type }) => type,
  service: ({ incident }) => incident?.service,
  source: ({ incident }) => incident?.source,
  pack: ({ incident }) => incident?.pack,
  channel: ({ incident }) => incident?.channel,
  severity: ({ incident }) => incident?.severity,
  priority: ({ incident }) => incident?.priority,
  status: ({ incident }) => incident?.status,
  assignee: ({ incident }) => incident?.assignee?.replace(/^user:/, ''),
  title: ({ incident }) => incident?.title,
  message: ({ incident }) => incident?.message,
};
/** Other words for the same. */
const ALIASES: Readonly<Record<string, string>> = { 'event type': 'type', event_type: 'type', event: 'type' };
/** Groups of fields, as `labels.team`. `tags` is another word for labels. */
export const FIELD_GROUPS = ['labels', 'tags', 'payload'] as const;
export const PLAIN_FIELDS: readonly string[] = Object.keys(PLAIN);
const MAX_PATH_PARTS = 64;

function child(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key);
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** `a.b["c.d"].0` → its parts; null when it is no path. */
function pathParts(path: string): readonly string[] | null {
  const parts: string[] = [];
  const part = /(?:^|\.)([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]/gy;
  while (part.lastIndex < path.length) {
    const found = part.exec(path);
    if (found === null || parts.length === MAX_PATH_PARTS) return null;
    parts.push(found[1] ?? found[2]?.replace(/\\(.)/g, '$1') ?? (found[3] as string));
  }
  return parts.length === 0 ? null : parts;
}

/** A field by its own name: `event type` is `type`. */
export const fieldName = (name: string): string =>
  Object.hasOwn(ALIASES, name) ? (ALIASES[name] as string) : name;

/** How a field is read; null when there is none of this name. */
export function fieldReader(name: string): FieldReader | null {
  const plain = PLAIN[ALIASES[name] ?? name];
  if (Object.hasOwn(PLAIN, ALIASES[name] ?? name)) return plain as FieldReader;
  const [, group, rest = ''] = /^(labels|tags|payload)(?:\.|(?=\[))(.*)$/s.exec(name) ?? [];
  if (rest === '') return null;
  // Names of labels hold dots and slashes themselves: all of the rest is one name.
  if (group === 'labels' || group === 'tags') {
    return ({ incident }) =>
      incident !== null && Object.hasOwn(incident.labels, rest) ? incident.labels[rest] : undefined;
  }
  const parts = pathParts(rest);
  if (parts === null) return null;
  return (subject) => {
    let value = subject.payload();
    for (const part of parts) value = child(value, part);
    return value;
  };
}

/** Whether a field looks into the payload, which is read only where one does. */
export const readsPayload = (name: string): boolean => /^payload[.[]/.test(name);
