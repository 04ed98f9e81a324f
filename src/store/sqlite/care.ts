// What the care of sources keeps: maintenance, when sources were heard; and which open incidents it has to look at.

import { firstIdAt, formatId } from '../../core/ids.js';
import type { Incident } from '../../model/incident.js';
import { HEARTBEAT_GROUP, type MaintenanceMode } from '../../model/maintenance.js';
import type { HeardSource, QuietStep, StoredMaintenance } from '../care-store.js';
import { hashGrouping, type Incidents } from './incidents.js';
import type { Kernel } from './kernel.js';

const PUT_MAINTENANCE = `INSERT INTO maintenance (source, mode, started_at, until, by, ended_at, ended_by) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (source) DO UPDATE SET mode = excluded.mode, started_at = excluded.started_at, until = excluded.until, by = excluded.by,
  ended_at = excluded.ended_at, ended_by = excluded.ended_by`;
const PUT_HEARD = `INSERT INTO heard (source, at, missed_at) VALUES (?, ?, ?)
  ON CONFLICT (source) DO UPDATE SET at = excluded.at, missed_at = excluded.missed_at`;

interface MaintenanceRow {
  source: string;
  mode: MaintenanceMode;
  started_at: number;
  until: number | null;
  by: string;
  ended_at: number | null;
  ended_by: string | null;
}

/** Writes a maintenance inside a write of somebody else: with the event that tells of it. */
export interface MaintenanceWriter {
  put(maintenance: StoredMaintenance): void;
  remove(source: string): void;
}

export function prepareMaintenanceWriter({ db }: Kernel): MaintenanceWriter {
  const put = db.prepare(PUT_MAINTENANCE);
  const remove = db.prepare('DELETE FROM maintenance WHERE source = ?');
  return {
    put({ source, mode, startedAt, until, by, endedAt, endedBy }) {
      put.run(source, mode, startedAt, until, by, endedAt, endedBy);
    },
    remove(source) {
      remove.run(source);
    },
  };
}

/** When each source was heard last. */
export function prepareHeard({ db, writer }: Kernel) {
  const heard = db.prepare('SELECT source, at, missed_at FROM heard ORDER BY source');
  const putHeard = db.prepare(PUT_HEARD);
  const forgetHeard = db.prepare('DELETE FROM heard WHERE source = ?');

  return {
    heardSources: async (): Promise<readonly HeardSource[]> =>
      (heard.all() as { source: string; at: number; missed_at: number | null }[]).map((row) => ({
        source: row.source,
        at: row.at,
        missedAt: row.missed_at,
      })),
    putHeard: (rows: readonly HeardSource[]) =>
      writer.submit(() => {
        for (const { source, at, missedAt } of rows) putHeard.run(source, at, missedAt);
      }),
    forgetHeard: (source: string) =>
      writer.submit(() => {
        forgetHeard.run(source);
      }),
  };
}

export function prepareQuiet({ db, interned }: Kernel) {
  const open = db.prepare(
    `SELECT id, source, last_alert_at, grouping = '${HEARTBEAT_GROUP}' AS is_heartbeat FROM incident
     WHERE status < 2 AND status = ? AND id > ? AND id < ? ORDER BY id LIMIT ?`,
  );

  /** The open statuses one after the other, each in order of ids: that is how the index has them. */
  function quietStep(before: ReadonlyMap<string, number>, after: string | null, limit: number): QuietStep {
    const [status, from] = after === null ? [0, 0] : (after.split(':').map(Number) as [number, number]);
    // One that was opened later cannot have been quiet for so long.
    const below = firstIdAt(Math.max(0, ...before.values()));
    type Row = { id: number; source: number; last_alert_at: number; is_heartbeat: number };
    const rows = open.all(status, from, below, limit) as Row[];
    const quiet = rows.filter((row) => {
      const bound = before.get(interned.text(row.source));
      return row.is_heartbeat === 0 && bound !== undefined && row.last_alert_at <= bound;
    });
    const last = rows.at(-1);
    const isMore = rows.length === limit && last !== undefined;
    return {
      incidents: quiet.map(({ id }) => formatId('inc', id)),
      next: isMore ? `${status}:${last.id}` : status === 0 ? '1:0' : null,
    };
  }

  return {
    quietIncidents: async (before: ReadonlyMap<string, number>, after: string | null, limit: number) =>
      quietStep(before, after, limit),
  };
}

export function prepareCare(kernel: Kernel, incidents: Incidents, maintenance: MaintenanceWriter) {
  const { db, interned, writer } = kernel;
  const list = db.prepare('SELECT * FROM maintenance ORDER BY source');
  const silenced = db
    .prepare('SELECT id FROM incident WHERE source = ? AND silenced = 1 AND status < 2 ORDER BY id LIMIT ?')
    .pluck();
  return {
    maintenances: async (): Promise<readonly StoredMaintenance[]> =>
      (list.all() as MaintenanceRow[]).map(({ started_at, ended_at, ended_by, ...row }) => ({
        ...row,
        startedAt: started_at,
        endedAt: ended_at,
        endedBy: ended_by,
      })),
    putMaintenance: (row: StoredMaintenance) => writer.submit(() => maintenance.put(row)),
    silencedIncidents: async (source: string, limit: number): Promise<readonly string[]> => {
      const number = interned.findWord(source);
      if (number === undefined) return [];
      return (silenced.all(number, limit) as number[]).map((id) => formatId('inc', id));
    },
    openInGroup: async (source: string, groupingId: string): Promise<Incident | null> => {
      const number = interned.findWord(source);
      return number === undefined
        ? null
        : (incidents.open(number, hashGrouping(groupingId))?.incident ?? null);
    },
  };
}
