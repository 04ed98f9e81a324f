// Format `squadcast`: the incident as Squadcast's outgoing webhooks (v1) send it, for receivers written for them. Relay has no teams and
// no escalation policies: a channel stands for the team that owns an incident; what has no counterpart is an empty text.

import type { RelayEvent } from '../../../model/event.js';
import { type AssignedEntry, withAssignees } from '../../../model/past.js';
import type { Directory } from '../../../model/topology.js';
import type { FormatContext, WebhookFormat } from './format.js';
import { rawMark, stringifyWithRaw } from './raw-json.js';

const COLORS: Readonly<Record<string, string>> = {
  critical: '#FF0A49',
  high: '#FF6B2C',
  warning: '#FFB020',
  low: '#3D8BFD',
  info: '#8A94A6',
};
const LABEL_COLOR = '#8A94A6';
/** What Squadcast's timeline knows; the rest of ours is not told. */
const ACTIONS: ReadonlySet<string> = new Set(['triggered', 'reassigned', 'acknowledged', 'resolved']);

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

interface Party {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

const NOBODY: Party = { id: '', name: '', type: '' };

function userNamed(name: string, directory: Directory): Party {
  return { id: name, name: directory.users.get(name)?.fullName ?? name, type: 'user' };
}

const assignedTo = (assignee: string | null, directory: Directory): Party =>
  assignee ? userNamed(assignee.replace(/^user:/, ''), directory) : NOBODY;

/** A person or a client of the API; null for a source and for Relay itself. */
function personOf(actor: string, directory: Directory): Party | null {
  const name = /^(?:user|cli|api):(.+)$/s.exec(actor)?.[1];
  return name === undefined ? null : userNamed(name, directory);
}

/** As Go prints an instant (RFC 3339, no trailing zeros in the fraction). */
function goTime(at: number): string {
  return new Date(at).toISOString().replace(/\.?0+Z$/, 'Z');
}

function timeOf(iso: unknown): string {
  const at = Date.parse(textOf(iso));
  return Number.isNaN(at) ? '' : goTime(at);
}

/** Of an entry: who did it, where that was a person; else who it was assigned to then. */
function inTimeline(entry: AssignedEntry, directory: Directory): Party {
  const isDeed = entry.action === 'acknowledged' || entry.action === 'resolved';
  return (isDeed ? personOf(entry.by, directory) : null) ?? assignedTo(entry.assignee, directory);
}

interface Past {
  readonly incident: Fields;
  readonly entries: readonly AssignedEntry[];
  readonly directory: Directory;
}

/** Time to the first response (an acknowledgement or a reassignment) and to the end, each once it is known. */
function analyticsOf({ incident, entries, directory }: Past): Fields {
  const openedAt = Date.parse(textOf(incident.opened_at));
  const span = (entry: AssignedEntry | undefined): object | undefined =>
    entry && {
      time: entry.at - openedAt,
      user_id: inTimeline(entry, directory).id,
      escalation_policy_id: '',
    };
  const response = entries.find(({ action }) => action === 'acknowledged' || action === 'reassigned');
  const end = entries.findLast(({ action }) => action === 'resolved');
  const tta = span(response);
  const ttr = span(end);
  return { ...(tta ? { tta } : {}), ...(ttr ? { ttr } : {}) };
}

function tagsOf(incident: Fields): Fields {
  const labels = Object.entries(fieldsOf(incident.labels));
  const tags = labels.map(([name, value]) => [name, { value: textOf(value), color: LABEL_COLOR }] as const);
  const value = textOf(incident.severity);
  const severity = { value, color: COLORS[value] ?? LABEL_COLOR };
  return Object.fromEntries(value === '' ? tags : [...tags, ['severity', severity]]);
}

function creatorOf({ entries, directory }: Past): Fields {
  const creator = personOf(entries[0]?.action === 'triggered' ? entries[0].by : '', directory);
  if (creator === null) return { id: '', name: '', email: '' };
  return { id: creator.id, name: creator.name, email: directory.users.get(creator.id)?.email ?? '' };
}

/** The one Relay works for: the first of the directory. */
export function organizationOf({ organizations }: Directory): { id: string; name: string } {
  const [first] = organizations.values();
  return { id: first?.name ?? '', name: first?.title ?? '' };
}

export function teamOf(incident: Fields, { channels }: Directory): { id: string; name: string } {
  const id = textOf(incident.channel);
  return { id, name: channels.get(id)?.title ?? id };
}

/** What an event says of its incident; a custom event is told by its `title` and `text`. */
export function incidentIn(event: RelayEvent): Fields {
  const data = fieldsOf(JSON.parse(event.data));
  if (data.incident !== undefined) return fieldsOf(data.incident);
  return {
    title: data.title ?? event.type,
    message: data.text ?? data.message ?? data.reason,
    url: data.url,
  };
}

/** Everything but `id` and `event_type`, with raw mark 0 where the payload belongs. */
export function squadcastIncident(event: RelayEvent, { supplied }: FormatContext): Fields {
  const { directory } = supplied;
  const incident = incidentIn(event);
  const assignee = textOf(incident.assignee) || null;
  const entries = withAssignees(supplied.timeline, assignee).filter(({ action }) => ACTIONS.has(action));
  const past: Past = { incident, entries, directory };
  const service = textOf(incident.service);
  const team = teamOf(incident, directory);
  const pack = textOf(incident.pack);
  return {
    organization: organizationOf(directory),
    service: { id: service, name: directory.services.get(service)?.title ?? service, slug: service },
    alert_source: {
      id: textOf(incident.source),
      type: directory.packTitles?.get(pack) ?? pack,
      short_name: pack,
    },
    message: textOf(incident.title),
    description: textOf(incident.message),
    status: textOf(incident.status),
    created_at: timeOf(incident.opened_at) || goTime(event.at),
    assigned_to: assignedTo(assignee, directory),
    tags: tagsOf(incident),
    timeline: entries.map((entry) => {
      const { type, name } = inTimeline(entry, directory);
      return { action: entry.action, assigned_to: type, name, time: goTime(entry.at) };
    }),
    analytics: analyticsOf(past),
    event_count: typeof incident.alert_count === 'number' ? incident.alert_count : 1,
    event_payload: rawMark(0),
    owner: { ...team, type: 'team', is_default_team: team.id === '', team_description: '' },
    manually_created_by: creatorOf(past),
  };
}

/** The payload as it came where it is JSON; other text as `{"body": …}`, nothing as `{}`. */
export function payloadJson(payload: string | null): string {
  if (payload === null || payload.trim() === '') return '{}';
  try {
    JSON.parse(payload);
    return payload.trim();
  } catch {
    return JSON.stringify({ body: payload });
  }
}

export const squadcastFormat: WebhookFormat = {
  needs: () => ['timeline', 'first_alert', 'directory'],
  body(event, _settings, context) {
    const body = {
      id: event.incident ?? event.id,
      event_type: event.type.replaceAll('.', '_'),
      ...squadcastIncident(event, context),
    };
    return stringifyWithRaw(body, [payloadJson(context.supplied.firstAlert)]);
  },
};
