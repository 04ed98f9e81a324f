// `incident list` and `incident show`.

import type { DeliveryItem, IncidentDetail, IncidentItem, ListAnswer } from '../../../http/wire/api-types.js';
import { INCIDENT_STATUSES } from '../../../model/incident.js';
import { pathTo, type Query } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printList } from '../../output/list.js';
import { printObject } from '../../output/object.js';
import { mustExist } from '../must-exist.js';
import { oneOf } from '../one-of.js';
import { incidentScreen } from './screen.js';

export interface IncidentListFlags extends ListOptions {
  readonly open?: boolean;
  readonly status?: string;
  readonly source?: string;
  readonly service?: string;
}

/** A page of deliveries, the most the API gives: enough for every incident but a monster. */
const MOST_DELIVERIES = 1_000;

/** What a list or an export is narrowed to. @throws usage.invalid */
export function incidentFilters(flags: IncidentListFlags): Query {
  const { open, source, service } = flags;
  const status = flags.status === undefined ? undefined : oneOf('--status', flags.status, INCIDENT_STATUSES);
  return { open, source, service, status };
}

/** Nothing found is either true or a mistyped name. @throws object.not_found */
export async function incidentsMustExist(
  { source, service }: IncidentListFlags,
  context: CliContext,
): Promise<void> {
  await mustExist('source', source, context);
  await mustExist('service', service, context);
}

export async function runIncidentList(flags: IncidentListFlags, context: CliContext): Promise<void> {
  const { open } = flags;
  const query = { ...listQuery(flags, context.now()), ...incidentFilters(flags) };
  const page = await context.api.get<ListAnswer<IncidentItem>>('/incidents', query);
  if (page.items.length === 0) await incidentsMustExist(flags, context);
  await printList(context, {
    ...page,
    searched: flags.search,
    empty: open ? 'no open incidents: all is quiet' : 'no such incidents',
    columns: [
      { title: 'since', kind: 'time', value: (incident) => incident.opened_at },
      { title: 'incident', kind: 'name', value: (incident) => incident.id },
      { title: 'status', kind: 'state', value: statusText },
      { title: 'severity', kind: 'state', value: (incident) => incident.severity },
      { title: 'priority', value: (incident) => incident.priority },
      { title: 'title', value: (incident) => incident.title, shrinks: true },
      { title: 'service', value: (incident) => incident.service },
      { title: 'assignee', value: (incident) => incident.assignee },
      { title: 'alerts', align: 'right', value: (incident) => incident.alert_count },
      { title: 'source', wide: true, value: (incident) => incident.source },
      { title: 'last alert', wide: true, kind: 'time', value: (incident) => incident.last_alert_at },
      { title: 'resolved', wide: true, kind: 'time', value: (incident) => incident.resolved_at },
      { title: 'group', wide: true, value: (incident) => incident.grouping_id },
    ],
  });
}

function statusText({ status, silenced }: IncidentItem): string {
  return silenced && status !== 'resolved' ? `${status} (silenced)` : status;
}

function nextCommands(incident: IncidentDetail, deliveries: readonly DeliveryItem[]): string[] {
  const failed = deliveries.find((delivery) => delivery.state === 'failed' || delivery.state === 'dead');
  const look = failed ? [`delivery show ${failed.id}`] : [];
  if (incident.status === 'resolved') return [...look, `event list --incident ${incident.id}`];
  const mine = [
    ...(incident.silenced ? [`incident announce ${incident.id}`] : []),
    ...(incident.status === 'triggered' ? [`incident ack ${incident.id}`] : []),
  ];
  return [...mine, `incident resolve ${incident.id}`, `incident note ${incident.id} "what I found"`, ...look];
}

type WholeIncident = IncidentDetail & { readonly deliveries: readonly DeliveryItem[] };

/** An incident with its timeline, alerts and events, and what was sent of it: what `incident show --json` prints. */
export async function wholeIncident(id: string, context: CliContext): Promise<WholeIncident> {
  const incident = await context.api.get<IncidentDetail>(pathTo('incidents', id));
  const { items: deliveries } = await context.api.get<ListAnswer<DeliveryItem>>('/deliveries', {
    incident: incident.id,
    limit: MOST_DELIVERIES,
  });
  return { ...incident, deliveries };
}

export async function runIncidentShow(id: string, context: CliContext): Promise<void> {
  const incident = await wholeIncident(id, context);
  const { deliveries } = incident;
  if (context.format === 'table' || context.format === 'wide') {
    context.out.write(`${incidentScreen(incident, deliveries, context).join('\n')}\n`);
  } else {
    printObject(context, { name: incident.id, fields: [], json: incident });
  }
  hintNext(context, ...nextCommands(incident, deliveries));
}
