// Writing what the model decided: timeline, events and the deliveries they owe. Called inside writes only.

import { formatId } from '../../core/ids.js';
import type { RelayEvent } from '../../model/event.js';
import type { TimelineEntry } from '../../model/incident.js';
import type { ClaimedDelivery, PlannedDelivery, PlannedEvent } from '../store.js';
import { ACTION, PENDING, SENDING, TRIGGER } from './codes.js';
import type { Kernel } from './kernel.js';
import { type OpenerTexts, packData } from './packed-data.js';
import type { Siblings } from './siblings.js';

/** The incident that events are about. */
export interface EventIncident {
  readonly number: number;
  readonly grouping: string;
  /** What its events need not say themselves. */
  readonly opener: OpenerTexts | null;
}

/** What the events of one write have in common; numbers are row numbers. */
export interface EventContext {
  readonly at: number;
  readonly actor: string;
  readonly source: string | null;
  readonly incident: EventIncident | null;
  readonly alert: number | null;
  /** True when the incident was made in this write: its first event cannot have to wait for an earlier one. */
  readonly isNewIncident: boolean;
}

export interface WrittenEvents {
  readonly events: RelayEvent[];
  readonly claimed: ClaimedDelivery[];
}

export interface PlanWriter {
  timeline(incident: number, entries: readonly TimelineEntry[]): void;
  events(planned: readonly PlannedEvent[], context: EventContext, into: WrittenEvents): void;
  delivery(
    event: RelayEvent,
    eventNumber: number,
    incident: number | null,
    planned: PlannedDelivery,
    mayWait: boolean,
  ): { readonly id: number; readonly claimed: ClaimedDelivery | null };
}

const INSERT_EVENT =
  'INSERT INTO event (id, type, at, incident, alert, source, actor, channels, unmatched, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
const INSERT_DELIVERY =
  'INSERT INTO delivery (id, event, incident, destination, route, state, blocked, trigger, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';

export function preparePlanWriter(kernel: Kernel, siblings: Siblings): PlanWriter {
  const { db, ids, interned } = kernel;
  const insertEvent = db.prepare(INSERT_EVENT);
  const insertDelivery = db.prepare(INSERT_DELIVERY);
  const insertEntry = db.prepare(
    'INSERT INTO timeline (incident, id, at, action, by, detail) VALUES (?, ?, ?, ?, ?, ?)',
  );

  const delivery: PlanWriter['delivery'] = (event, eventNumber, incident, planned, mayWait) => {
    const id = ids.nextValue();
    const destination = interned.destination(planned.destination);
    const route = interned.route(destination, planned.url, planned.because);
    const blocked = mayWait && incident !== null && siblings.mustWait(incident, destination, id);
    const isClaimed = planned.claim && !blocked;
    insertDelivery.run(
      id,
      eventNumber,
      incident,
      destination,
      route,
      isClaimed ? SENDING : PENDING,
      blocked ? 1 : 0,
      TRIGGER.code(planned.trigger),
      isClaimed ? null : planned.dueAt,
    );
    return { id, claimed: isClaimed ? bornClaimed(kernel, id, event, planned) : null };
  };

  const events: PlanWriter['events'] = (planned, context, into) => {
    const source = interned.wordOrNull(context.source);
    const actor = interned.word(context.actor);
    const incident = context.incident?.number ?? null;
    const around = context.incident && {
      ...context.incident,
      incident: context.incident.number,
      at: context.at,
    };
    for (const [index, draft] of planned.entries()) {
      const id = ids.nextValue();
      const unmatched = draft.deliveries.length === 0;
      insertEvent.run(
        id,
        interned.word(draft.type),
        context.at,
        incident,
        context.alert,
        source,
        actor,
        interned.word(JSON.stringify(draft.channels)),
        unmatched ? 1 : 0,
        packData(draft.data, around),
      );
      const event = writtenEvent(id, draft, context, unmatched);
      into.events.push(event);
      const mayWait = !(context.isNewIncident && index === 0);
      for (const owed of draft.deliveries) {
        const { claimed } = delivery(event, id, incident, owed, mayWait);
        if (claimed !== null) into.claimed.push(claimed);
      }
    }
  };

  return {
    delivery,
    events,
    timeline(incident, entries) {
      for (const { at, action, by, detail } of entries) {
        insertEntry.run(
          incident,
          ids.nextValue(),
          at,
          ACTION.code(action),
          interned.word(by),
          detail === '' ? null : detail,
        );
      }
    },
  };
}

function writtenEvent(
  id: number,
  draft: PlannedEvent,
  context: EventContext,
  unmatched: boolean,
): RelayEvent {
  return {
    id: formatId('evt', id),
    type: draft.type,
    at: context.at,
    incident: context.incident === null ? null : formatId('inc', context.incident.number),
    alert: context.alert === null ? null : formatId('alt', context.alert),
    source: context.source,
    actor: context.actor,
    channels: draft.channels,
    data: draft.data,
    unmatched,
  };
}

function bornClaimed(
  kernel: Kernel,
  id: number,
  event: RelayEvent,
  planned: PlannedDelivery,
): ClaimedDelivery {
  return {
    id: formatId('dlv', id),
    destination: planned.destination,
    event,
    cycleTries: 0,
    trigger: planned.trigger,
    sentBody: null,
    wasDelivered: false,
    createdAt: kernel.clock.now(),
  };
}
