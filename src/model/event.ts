// What an event is: an immutable fact with a type, and the deliveries it owes.

import type { AlertResult } from './alert.js';
import type { Actor, Incident, TimelineEntry } from './incident.js';

export interface RelayEvent {
  readonly id: string;
  readonly type: string;
  /** When it became a fact, ms UTC. */
  readonly at: number;
  readonly incident: string | null;
  readonly alert: string | null;
  readonly source: string | null;
  readonly actor: Actor;
  /** Channels it was published on, in order. */
  readonly channels: readonly string[];
  /** The `data` of the payload as JSON text, made once and never changed: what is sent is what was true then. */
  readonly data: string;
  /** True when no destination wanted it. Such events are kept, listed and can be replayed. */
  readonly unmatched: boolean;
}

/** The `data` of every `incident.*` event; written in wire form by `event-data`. */
export interface IncidentEventData {
  readonly incident: Omit<Incident, 'firstAcknowledgedAt' | 'link' | 'silenced'> & { readonly url: string };
  /** What changed: for reassigned, priority_changed, note_added, escalations. */
  readonly change?: {
    readonly from?: string | null;
    readonly to?: string | null;
    readonly note?: string;
    readonly reason?: string;
  };
  readonly actor: Actor;
}

/** An event folding asks for, before it has an id and a route. */
export interface EventDraft {
  readonly type: string;
  readonly change?: IncidentEventData['change'];
}

/** What folding or an action decided about one incident. */
export interface Decision {
  /** The incident as it is to be stored, or null when nothing is open and nothing is opened. */
  readonly incident: Incident | null;
  readonly opens: boolean;
  readonly timeline: readonly TimelineEntry[];
  readonly events: readonly EventDraft[];
  /** The incident is a collection that now holds the alert's group: whether that fires, and what it is called. */
  readonly collects?: { readonly firing: boolean; readonly title: string };
}

/** What folding made of an alert. */
export interface Folded {
  readonly decision: Decision;
  readonly result: AlertResult;
}
