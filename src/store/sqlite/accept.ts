// Taking alerts in: everything one request brings is written in one transaction, or nothing of it.

import { formatId } from '../../core/ids.js';
import type { PreparedAlert } from '../../model/alert.js';
import type { Surroundings } from '../../model/fold.js';
import type { Incident } from '../../model/incident.js';
import type { AcceptedAlert, AcceptInput, AcceptResult, DecideAlert, Plan } from '../store.js';
import { prepareAlertWriter } from './alert-rows.js';
import type { Collected } from './collected.js';
import { type FoundIncident, hashGrouping, type Incidents } from './incidents.js';
import type { Kernel } from './kernel.js';
import type { EventIncident, PlanWriter, WrittenEvents } from './plan.js';
import { numberOf } from './public-ids.js';
import { jsonOrNull } from './rows.js';

/** Reads the incidents an alert may be folded into, and writes the one it was folded into. */
function prepareFolding(incidents: Incidents, collected: Collected) {
  /** The incident an alert is folded into, those it asks about besides, and the rows of all of them. */
  function lookAround(source: number, groupingHash: Buffer) {
    const known: FoundIncident[] = [];
    const know = (found: FoundIncident | null): Incident | null => {
      if (found === null) return null;
      known.push(found);
      return found.incident;
    };
    const open = know(incidents.open(source, groupingHash) ?? collected.firing(source, groupingHash));
    const around: Surroundings = {
      open: (groupingId) => know(incidents.open(source, hashGrouping(groupingId))),
      othersFire: ({ id }) => collected.othersFire(numberOf('inc', id), groupingHash),
    };
    return { open, around, known };
  }

  /** Writes the incident a plan holds. The row must stand before the alert that refers to it. */
  function writeIncident(
    plan: Plan,
    known: readonly FoundIncident[],
    source: number,
    newIncident: number,
    alert: PreparedAlert,
    alertNumber: number,
    labels: string | null,
  ): EventIncident | null {
    const { incident } = plan;
    if (incident === null) return null;
    const before = known.find((found) => found.incident.id === incident.id);
    if (before !== undefined) {
      incidents.update(before.id, before.incident, incident);
      return { number: before.id, grouping: before.incident.groupingId, opener: before.opener };
    }
    const hash = hashGrouping(incident.groupingId);
    const opener = incidents.insert(newIncident, incident, source, hash, alert, alertNumber, labels);
    return { number: newIncident, grouping: incident.groupingId, opener };
  }

  return { lookAround, writeIncident };
}

export function prepareAccept(kernel: Kernel, incidents: Incidents, plans: PlanWriter, collected: Collected) {
  const { db, ids, interned, writer } = kernel;
  const writeAlert = prepareAlertWriter(kernel);
  const { lookAround, writeIncident } = prepareFolding(incidents, collected);
  const findKey = db.prepare('SELECT answer FROM idempotency WHERE source = ? AND key = ?').pluck();
  const insertKey = db.prepare('INSERT INTO idempotency (source, key, at, answer) VALUES (?, ?, ?, ?)');

  function acceptOne(
    input: AcceptInput,
    source: number,
    alert: PreparedAlert,
    decide: DecideAlert,
    into: WrittenEvents,
  ): AcceptedAlert {
    const groupingHash = hashGrouping(alert.groupingId);
    const { open, around, known } = lookAround(source, groupingHash);
    const newIncident = ids.nextValue();
    const alertNumber = ids.nextValue();
    const { plan, result } = decide(alert, open, formatId('inc', newIncident), around);
    const labels = jsonOrNull(alert.labels);
    const about = writeIncident(plan, known, source, newIncident, alert, alertNumber, labels);
    const incident = about?.number ?? null;
    const ownsGrouping = plan.incident?.groupingId !== alert.groupingId;
    writeAlert(alertNumber, source, incident, input.at, result, alert, labels, ownsGrouping);
    if (incident !== null && plan.collects)
      collected.note(incident, source, groupingHash, plan.collects.firing, plan.collects.title);
    if (incident !== null) plans.timeline(incident, plan.timeline);
    plans.events(
      plan.events,
      {
        at: input.at,
        actor: input.actor,
        source: input.source,
        incident: about,
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
    accept: (input: AcceptInput, decide: DecideAlert) => writer.submitUnguarded(() => write(input, decide)),
  };
}
