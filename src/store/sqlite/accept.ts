// Taking alerts in: everything one request brings is written in one savepoint of one transaction, or nothing of it.

import { formatId } from '../../core/ids.js';
import type { AlertResult, PreparedAlert } from '../../model/alert.js';
import type { AcceptedAlert, AcceptInput, AcceptResult, DecideAlert, Plan } from '../store.js';
import { codeOrNull, PRIORITY, RESULT, SEVERITY, SIGNAL } from './codes.js';
import { hashGrouping, type Incidents } from './incidents.js';
import type { Kernel } from './kernel.js';
import type { PlanWriter, WrittenEvents } from './plan.js';
import { jsonOrNull } from './rows.js';

const INSERT_ALERT = `INSERT INTO alert (id, source, incident, at, signal, result, grouping, title, message, link, image, severity,
  priority, labels, members, errors, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function prepareAccept(kernel: Kernel, incidents: Incidents, plans: PlanWriter) {
  const { db, ids, interned, writer } = kernel;
  const insertAlert = db.prepare(INSERT_ALERT);
  const findKey = db.prepare('SELECT answer FROM idempotency WHERE source = ? AND key = ?').pluck();
  const insertKey = db.prepare('INSERT INTO idempotency (source, key, at, answer) VALUES (?, ?, ?, ?)');

  function writeAlert(
    id: number,
    source: number,
    incident: number | null,
    at: number,
    result: AlertResult,
    alert: PreparedAlert,
  ): void {
    insertAlert.run(
      id,
      source,
      incident,
      at,
      SIGNAL.code(alert.signal),
      RESULT.code(result),
      incident === null ? alert.groupingId : null,
      alert.title,
      alert.message,
      alert.link,
      alert.imageUrl,
      codeOrNull(SEVERITY, alert.severity),
      codeOrNull(PRIORITY, alert.priority),
      jsonOrNull(alert.labels),
      alert.members.length === 0 ? null : JSON.stringify(alert.members),
      alert.renderErrors.length === 0 ? null : JSON.stringify(alert.renderErrors),
      alert.payload,
    );
  }

  /** Writes the incident a plan holds and returns its number. The row must stand before the alert that refers to it. */
  function writeIncident(
    plan: Plan,
    found: ReturnType<Incidents['open']>,
    source: number,
    groupingHash: Buffer,
    newIncident: number,
    alert: PreparedAlert,
    alertNumber: number,
  ): number | null {
    const { incident } = plan;
    if (incident === null) return null;
    if (found !== null && incident.id === found.incident.id) {
      incidents.update(found.id, found.incident, incident);
      return found.id;
    }
    incidents.insert(newIncident, incident, source, groupingHash, alert, alertNumber);
    return newIncident;
  }

  function acceptOne(
    input: AcceptInput,
    source: number,
    alert: PreparedAlert,
    decide: DecideAlert,
    into: WrittenEvents,
  ): AcceptedAlert {
    const groupingHash = hashGrouping(alert.groupingId);
    const found = incidents.open(source, groupingHash);
    const newIncident = ids.nextValue();
    const alertNumber = ids.nextValue();
    const { plan, result } = decide(alert, found?.incident ?? null, formatId('inc', newIncident));
    const incident = writeIncident(plan, found, source, groupingHash, newIncident, alert, alertNumber);
    writeAlert(alertNumber, source, incident, input.at, result, alert);
    if (incident !== null) plans.timeline(incident, plan.timeline);
    plans.events(
      plan.events,
      {
        at: input.at,
        actor: input.actor,
        source: input.source,
        incident,
        alert: alertNumber,
        isNewIncident: incident === newIncident,
      },
      into,
    );
    return {
      id: formatId('alt', alertNumber),
      incident: incident === null ? null : formatId('inc', incident),
      result,
    };
  }

  function write(input: AcceptInput, decide: DecideAlert): AcceptResult {
    const source = interned.word(input.source);
    if (input.idempotencyKey !== null) {
      const answer = findKey.get(source, input.idempotencyKey) as string | undefined;
      if (answer !== undefined)
        return { alerts: JSON.parse(answer) as AcceptedAlert[], duplicate: true, claimed: [], events: [] };
    }
    const into: WrittenEvents = { events: [], claimed: [] };
    const alerts = input.alerts.map((alert) => acceptOne(input, source, alert, decide, into));
    if (input.idempotencyKey !== null)
      insertKey.run(source, input.idempotencyKey, input.at, JSON.stringify(alerts));
    return { alerts, duplicate: false, ...into };
  }

  return {
    accept: (input: AcceptInput, decide: DecideAlert) => writer.submit(() => write(input, decide)),
  };
}
