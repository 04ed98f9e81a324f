// What people do to incidents: acknowledge, unacknowledge, resolve, reassign, set the priority, add a note.

import { RelayError } from '../../../core/errors.js';
import type { IncidentItem } from '../../../http/wire/api-types.js';
import { parsePriority } from '../../../model/severity.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { oneLine } from '../../output/table.js';
import { forEachId } from '../each-id.js';
import { asAssignee } from '../service.js';

export interface Action {
  /** The word on the command line. */
  readonly verb: string;
  /** The word in the API's path. */
  readonly route: string;
  readonly done: string;
  readonly summary: string;
  readonly about: string;
}

export const ACTIONS: readonly Action[] = [
  {
    verb: 'ack',
    route: 'acknowledge',
    done: 'acknowledged',
    summary: 'Acknowledge incidents: you are looking at it',
    about: 'Whoever was told of the incident is told this too.',
  },
  {
    verb: 'unack',
    route: 'unacknowledge',
    done: 'unacknowledged',
    summary: 'Take an acknowledgement back: nobody is looking at it',
    about: 'The time to acknowledge still counts to the first acknowledgement.',
  },
  {
    verb: 'resolve',
    route: 'resolve',
    done: 'resolved',
    summary: 'Resolve incidents by hand',
    about:
      'Incidents resolve by themselves when their source says so. A new alert of the same group opens a new incident.',
  },
  {
    verb: 'announce',
    route: 'announce',
    done: 'announced',
    summary: 'Tell of silenced incidents now, before the silence of their source ends',
    about:
      'An incident that opens while its source is silenced is told to nobody: see relay source maintenance. Announcing tells everybody who would have heard of it, once.',
  },
];

function change(id: string, route: string, body: unknown, context: CliContext): Promise<IncidentItem> {
  return context.api.post<IncidentItem>(pathTo('incidents', id, route), body);
}

const named = (incident: IncidentItem): string => `${incident.id}  ${oneLine(incident.title)}`;

export async function runIncidentAct(
  action: Action,
  ids: readonly string[],
  context: CliContext,
): Promise<void> {
  const changed = await forEachId(
    ids,
    context,
    (id) => change(id, action.route, {}, context),
    (incident) => `${action.done} ${named(incident)}`,
  );
  const first = changed[0];
  if (!first) return;
  hintNext(context, first.status === 'resolved' ? 'incident list --open' : `incident show ${first.id}`);
}

/** @param to `user:dana`, `dana`, or `nobody` */
export async function runReassign(ids: readonly string[], to: string, context: CliContext): Promise<void> {
  const assignee = to === 'nobody' ? null : asAssignee(to);
  await forEachId(
    ids,
    context,
    (id) => change(id, 'reassign', { to: assignee }, context),
    (incident) => `assigned to ${assignee ?? 'nobody'}: ${named(incident)}`,
  );
}

export async function runPriority(id: string, given: string, context: CliContext): Promise<void> {
  const priority = parsePriority(given);
  if (priority === null)
    throw new RelayError('usage.invalid', `"${given}" is not a priority`, {
      why: 'priorities are P1 (most urgent) to P5',
      fix: `relay incident priority ${id} P2`,
    });
  await forEachId(
    [id],
    context,
    (each) => change(each, 'priority', { priority }, context),
    (incident) => `priority ${priority}: ${named(incident)}`,
  );
}

export async function runNote(id: string, note: string, context: CliContext): Promise<void> {
  if (note.trim() === '')
    throw new RelayError('usage.invalid', 'the note is empty', {
      fix: `relay incident note ${id} "what I found"`,
    });
  await forEachId(
    [id],
    context,
    (each) => change(each, 'notes', { note }, context),
    (incident) => `noted on ${named(incident)}`,
  );
  hintNext(context, `incident show ${id}`);
}
