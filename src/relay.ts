// The way of an alert, stage by stage: parse and render → fold → route → ONE transaction → deliver. Actions by hand, custom events and
// replays take the same way from "route" on. What each stage does is in its own room; this file only names them in order.

import type { Clock } from './core/clock.js';
import { nullIfGone, RelayError } from './core/errors.js';
import type { DeliveryEngine } from './delivery/engine.js';
import { Slots } from './delivery/slots.js';
import { customSubject, incidentSubject, storedSubject } from './filters/subjects.js';
import { decideAction, type IncidentAction } from './model/actions.js';
import type { PreparedAlert } from './model/alert.js';
import type { Decision, RelayEvent } from './model/event.js';
import { incidentEventData } from './model/event-data.js';
import { TEST_EVENT_TYPE } from './model/event-types.js';
import type { FilterSubject } from './model/filter/fields.js';
import { foldAlert, incidentFor } from './model/fold.js';
import type { Actor, Incident } from './model/incident.js';
import { withIncidentNames } from './model/incident-marks.js';
import { type Maintenance, outOfReservedGroups } from './model/maintenance.js';
import { channelsOf, type Routed, type Router } from './model/route.js';
import type { Source, Topology } from './model/topology.js';
import type { RequestHeaders } from './sources/alert/alert-context.js';
import type { CompiledSource } from './sources/alert/compiled-source.js';
import type {
  AcceptResult,
  ActResult,
  ClaimedDelivery,
  GroupResult,
  Plan,
  PlannedEvent,
  Store,
  StoredMaintenance,
} from './store/store.js';

/** The topology in force, with what is worked out from it once. */
export interface Served {
  readonly topology: Topology;
  readonly router: Router;
  readonly sources: ReadonlyMap<string, CompiledSource>;
  /** Whether a filter looks into payloads, so that they must be at hand where an incident changes without an alert. */
  readonly filtersPayload: boolean;
}

export interface RelayParts {
  readonly store: Store;
  readonly engine: DeliveryEngine;
  readonly clock: Clock;
  served(): Served;
  /** What a source is in right now; asked inside the write that takes an alert in. */
  maintenanceOf(source: string): Maintenance | null;
  /** Told of every alert once it is rendered, and of every event once it is on disk. */
  rendered(source: string, alerts: readonly PreparedAlert[]): void;
  published(events: readonly RelayEvent[]): void;
}

export interface Payload {
  readonly text: string;
  readonly contentType: string;
  readonly idempotencyKey: string | null;
  /** Of the request, as they came: what templates may read. */
  readonly headers?: RequestHeaders;
}

interface Written {
  readonly claimed: readonly ClaimedDelivery[];
  readonly events: readonly RelayEvent[];
}

export interface Published extends Written {
  readonly event: RelayEvent;
  readonly deliveries: number;
}

export class Relay {
  readonly #parts: RelayParts;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Takes a payload in. Resolves only when all that follows from it is on disk. @throws RelayError ingest.*, store.* */
  async take(source: Source, payload: Payload): Promise<AcceptResult> {
    const { store, clock } = this.#parts;
    const served = this.#parts.served();
    const compiled = served.sources.get(source.name);
    if (compiled === undefined)
      throw new RelayError('ingest.unknown_source', `there is no source ${source.name}`);

    const alerts = compiled
      .prepare(payload.text, payload.contentType, payload.headers)
      .map(outOfReservedGroups);
    this.#parts.rendered(source.name, alerts);
    const at = clock.now();
    const by = `source:${source.name}`;
    const assignee = served.topology.services.get(source.service ?? '')?.assignee ?? null;
    const { idempotencyKey } = payload;
    return this.#write((slots) =>
      store.accept(
        { source: source.name, at, actor: by, idempotencyKey, alerts },
        (alert, open, newIncidentId, around) => {
          const maintenance = this.#parts.maintenanceOf(source.name);
          const target = incidentFor(open, { maintenance, around });
          const named = withIncidentNames(alert, target, newIncidentId);
          const folded = foldAlert(named, open, {
            at,
            by,
            source: compiled.source,
            assignee,
            newIncidentId,
            maintenance,
            around,
          });
          const plan = planWrite({ served, by, at, slots, payload: alert.payload }, folded.decision);
          return { plan, result: folded.result };
        },
      ),
    );
  }

  /** A deed on an incident by hand. @throws RelayError incident.invalid_transition, object.not_found */
  act(incident: string, action: IncidentAction, by: Actor): Promise<ActResult> {
    return this.conclude(incident, by, (current, at) => decideAction(current, action, at, by));
  }

  /** What the model decides about an incident as it stands when that is written. @throws what `decide` throws, object.not_found */
  async conclude(
    incident: string,
    by: Actor,
    decide: (current: Incident, at: number) => Decision,
  ): Promise<ActResult> {
    const { store, clock } = this.#parts;
    const at = clock.now();
    const served = this.#parts.served();
    const payload = served.filtersPayload ? await this.#latestPayload(incident) : null;
    return this.#write((slots) =>
      store.act(incident, at, by, (current) =>
        planWrite({ served, by, at, slots, payload }, decide(current, at)),
      ),
    );
  }

  /** The same for the incident open for a group of a source, which it may open. */
  async concludeGroup(
    group: { readonly source: string; readonly groupingId: string },
    by: Actor,
    decide: (open: Incident | null, newIncidentId: string, at: number) => Decision,
  ): Promise<GroupResult> {
    const { store, clock } = this.#parts;
    const at = clock.now();
    const served = this.#parts.served();
    return this.#write((slots) =>
      store.actOnGroup(group, at, by, (open, newIncidentId) =>
        planWrite({ served, by, at, slots, payload: null }, decide(open, newIncidentId, at)),
      ),
    );
  }

  /** An operational event about a source, to every channel and webhook that names its type; written in one with its maintenance. */
  async publishMaintenance(
    type: string,
    source: string,
    data: string,
    by: Actor,
    maintenance: StoredMaintenance | null,
  ): Promise<void> {
    const { store, clock } = this.#parts;
    const at = clock.now();
    const served = this.#parts.served();
    const channels = [...served.topology.channels.keys()];
    await this.#write(async (slots) => {
      const deliveries = slots.plan(
        served.router(type, channels, customSubject(type, data)),
        at,
        'automatic',
      );
      const about = { at, actor: by, source, maintenance };
      const written = await store.publish({ type, channels, data, deliveries }, about);
      return { ...written, events: [written.event] };
    });
  }

  /** Publishes an event that belongs to no incident; `only` sends it to one destination, once, as a test. */
  async publish(
    type: string,
    channels: readonly string[],
    data: string,
    by: Actor,
    only?: Routed,
  ): Promise<Published> {
    const { store, clock } = this.#parts;
    const at = clock.now();
    const routed = only ? [only] : this.#parts.served().router(type, channels, customSubject(type, data));
    return this.#write(async (slots) => {
      const deliveries = slots.plan(routed, at, only ? 'test' : 'automatic');
      const written = await store.publish({ type, channels, data, deliveries }, { at, actor: by });
      return { ...written, events: [written.event], deliveries: deliveries.length };
    });
  }

  /** Today's routing over an event of the past: new deliveries, the same fact. */
  async replay(event: RelayEvent): Promise<readonly string[]> {
    return this.sendTo(event, await this.routeOf(event));
  }

  /** An event of the past to these destinations, whatever they subscribe to: new deliveries, the same fact. */
  async sendTo(event: RelayEvent, routed: readonly Routed[]): Promise<readonly string[]> {
    const { store, clock } = this.#parts;
    const at = clock.now();
    const written = await this.#write(async (slots) => {
      const deliveries = slots.plan(routed, at, 'automatic');
      return { ...(await store.addDeliveries(event.id, deliveries, at)), events: [] };
    });
    return written.deliveries;
  }

  /** Where an event of the past would go today; a test has been, and goes to nobody. */
  async routeOf(event: RelayEvent): Promise<readonly Routed[]> {
    if (event.type === TEST_EVENT_TYPE && event.actor === 'relay') return [];
    return this.#parts.served().router(event.type, event.channels, await this.subjectOf(event));
  }

  /** What filters see of an event of the past. */
  async subjectOf(event: RelayEvent): Promise<FilterSubject> {
    const { filtersPayload } = this.#parts.served();
    if (!filtersPayload || event.incident === null) return storedSubject(event, null);
    const payload =
      event.alert === null
        ? await this.#latestPayload(event.incident)
        : ((await this.#parts.store.getAlert(event.alert).catch(nullIfGone))?.payload ?? null);
    return storedSubject(event, payload);
  }

  async #latestPayload(incident: string): Promise<string | null> {
    const { items } = await this.#parts.store.listAlerts({ incident, limit: 1 });
    return items[0]?.payload ?? null;
  }

  async #write<Result extends Written>(write: (slots: Slots) => Promise<Result>): Promise<Result> {
    const slots = new Slots(this.#parts.engine);
    try {
      const result = await write(slots);
      slots.use(result.claimed);
      if (result.events.length > 0) this.#parts.published(result.events);
      return result;
    } catch (error) {
      slots.giveBack();
      throw error;
    }
  }
}

interface Planning {
  readonly served: Served;
  readonly by: Actor;
  readonly at: number;
  readonly slots: Slots;
  /** Text of the payload that filters look at; null when there is none, or none does. */
  readonly payload: string | null;
}

/** What is to be stored for a decision: its events on their channels, each with the deliveries it owes. */
function planWrite({ served, by, at, slots, payload }: Planning, decision: Decision): Plan {
  const { incident, timeline, collects } = decision;
  if (incident === null) return { incident, timeline, events: [] };
  const channels = channelsOf(incident, served.topology);
  const events: PlannedEvent[] = [];
  for (const draft of decision.events) {
    let text: string | null = null;
    const data = (): string => {
      text ??= incidentEventData(incident, draft, by);
      return text;
    };
    const subject = incidentSubject(draft.type, incident, payload, data);
    const routed = incident.silenced ? [] : served.router(draft.type, channels, subject);
    if (draft.type === 'incident.repeated' && routed.length === 0) continue;
    events.push({
      type: draft.type,
      channels,
      data: data(),
      deliveries: slots.plan(routed, at, 'automatic'),
    });
  }
  return collects === undefined ? { incident, timeline, events } : { incident, timeline, events, collects };
}
