// Finding and writing incidents inside a write. At most one is open per source and grouping id: a unique partial index over a
// 128-bit hash of the grouping id, because grouping ids may be long.

import { hash } from 'node:crypto';
import type { PreparedAlert } from '../../model/alert.js';
import type { Incident } from '../../model/incident.js';
import { codeOrNull, PRIORITY, SEVERITY, STATUS } from './codes.js';
import type { Kernel } from './kernel.js';
import type { OpenerTexts } from './packed-data.js';
import {
  INCIDENT_COLUMNS,
  INCIDENT_FROM,
  type IncidentRow,
  jsonOrNull,
  openerOf,
  toIncident,
} from './rows.js';

export interface FoundIncident {
  readonly id: number;
  readonly incident: Incident;
  /** What its events need not say themselves, as it stood when it was found. */
  readonly opener: OpenerTexts | null;
}

export interface Incidents {
  open(source: number, groupingHash: Buffer): FoundIncident | null;
  byNumber(id: number): FoundIncident | null;
  /**
   * `alert` opened it: what both say is stored once, with the alert. Null: Relay itself did.
   * @param labels of the alert, as they are stored with it
   * @returns what the incident's events need not say themselves
   */
  insert(
    id: number,
    incident: Incident,
    source: number,
    groupingHash: Buffer,
    alert: PreparedAlert | null,
    alertNumber: number | null,
    labels: string | null,
  ): OpenerTexts | null;
  update(id: number, before: Incident, after: Incident): void;
}

/** The first 128 bits of SHA-256: two grouping ids that share it are not to be found. */
export function hashGrouping(groupingId: string): Buffer {
  return hash('sha256', groupingId, 'buffer').subarray(0, 16);
}

const INSERT = `INSERT INTO incident (id, source, pack, service, channel, grouping, grouping_hash, status, title, opener, message, link,
  image, labels, severity, priority, assignee, alert_count, opened_at, last_alert_at, acked_at, acked_by, first_acked_at, resolved_at,
  resolved_by, texts, silenced) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const UPDATE = `UPDATE incident SET status = ?, title = ?, severity = ?, priority = ?, assignee = ?, alert_count = ?, last_alert_at = ?,
  acked_at = ?, acked_by = ?, first_acked_at = ?, resolved_at = ?, resolved_by = ?, service = ?, channel = ?, silenced = ? WHERE id = ?`;

export function prepareIncidents(kernel: Kernel): Incidents {
  const { db, interned } = kernel;
  const findOpen = db.prepare(
    `SELECT ${INCIDENT_COLUMNS} FROM ${INCIDENT_FROM} WHERE i.source = ? AND i.grouping_hash = ? AND i.status < 2`,
  );
  const find = db.prepare(`SELECT ${INCIDENT_COLUMNS} FROM ${INCIDENT_FROM} WHERE i.id = ?`);
  const insert = db.prepare(INSERT);
  const update = db.prepare(UPDATE);
  const updateText = db.prepare(
    'UPDATE incident SET message = ?, link = ?, image = ?, labels = ? WHERE id = ?',
  );
  const updateKinds = db.prepare('UPDATE incident SET texts = ? WHERE id = ?');
  const found = (row: IncidentRow | undefined): FoundIncident | null =>
    row === undefined ? null : { id: row.id, incident: toIncident(kernel, row), opener: openerOf(row) };
  return {
    open: (source, groupingHash) => found(findOpen.get(source, groupingHash) as IncidentRow | undefined),
    byNumber: (id) => found(find.get(id) as IncidentRow | undefined),
    insert(id, incident, source, groupingHash, alert, alertNumber, labels) {
      const shared = alert !== null && saysTheSame(incident, alert);
      insert.run(
        id,
        source,
        interned.word(incident.pack),
        interned.wordOrNull(incident.service),
        interned.wordOrNull(incident.channel),
        incident.groupingId,
        groupingHash,
        STATUS.code(incident.status),
        incident.title,
        shared ? alertNumber : null,
        shared ? null : incident.message,
        shared ? null : incident.link,
        shared ? null : incident.imageUrl,
        shared ? null : jsonOrNull(incident.labels),
        codeOrNull(SEVERITY, incident.severity),
        codeOrNull(PRIORITY, incident.priority),
        interned.wordOrNull(incident.assignee),
        incident.alertCount,
        incident.openedAt,
        incident.lastAlertAt,
        incident.acknowledgedAt,
        interned.wordOrNull(incident.acknowledgedBy),
        incident.firstAcknowledgedAt,
        incident.resolvedAt,
        interned.wordOrNull(incident.resolvedBy),
        jsonOrNull(incident.texts),
        incident.silenced ? 1 : null,
      );
      return shared ? { title: alert.title, message: alert.message, link: alert.link, labels } : null;
    },
    update(id, before, after) {
      update.run(
        STATUS.code(after.status),
        after.title,
        codeOrNull(SEVERITY, after.severity),
        codeOrNull(PRIORITY, after.priority),
        interned.wordOrNull(after.assignee),
        after.alertCount,
        after.lastAlertAt,
        after.acknowledgedAt,
        interned.wordOrNull(after.acknowledgedBy),
        after.firstAcknowledgedAt,
        after.resolvedAt,
        interned.wordOrNull(after.resolvedBy),
        interned.wordOrNull(after.service),
        interned.wordOrNull(after.channel),
        after.silenced ? 1 : null,
        id,
      );
      if (!saysTheSame(after, before))
        updateText.run(after.message, after.link, after.imageUrl, jsonOrNull(after.labels), id);
      if (before.texts !== after.texts) updateKinds.run(jsonOrNull(after.texts), id);
    },
  };
}

type Text = Pick<Incident, 'message' | 'link' | 'imageUrl' | 'labels'>;

function saysTheSame(one: Text, other: Text): boolean {
  return (
    one.message === other.message &&
    one.link === other.link &&
    one.imageUrl === other.imageUrl &&
    (one.labels === other.labels || JSON.stringify(one.labels) === JSON.stringify(other.labels))
  );
}
