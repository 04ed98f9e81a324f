// The row of an alert, as it is written once: codes in the place of words, texts its payload has left out of it.

import type { AlertResult, PreparedAlert } from '../../model/alert.js';
import { codeOrNull, PRIORITY, RESULT, SEVERITY, SIGNAL } from './codes.js';
import type { Kernel } from './kernel.js';
import { packPayload } from './packed-payload.js';

const INSERT_ALERT = `INSERT INTO alert (id, source, incident, at, signal, result, grouping, title, message, link, image, severity,
  priority, labels, members, errors, payload, cuts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function prepareAlertWriter({ db }: Kernel) {
  const insertAlert = db.prepare(INSERT_ALERT);
  return (
    id: number,
    source: number,
    incident: number | null,
    at: number,
    result: AlertResult,
    alert: PreparedAlert,
    labels: string | null,
    ownsGrouping: boolean,
  ): void => {
    const payload = packPayload(alert.payload, { message: alert.message, link: alert.link, labels });
    insertAlert.run(
      id,
      source,
      incident,
      at,
      SIGNAL.code(alert.signal),
      RESULT.code(result),
      ownsGrouping ? alert.groupingId : null,
      alert.title,
      alert.message,
      alert.link,
      alert.imageUrl,
      codeOrNull(SEVERITY, alert.severity),
      codeOrNull(PRIORITY, alert.priority),
      labels,
      alert.members.length === 0 ? null : JSON.stringify(alert.members),
      alert.renderErrors.length === 0 ? null : JSON.stringify(alert.renderErrors),
      payload.kept,
      payload.cuts,
    );
  };
}
