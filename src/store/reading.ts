// How lists of the store are asked for, and what counts, backlog and the look at the database itself say. Records of `Store`; no verbs, no
// SQL.

import type { DeliveryState } from '../model/delivery.js';

export interface ListQuery {
  /** A column of the list; each list names its own and its default. */
  readonly sort?: string;
  readonly desc?: boolean;
  /** Case-insensitive part of any shown text column (deliveries: also url, event id and type, incident id). */
  readonly search?: string;
  readonly since?: number;
  readonly until?: number;
  /** 1–1000, default 50. */
  readonly limit?: number;
  /** Opaque, from `Page.next`. @throws RelayError usage.invalid_cursor */
  readonly after?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  /** Given when the page ended short of its limit: how far back (or forward) was looked, in ms UTC. `next` goes on from there. */
  readonly searchedUntil?: number;
}

export interface IncidentQuery extends ListQuery {
  readonly open?: boolean;
  readonly status?: readonly string[];
  readonly source?: string;
  readonly service?: string;
}

export interface EventQuery extends ListQuery {
  readonly type?: string;
  readonly channel?: string;
  readonly incident?: string;
  readonly unmatched?: boolean;
}

export interface DeliveryQuery extends ListQuery {
  readonly status?: readonly DeliveryState[];
  /** A destination ref, or a webhook's name for all its URLs (`webhook/crm` also covers `webhook/crm#2`). */
  readonly destination?: string;
  readonly event?: string;
  readonly incident?: string;
  /** Of events of exactly this type. */
  readonly type?: string;
  /** Last results, any of: `503`, `5xx`, a word of `NO_ANSWER`, or `error` for all of those. */
  readonly result?: readonly string[];
  /** Case-insensitive part of an event's data, a request, an answer or an attempt's error. Nothing is indexed: every row is read. */
  readonly body?: string;
}

export interface StoreCounts {
  readonly events: number;
  readonly incidentsOpened: number;
  readonly incidentsOpen: number;
  /** Deliveries created since the asked instant, by state. */
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
}

export interface DestinationBacklog {
  readonly destination: string;
  readonly waiting: number;
  readonly failed: number;
  /** dueAt of the oldest delivery that is due and not yet sent; null when none. */
  readonly oldestDueAt: number | null;
}

export interface StoreInfo {
  readonly path: string;
  readonly schemaVersion: number;
  readonly sizeBytes: number;
  readonly walBytes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly oldestEventAt: number | null;
  /** Random, made with the database; part of every message id. */
  readonly instanceId: string;
}
