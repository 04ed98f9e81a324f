// Which groups the open collections of maintenances hold, and whether each fires. Read and written inside the accepting write.

import type { FoundIncident, Incidents } from './incidents.js';
import type { Kernel } from './kernel.js';
import type { ResolveId } from './public-ids.js';

export interface Collected {
  /** The open collection in which this group fires. */
  firing(source: number, groupingHash: Buffer): FoundIncident | null;
  othersFire(incident: number, groupingHash: Buffer): boolean;
  note(incident: number, source: number, groupingHash: Buffer, fires: boolean, title: string): void;
}

const FIRING = `SELECT c.incident FROM collected c JOIN incident i ON i.id = c.incident
  WHERE c.source = ? AND c.grouping_hash = ? AND c.firing = 1 AND i.status < 2`;
const OTHERS = 'SELECT 1 FROM collected WHERE incident = ? AND firing = 1 AND grouping_hash <> ? LIMIT 1';
const NOTE = `INSERT INTO collected (incident, grouping_hash, source, firing, title) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (incident, grouping_hash) DO UPDATE SET firing = excluded.firing`;

export function prepareCollected({ db }: Kernel, incidents: Incidents): Collected {
  const firing = db.prepare(FIRING).pluck();
  const others = db.prepare(OTHERS).pluck();
  const note = db.prepare(NOTE);
  // Most daemons never collect: then no alert pays for the question.
  let isUsed = db.prepare('SELECT 1 FROM collected LIMIT 1').get() !== undefined;
  return {
    firing(source, groupingHash) {
      if (!isUsed) return null;
      const id = firing.get(source, groupingHash) as number | undefined;
      return id === undefined ? null : incidents.byNumber(id);
    },
    othersFire: (incident, groupingHash) => others.get(incident, groupingHash) !== undefined,
    note(incident, source, groupingHash, fires, title) {
      isUsed = true;
      note.run(incident, groupingHash, source, fires ? 1 : 0, title);
    },
  };
}

export function prepareStillFiring({ db }: Kernel, resolveId: ResolveId) {
  const titles = db
    .prepare('SELECT title FROM collected WHERE incident = ? AND firing = 1 ORDER BY title LIMIT ?')
    .pluck();
  const count = db.prepare('SELECT count(*) FROM collected WHERE incident = ? AND firing = 1').pluck();
  return {
    stillFiring: async (id: string, limit: number) => {
      const incident = resolveId('inc', id);
      return {
        titles: titles.all(incident, limit) as string[],
        total: count.get(incident) as number,
      };
    },
  };
}
