// Incidents: lists, the whole story of one, and what people do to them by hand.

import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import type { IncidentAction } from '../../model/actions.js';
import { analyticsOf, INCIDENT_STATUSES } from '../../model/incident.js';
import { PRIORITIES, parsePriority } from '../../model/severity.js';
import { toWire } from '../../model/wire.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import { relayMetrics } from '../listen/metrics.js';
import type { Runtime } from '../runtime.js';
import { eventItem } from '../view/event-item.js';
import { SEND_INPUT, sendIncident } from '../view/incident-send.js';
import { type ListParameters, storeQuery, wordsOf } from '../view/lists.js';
import type { IncidentDetail, IncidentItem } from '../wire/api-types.js';
import {
  described,
  flag,
  input,
  type JsonSchema,
  list,
  listQuery,
  nullable,
  pageOf,
  ref,
  text,
} from '../wire/schema.js';

const TAG = 'incidents';
const SHOWN_ROWS = 1_000;
type Identified<Body = unknown> = ApiCall<unknown, Body, { id: string }>;
type IncidentFilter = ListParameters & {
  open?: boolean;
  status?: string[];
  source?: string;
  service?: string;
};

async function listIncidents({ runtime, query }: ApiCall<IncidentFilter>): Promise<unknown> {
  const { open, source, service, status, ...page } = query;
  const states = wordsOf('status', status, INCIDENT_STATUSES);
  return toWire(
    await runtime.store.listIncidents({
      ...storeQuery(page, runtime.clock.now()),
      ...(open === undefined ? {} : { open }),
      ...(source === undefined ? {} : { source }),
      ...(service === undefined ? {} : { service }),
      ...(states === undefined ? {} : { status: states }),
    }),
  );
}

async function showIncident({ runtime, params }: Identified): Promise<IncidentDetail> {
  const incident = await runtime.store.getIncident(params.id);
  const [timeline, alerts, events] = await Promise.all([
    runtime.store.timeline(incident.id),
    runtime.store.listAlerts({ incident: incident.id, limit: SHOWN_ROWS }),
    runtime.store.listEvents({ incident: incident.id, limit: SHOWN_ROWS }),
  ]);
  return {
    ...toWire(incident),
    url: incident.link,
    analytics: toWire(analyticsOf(incident)),
    timeline: toWire(timeline) as IncidentDetail['timeline'],
    alerts: toWire(alerts.items) as IncidentDetail['alerts'],
    events: events.items.map(eventItem),
  };
}

/** `user:<name>` of the directory, or null for nobody. @throws RelayError usage.invalid, object.not_found */
function checkAssignee(runtime: Runtime, to: string | null): string | null {
  if (to === null) return null;
  if (!to.startsWith('user:')) {
    throw new RelayError('object.invalid', `"to" cannot be "${to}"`, { fix: 'name a user as user:<name>' });
  }
  const { users } = runtime.topology();
  const user = to.slice('user:'.length);
  if (users.has(user)) return to;
  throw new RelayError('object.not_found', `there is no user "${user}"`, {
    fix: suggestion(user, users.keys()) ?? `add it to directory.users of the config file: - name: ${user}`,
  });
}

function actionRoute<Body>(
  verb: string,
  summary: string,
  body: JsonSchema,
  actionOf: (body: Body, runtime: Runtime) => IncidentAction,
): ApiRoute {
  return {
    method: 'POST',
    path: `/incidents/:id/${verb}`,
    scope: 'incidents',
    tag: TAG,
    summary,
    body,
    answer: ref('Incident'),
    handle: async ({ runtime, params, body, caller }: Identified<Body>): Promise<IncidentItem> => {
      const action = actionOf(body, runtime);
      // The store takes a unique prefix of an id for reading; acting needs the whole one.
      const { id } = await runtime.store.getIncident(params.id);
      const done = await runtime.act(id, action, caller.actor);
      relayMetrics(runtime.metrics).actions.inc({ action: action.do });
      return toWire(done.incident);
    },
  };
}

function priorityAction(body: { priority: string }): IncidentAction {
  const priority = parsePriority(body.priority);
  if (priority !== null) return { do: 'set_priority', priority };
  throw new RelayError('object.invalid', `"priority" cannot be "${body.priority}"`, {
    fix: `one of: ${PRIORITIES.join(', ')}`,
  });
}

export const INCIDENT_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/incidents',
    scope: 'read',
    tag: TAG,
    summary: 'List incidents, newest first.',
    query: listQuery('incidents', {
      open: flag,
      status: described(list(text), `${INCIDENT_STATUSES.join(', ')}; several with commas`),
      source: text,
      service: text,
    }),
    answer: pageOf('Incident'),
    handle: listIncidents,
  },
  {
    method: 'GET',
    path: '/incidents/:id',
    scope: 'read',
    tag: TAG,
    summary: 'Show an incident with its timeline, alerts and events.',
    answer: ref('IncidentDetail'),
    handle: showIncident,
  },
  actionRoute('acknowledge', 'Somebody takes care of it.', input({}), () => ({ do: 'acknowledge' })),
  actionRoute('unacknowledge', 'Nobody takes care of it any more.', input({}), () => ({
    do: 'unacknowledge',
  })),
  actionRoute('resolve', 'Close it by hand.', input({}), () => ({ do: 'resolve' })),
  actionRoute(
    'reassign',
    'Give it to somebody else, or to nobody (null).',
    input({ to: nullable(described(text, 'user:<name>')) }, ['to']),
    (body: { to: string | null }, runtime) => ({ do: 'reassign', to: checkAssignee(runtime, body.to) }),
  ),
  actionRoute('priority', 'Say how urgent it is.', input({ priority: text }, ['priority']), priorityAction),
  actionRoute(
    'notes',
    'Write a note on its timeline.',
    input({ note: { type: 'string', minLength: 1, maxLength: 10_000 } }, ['note']),
    (body: { note: string }) => ({ do: 'add_note', note: body.note }),
  ),
  {
    method: 'POST',
    path: '/incidents/:id/send',
    scope: 'webhooks',
    tag: TAG,
    summary: 'Send its latest state to one webhook or integration now, whatever that subscribes to.',
    body: input(SEND_INPUT),
    answer: ref('IncidentSend'),
    handle: sendIncident,
  },
];
