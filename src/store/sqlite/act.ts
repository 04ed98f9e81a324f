// Writes that no alert brought: deeds on an incident, events of their own, replays, and payloads that could not be used.

import { formatId } from '../../core/ids.js';
import type { RelayEvent } from '../../model/event.js';
import type { Actor, Incident } from '../../model/incident.js';
import type { StoredMaintenance } from '../care-store.js';
import type { ActResult, ClaimedDelivery, Plan, PlannedDelivery, PlannedEvent, Reject } from '../store.js';
import type { MaintenanceWriter } from './care.js';
import type { Incidents } from './incidents.js';
import type { Kernel } from './kernel.js';
import type { PlanWriter, WrittenEvents } from './plan.js';
import { notFound, numberOrNull, type ResolveId } from './public-ids.js';
import { EVENT_COLUMNS, EVENT_FROM, type EventRow, toEvent } from './rows.js';

export interface About {
  readonly at: number;
  readonly actor: Actor;
  readonly incident?: string | null;
  readonly alert?: string | null;
  readonly source?: string | null;
  readonly maintenance?: StoredMaintenance | null;
}

export function prepareAct(
  kernel: Kernel,
  incidents: Incidents,
  plans: PlanWriter,
  resolveId: ResolveId,
  maintenance: MaintenanceWriter,
) {
  const { db, ids, interned, writer } = kernel;
  const insertReject = db.prepare(
    'INSERT INTO reject (id, source, at, code, reason, content_type, body, body_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );

  function writeDeed(id: string, at: number, actor: Actor, decide: (incident: Incident) => Plan): ActResult {
    const found = incidents.byNumber(resolveId('inc', id));
    if (found === null) throw notFound('inc', id);
    const { id: number, incident: before, opener } = found;
    const plan = decide(before);
    const after = plan.incident ?? before;
    if (after !== before) incidents.update(number, before, after);
    plans.timeline(number, plan.timeline);
    const into: WrittenEvents = { events: [], claimed: [] };
    const incident = { number, grouping: before.groupingId, opener };
    const context = { at, actor, source: before.source, incident, alert: null, isNewIncident: false };
    plans.events(plan.events, context, into);
    return { incident: after, ...into };
  }

  function writeEvent(
    event: PlannedEvent,
    about: About,
  ): { event: RelayEvent; claimed: readonly ClaimedDelivery[] } {
    const into: WrittenEvents = { events: [], claimed: [] };
    const number = numberOrNull('inc', about.incident);
    const found = number === null ? null : incidents.byNumber(number);
    const context = {
      at: about.at,
      actor: about.actor,
      source: about.source ?? null,
      incident: found && { number: found.id, grouping: found.incident.groupingId, opener: found.opener },
      alert: numberOrNull('alt', about.alert),
      isNewIncident: false,
    };
    plans.events([event], context, into);
    if (about.maintenance) maintenance.put(about.maintenance);
    else if (about.maintenance === null) maintenance.remove(about.source as string);
    return { event: into.events[0] as RelayEvent, claimed: into.claimed };
  }

  function writeReject({ source, at, code, reason, contentType, body, bodyBytes }: Omit<Reject, 'id'>): void {
    insertReject.run(ids.nextValue(), interned.word(source), at, code, reason, contentType, body, bodyBytes);
  }

  return {
    act: (id: string, at: number, actor: Actor, decide: (incident: Incident) => Plan) =>
      writer.submit(() => writeDeed(id, at, actor, decide)),
    publish: (event: PlannedEvent, about: About) => writer.submit(() => writeEvent(event, about)),
    reject: (reject: Omit<Reject, 'id'>) => writer.submit(() => writeReject(reject)),
  };
}

/** Replays: new deliveries of an event that stands. */
export function prepareReplay(kernel: Kernel, plans: PlanWriter, resolveId: ResolveId) {
  const { db, writer } = kernel;
  const findEvent = db.prepare(`SELECT ${EVENT_COLUMNS} FROM ${EVENT_FROM} WHERE e.id = ?`);
  const markMatched = db.prepare('UPDATE event SET unmatched = 0 WHERE id = ? AND unmatched = 1');

  function writeDeliveries(
    id: string,
    planned: readonly PlannedDelivery[],
  ): { deliveries: readonly string[]; claimed: readonly ClaimedDelivery[] } {
    const number = resolveId('evt', id);
    const row = findEvent.get(number) as EventRow;
    if (planned.length > 0) markMatched.run(number);
    const event = { ...toEvent(kernel, row), unmatched: row.unmatched === 1 && planned.length === 0 };
    const deliveries: string[] = [];
    const claimed: ClaimedDelivery[] = [];
    for (const owed of planned) {
      const written = plans.delivery(event, number, row.incident, owed, true);
      deliveries.push(formatId('dlv', written.id));
      if (written.claimed !== null) claimed.push(written.claimed);
    }
    return { deliveries, claimed };
  }

  return {
    addDeliveries: (event: string, planned: readonly PlannedDelivery[], _at: number) =>
      writer.submit(() => writeDeliveries(event, planned)),
  };
}
