// What of the store the care of sources needs: maintenance, heartbeats, quiet incidents. Part of `Store`; verbs and records, no SQL.

import type { RelayEvent } from '../model/event.js';
import type { Actor, Incident } from '../model/incident.js';
import type { Maintenance } from '../model/maintenance.js';
import type { ClaimedDelivery } from './delivering.js';
import type { MailStore } from './mail-store.js';
import type { Plan } from './taking-in.js';

export interface GroupResult {
  /** As it is now; null when none was open and none was opened. */
  readonly incident: Incident | null;
  readonly claimed: readonly ClaimedDelivery[];
  readonly events: readonly RelayEvent[];
}

/** With `endedAt` it is being ended: what was silenced is announced, then the row goes. */
export interface StoredMaintenance extends Maintenance {
  readonly endedAt: number | null;
  readonly endedBy: Actor | null;
}

export interface HeardSource {
  readonly source: string;
  readonly at: number;
  /** The silence that was told of; null since it was heard again. */
  readonly missedAt: number | null;
}

/** One step over the open incidents: call again with `next` until it is null. */
export interface QuietStep {
  readonly incidents: readonly string[];
  readonly next: string | null;
}

/** With the notes of failure mails, so that the store's own page stays one page. */
export interface CareStore extends MailStore {
  /**
   * A deed on the incident open for a group, or one that opens it: no alert is stored. When `decide` plans no incident nothing is
   * written.
   */
  actOnGroup(
    group: { readonly source: string; readonly groupingId: string },
    at: number,
    actor: Actor,
    decide: (open: Incident | null, newIncidentId: string) => Plan,
  ): Promise<GroupResult>;
  maintenances(): Promise<readonly StoredMaintenance[]>;
  putMaintenance(maintenance: StoredMaintenance): Promise<void>;
  /** Open incidents of a source that nobody was told of, oldest first. */
  silencedIncidents(source: string, limit: number): Promise<readonly string[]>;
  openInGroup(source: string, groupingId: string): Promise<Incident | null>;
  /** Titles of groups of a collection that fire, and how many there are. */
  stillFiring(
    collection: string,
    limit: number,
  ): Promise<{ readonly titles: readonly string[]; readonly total: number }>;
  heardSources(): Promise<readonly HeardSource[]>;
  putHeard(rows: readonly HeardSource[]): Promise<void>;
  forgetHeard(source: string): Promise<void>;
  /** Of at most `limit` open incidents those without an alert since their source's instant; missed heartbeats are left out. */
  quietIncidents(
    before: ReadonlyMap<string, number>,
    after: string | null,
    limit: number,
  ): Promise<QuietStep>;
}
