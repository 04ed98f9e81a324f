// The screen of `incident show`: what an on-call person wants at 3 a.m. What, how bad, since when, who has it; then what happened, which
// alerts, and who was told. Pure: an answer of the API in, lines out.

import { formatSpan } from '../../../core/units.js';
import type { DeliveryItem, EventItem, IncidentDetail } from '../../../http/wire/api-types.js';
import { startOf } from '../../../sources/alert/cut.js';
import type { CliContext } from '../../context.js';
import { alignFields, type Field } from '../../output/object.js';
import { paintState } from '../../output/paint.js';
import { printable } from '../../output/printable.js';
import { oneLine } from '../../output/table.js';
import { showInstant, showTime } from '../../output/time.js';

type Look = Pick<CliContext, 'paint' | 'isTTY' | 'now'>;
type Rows = readonly (readonly string[])[];

/** How many lines of one kind the screen shows; what is left out is counted, with the command that shows it. */
const SHOWN_ALERTS = 10;
const SHOWN_ERRORS = 5;
/** About a screen: some tools send a whole log as the message. */
const SHOWN_MESSAGE_CHARACTERS = 4_000;
const SHOWN_MEMBERS = 20;

/** Plain columns: all but the last padded to the widest. `ink` colours a cell after padding. */
function columns(rows: Rows, ink: (cell: string, column: number) => string = (cell) => cell): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, column) => ink(cell, column) + ' '.repeat((widths[column] ?? 0) - cell.length))
      .join('  ')
      .trimEnd(),
  );
}

const span = (ms: number | null): string => (ms === null ? '-' : formatSpan(ms));

function whoHasIt(incident: IncidentDetail, look: Look): string {
  const assigned = incident.assignee === null ? 'assigned to nobody' : `assigned to ${incident.assignee}`;
  if (incident.status === 'resolved')
    return `resolved by ${incident.resolved_by}, ${showTime(look, incident.resolved_at)}; ${assigned}`;
  if (incident.status === 'acknowledged')
    return `${incident.acknowledged_by} acknowledged it, ${showTime(look, incident.acknowledged_at)}; ${assigned}`;
  return `${look.paint.red('nobody has acknowledged it')}; ${assigned}`;
}

function messageText(message: string): string {
  const shown = printable(startOf(message, SHOWN_MESSAGE_CHARACTERS));
  const rest = message.length - SHOWN_MESSAGE_CHARACTERS;
  return rest > 0 ? `${shown}\n… and ${rest} more characters: --json has them` : shown;
}

function facts(incident: IncidentDetail, look: Look): Field[] {
  const labels = Object.entries(incident.labels).map(([name, value]) => `${name}=${value}`);
  const repeated = incident.alert_count === 1 ? '1 alert' : `${incident.alert_count} alerts`;
  const lastAlert =
    incident.alert_count === 0
      ? 'none: Relay opened it by itself'
      : `${showInstant(look, incident.last_alert_at)}, ${repeated} so far`;
  return [
    ['since', showInstant(look, incident.opened_at)],
    ['last alert', lastAlert],
    ['who has it', whoHasIt(incident, look)],
    ['time', `to acknowledge ${span(incident.analytics.tta)}, to resolve ${span(incident.analytics.ttr)}`],
    ['service', incident.service],
    [
      'from',
      `${incident.source} (${incident.pack})${incident.channel ? `, channel ${incident.channel}` : ''}`,
    ],
    ['group', oneLine(incident.grouping_id)],
    ['message', messageText(incident.message)],
    ['link', incident.link === null || incident.link === incident.url ? null : oneLine(incident.link)],
    ['image', incident.image_url === null ? null : oneLine(incident.image_url)],
    ['labels', labels.map(oneLine).join('\n')],
  ];
}

function timelineLines(incident: IncidentDetail, look: Look): string[] {
  const rows = incident.timeline.map((entry) => [
    showTime(look, entry.at),
    entry.action,
    entry.by,
    oneLine(entry.detail),
  ]);
  return columns(rows);
}

function alertLines(incident: IncidentDetail, look: Look): string[] {
  const newest = [...incident.alerts].sort((a, b) => b.received_at.localeCompare(a.received_at));
  const lines = columns(
    newest
      .slice(0, SHOWN_ALERTS)
      .map((alert) => [showTime(look, alert.received_at), alert.result, alert.id, oneLine(alert.title)]),
  );
  const rest = Math.max(incident.alert_count, newest.length) - Math.min(newest.length, SHOWN_ALERTS);
  if (rest > 0) lines.push(`and ${rest} more`);
  const broken = newest.find((alert) => alert.render_errors.length > 0);
  for (const error of broken?.render_errors.slice(0, SHOWN_ERRORS) ?? [])
    lines.push(look.paint.yellow(`template error: ${oneLine(error)}`));
  return lines;
}

/** The members of the newest alert that names any: an Alertmanager group lists its whole standing each time. */
function memberLines(incident: IncidentDetail, look: Look): { title: string; lines: string[] } {
  const newest = [...incident.alerts].sort((a, b) => b.received_at.localeCompare(a.received_at));
  const members = newest.find((alert) => alert.members.length > 0)?.members ?? [];
  const firing = members.filter((member) => member.state === 'firing').length;
  const ordered = [...members].sort((a, b) => a.state.localeCompare(b.state));
  const lines = columns(
    ordered
      .slice(0, SHOWN_MEMBERS)
      .map((member) => [
        member.state,
        member.starts_at === null ? '-' : showMember(look, member.starts_at),
        oneLine(member.title),
      ]),
    (cell, column) => (column === 0 && cell === 'firing' ? look.paint.red(cell) : cell),
  );
  if (members.length > SHOWN_MEMBERS) lines.push(`and ${members.length - SHOWN_MEMBERS} more`);
  return { title: `Member alerts: ${firing} firing, ${members.length - firing} resolved`, lines };
}

/** The source's own text of an instant: shown as it is when it is none. */
function showMember(look: Look, startsAt: string): string {
  return Number.isNaN(Date.parse(startsAt)) ? oneLine(startsAt) : showTime(look, startsAt);
}

/** Why an event that nobody was owed went to nobody. */
function untold({ timeline }: IncidentDetail, event: EventItem): string {
  const at = (action: string) => timeline.find((entry) => entry.action === action)?.at;
  const announcedAt = at('announced');
  const wasSilenced = at('silenced') !== undefined && (announcedAt === undefined || event.at < announcedAt);
  return wasSilenced ? '  told nobody: it was silenced' : '  told nobody: no destination wanted it';
}

function toldLines(incident: IncidentDetail, deliveries: readonly DeliveryItem[], look: Look): string[] {
  const { events } = incident;
  const lines: string[] = [];
  // The API lists newest first; a story is told from its beginning.
  for (const event of [...events].sort((a, b) => a.id.localeCompare(b.id))) {
    lines.push(`${showTime(look, event.at)}  ${event.type}  ${look.paint.dim(event.id)}`);
    const owed = deliveries.filter((delivery) => delivery.event === event.id);
    if (owed.length === 0) lines.push(look.paint.dim(untold(incident, event)));
    const rows = owed.map((delivery) => [
      delivery.state,
      delivery.destination,
      delivery.result || '-',
      delivery.id,
      oneLine(delivery.reason),
    ]);
    const painted = columns(rows, (cell, column) => (column === 0 ? paintState(look.paint, cell) : cell));
    lines.push(...painted.map((line) => `  ${line}`));
  }
  return lines;
}

/** Every line of the screen. `deliveries`: those of the incident. */
export function incidentScreen(
  incident: IncidentDetail,
  deliveries: readonly DeliveryItem[],
  look: Look,
): string[] {
  const { paint } = look;
  const badges = [incident.severity, incident.priority, incident.silenced ? 'silenced' : null].filter(
    (badge) => badge !== null,
  );
  const head = [
    paintState(paint, incident.status).replace(incident.status, incident.status.toUpperCase()),
    ...badges.map((badge) => paintState(paint, badge)),
    paint.bold(oneLine(incident.title)),
  ].join('  ');
  const lines = [
    head,
    paint.dim(incident.url === null ? incident.id : `${incident.id}  ${oneLine(incident.url)}`),
    '',
    ...alignFields(look, facts(incident, look)),
  ];
  const members = memberLines(incident, look);
  for (const section of [
    { title: 'Timeline', lines: timelineLines(incident, look) },
    members,
    { title: `Alerts: ${incident.alert_count}, newest first`, lines: alertLines(incident, look) },
    { title: 'Who was told', lines: toldLines(incident, deliveries, look) },
  ]) {
    if (section.lines.length > 0)
      lines.push('', paint.bold(section.title), ...section.lines.map((line) => `  ${line}`));
  }
  return lines;
}
