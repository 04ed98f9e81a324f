// What must be true after any number of crashes, each as a function from what the senders were told, what the receivers got and what
// the store holds to a list of sentences about what is wrong. All lists must be empty.

import type { Alert } from '../../src/model/alert.js';
import type { Attempt, Delivery } from '../../src/model/delivery.js';
import type { RelayEvent } from '../../src/model/event.js';
import { subscribes } from '../../src/model/event-types.js';

/** What the load process was told about one alert it posted. */
export interface Answered {
  readonly marker: string;
  readonly group: string;
  readonly keyed: boolean;
  readonly status: number;
  readonly text: string;
}

/** One request at a receiver. */
export interface Arrival {
  readonly messageId: string;
  /** `<incident>|<type>|<what it changed to>`: names one event. */
  readonly fact: string;
  readonly incident: string;
  /** True when the receiver answered 2xx. */
  readonly welcomed: boolean;
}

export interface StoreContent {
  readonly alerts: readonly Alert[];
  /** Those about incidents, in the order they were written. */
  readonly events: readonly RelayEvent[];
  readonly deliveries: readonly Delivery[];
  /** By delivery id. */
  readonly attempts: ReadonlyMap<string, readonly Attempt[]>;
}

const MARKER = /m-\d+-\d+-/;

// biome-ignore lint/suspicious/noExplicitAny: the data of an event as it was written
export function factOf(type: string, data: any): string {
  return `${data.incident.id}|${type}|${data.change?.to ?? ''}`;
}

/** Every request answered 2xx is in the store as the answer said; one sent again under its idempotency key is there once. */
export function lostOrDoubledAlerts(answers: readonly Answered[], content: StoreContent): string[] {
  const byId = new Map(content.alerts.map((alert) => [alert.id, alert]));
  const times = new Map<string, number>();
  for (const alert of content.alerts) {
    const marker = MARKER.exec(alert.payload)?.[0] ?? 'none';
    times.set(marker, (times.get(marker) ?? 0) + 1);
  }
  const wrong: string[] = [];
  for (const answer of answers) {
    const count = times.get(answer.marker) ?? 0;
    if (count > 1) wrong.push(`${answer.marker} is in the store ${count} times`);
    if (answer.status !== 202) continue;
    for (const told of JSON.parse(answer.text).alerts as { id: string; incident: string | null }[]) {
      const kept = byId.get(told.id);
      if (!kept) wrong.push(`${answer.marker} was answered 202 with ${told.id}, which is not in the store`);
      else if (kept.incident !== told.incident || !kept.payload.includes(answer.marker)) {
        wrong.push(`${told.id} is kept as something else than the 202 said`);
      }
    }
  }
  return wrong;
}

/** At most one incident of a group is open at a time: its facts alternate between triggered and resolved. */
export function brokenLives(content: StoreContent): string[] {
  const open = new Map<string, string>();
  const wrong: string[] = [];
  for (const event of content.events) {
    const { incident } = JSON.parse(event.data) as { incident: { source: string; grouping_id: string } };
    const group = `${incident.source}/${incident.grouping_id}`;
    const current = open.get(group);
    if (event.type === 'incident.triggered') {
      if (current !== undefined) wrong.push(`${event.id} opens a second incident of ${group}`);
      open.set(group, event.incident as string);
    } else if (current !== event.incident) {
      wrong.push(`${event.id} (${event.type}) is about an incident of ${group} that is not open`);
    }
    if (event.type === 'incident.resolved') open.delete(group);
  }
  return wrong;
}

/** Every destination that subscribes to an event got it at least once, always under one id, which no other event has. */
export function missedOrRenamed(
  ref: string,
  patterns: readonly string[],
  arrivals: readonly Arrival[],
  content: StoreContent,
): string[] {
  const ids = new Map<string, Set<string>>();
  const factOfId = new Map<string, string>();
  const wrong: string[] = [];
  for (const { fact, messageId } of arrivals) {
    ids.set(fact, (ids.get(fact) ?? new Set()).add(messageId));
    const other = factOfId.get(messageId);
    if (other !== undefined && other !== fact)
      wrong.push(`${messageId} was used for ${other} and for ${fact}`);
    factOfId.set(messageId, fact);
  }
  const welcomed = new Set(arrivals.filter((arrival) => arrival.welcomed).map(({ fact }) => fact));
  const owed = new Set<string>();
  const rowsOf = new Map<string, number>();
  for (const row of content.deliveries) {
    if (row.destination === ref) rowsOf.set(row.event, (rowsOf.get(row.event) ?? 0) + 1);
  }
  for (const event of content.events) {
    if (!subscribes(patterns, event.type)) continue;
    const fact = factOf(event.type, JSON.parse(event.data));
    owed.add(fact);
    if (!welcomed.has(fact)) wrong.push(`${ref} never got ${event.id} (${fact})`);
    const count = ids.get(fact)?.size ?? 0;
    if (count > 1) wrong.push(`${ref} got ${event.id} under ${count} ids`);
    const rows = rowsOf.get(event.id) ?? 0;
    if (rows !== 1) wrong.push(`${event.id} has ${rows} deliveries to ${ref}`);
  }
  for (const fact of ids.keys())
    if (!owed.has(fact)) wrong.push(`${ref} got ${fact}, which is not in the store`);
  return wrong;
}

/** No event of an incident arrives before the one before it was welcomed. */
export function outOfOrder(
  ref: string,
  patterns: readonly string[],
  arrivals: readonly Arrival[],
  content: StoreContent,
): string[] {
  const order = new Map<string, string[]>();
  for (const event of content.events) {
    if (!subscribes(patterns, event.type)) continue;
    const incident = event.incident as string;
    order.set(incident, [...(order.get(incident) ?? []), factOf(event.type, JSON.parse(event.data))]);
  }
  const welcomed = new Set<string>();
  const wrong: string[] = [];
  for (const arrival of arrivals) {
    const facts = order.get(arrival.incident) ?? [];
    const before = facts[facts.indexOf(arrival.fact) - 1];
    if (before !== undefined && !welcomed.has(before)) {
      wrong.push(`${ref} got ${arrival.fact} before ${before} was delivered`);
    }
    if (arrival.welcomed) welcomed.add(arrival.fact);
  }
  return wrong;
}

/** Nothing is left in the air, and each request that arrived is in the history. */
export function untoldHistory(
  refs: ReadonlyMap<string, readonly Arrival[]>,
  content: StoreContent,
): string[] {
  const wrong: string[] = [];
  const requests = new Map<string, number>();
  for (const [ref, arrivals] of refs) {
    for (const { fact } of arrivals) {
      const key = `${ref} ${fact}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
    }
  }
  const facts = new Map(
    content.events.map((event) => [event.id, factOf(event.type, JSON.parse(event.data))]),
  );
  for (const delivery of content.deliveries) {
    if (delivery.state !== 'delivered') wrong.push(`${delivery.id} is ${delivery.state}: ${delivery.reason}`);
    const attempts = content.attempts.get(delivery.id) ?? [];
    const came = requests.get(`${delivery.destination} ${facts.get(delivery.event)}`) ?? 0;
    if (attempts.length < came) {
      wrong.push(`${delivery.id}: ${came} requests arrived, the history has ${attempts.length}`);
    }
    if (attempts.length !== delivery.tries) {
      wrong.push(`${delivery.id} counts ${delivery.tries} tries, the history has ${attempts.length}`);
    }
    const answered = attempts.filter((attempt) => attempt.status !== null).length;
    if (answered > came) wrong.push(`${delivery.id}: ${answered} answers recorded, ${came} requests arrived`);
    if (attempts.at(-1)?.outcome !== 'delivered')
      wrong.push(`${delivery.id}: the last attempt is not the delivery`);
  }
  return wrong;
}
