// The event types Relay publishes, and what a subscription's list of types means.

import { nearestName } from '../core/nearest.js';

export const INCIDENT_EVENT_TYPES = [
  'incident.triggered',
  'incident.reassigned',
  'incident.acknowledged',
  'incident.unacknowledged',
  'incident.resolved',
  'incident.priority_changed',
  'incident.note_added',
  'incident.repeated',
] as const;

const OPERATIONAL_EVENT_TYPES = [
  'delivery.failed',
  'destination.degraded',
  'destination.disabled',
  'destination.recovered',
  'source.rate_limited',
  'source.maintenance_started',
  'source.maintenance_ended',
] as const;
export type OperationalEventType = (typeof OPERATIONAL_EVENT_TYPES)[number];

const DIRECTORY_EVENT_TYPES = ['organization.updated', 'user.updated'] as const;
export const KNOWN_EVENT_TYPES: readonly string[] = [
  ...INCIDENT_EVENT_TYPES,
  ...DIRECTORY_EVENT_TYPES,
  ...OPERATIONAL_EVENT_TYPES,
];

/** What `webhook test` and `integration test` send. */
export const TEST_EVENT_TYPE = 'relay.test';

/** Left out of `*`: too many, or about Relay itself. They must be named (or `incident.*`, `destination.*`). */
const NOT_IN_STAR: ReadonlySet<string> = new Set(['incident.repeated', ...OPERATIONAL_EVENT_TYPES]);
const TYPE_PATTERN = /^[a-z0-9_]+(\.[a-z0-9_]+)+$/;

/** A custom type is `area.name`: lower case letters, digits and `_`, at least one dot (Standard Webhooks 1.0.0, payload type). */
export function isEventType(text: string): boolean {
  return TYPE_PATTERN.test(text);
}

export function isOperational(type: string): boolean {
  return (OPERATIONAL_EVENT_TYPES as readonly string[]).includes(type);
}

/** What a subscription may list: an exact type, `area.*`, or `*`. Of `area.*`, an unknown area is allowed (custom types). */
export function isTypePattern(text: string): boolean {
  return text === '*' || isEventType(text) || /^[a-z0-9_]+(\.[a-z0-9_]+)*\.\*$/.test(text);
}

const areaOf = (type: string): string => type.slice(0, type.indexOf('.'));
const AREAS: ReadonlySet<string> = new Set(KNOWN_EVENT_TYPES.map(areaOf));

/**
 * What a pattern of an unknown area was probably meant to be, when another spelling of the area makes it one of Relay's; undefined for all
 * else. Only ever a warning: a custom type may look like anything. Unknown types of Relay's own areas are errors of the config's schema.
 */
export function meantPattern(pattern: string): string | undefined {
  const area = areaOf(pattern);
  const near = isTypePattern(pattern) && !AREAS.has(area) ? nearestName(area, AREAS) : undefined;
  if (near === undefined) return undefined;
  const mended = `${near}${pattern.slice(area.length)}`;
  return mended === `${near}.*` || KNOWN_EVENT_TYPES.includes(mended) ? mended : undefined;
}

/** Whether one pattern covers a type. `incident.*` leaves out `incident.repeated`, which must be named exactly. */
export function patternCovers(pattern: string, type: string): boolean {
  if (pattern === type) return true;
  if (pattern === '*') return !NOT_IN_STAR.has(type);
  return pattern.endsWith('.*') && type !== 'incident.repeated' && type.startsWith(pattern.slice(0, -1));
}

export function subscribes(patterns: readonly string[], type: string): boolean {
  return patterns.some((pattern) => patternCovers(pattern, type));
}
