// An event in words for a person: title, text, link. Shared by every kind that shows plain text; markup is each driver's own.
// Reads `event.data` as JSON of unknown shape: a custom event may hold anything, and an odd one still gets readable words. A link is one that
// a person can open: Relay has no page of its own, so what comes without a link names the command that shows it.

import { formatSpan } from '../core/units.js';
import type { RelayEvent } from './event.js';
import { isOperational } from './event-types.js';

export interface Announcement {
  readonly title: string;
  /** Lines, the most telling first. */
  readonly text: string;
  /** A page a person can open; empty when there is none. */
  readonly url: string;
}

type Fields = Readonly<Record<string, unknown>>;

const VERBS: Readonly<Record<string, string>> = {
  'incident.triggered': 'Triggered',
  'incident.reassigned': 'Reassigned',
  'incident.acknowledged': 'Acknowledged',
  'incident.unacknowledged': 'Unacknowledged',
  'incident.resolved': 'Resolved',
  'incident.priority_changed': 'Priority changed',
  'incident.note_added': 'Note',
  'incident.repeated': 'Still firing',
};
const MAX_JSON_TEXT = 2_000;

/**
 * @param kind of the destination: templates of the source's for that kind go before the plain ones
 * @throws SyntaxError when `event.data` is no JSON
 */
export function announce(event: RelayEvent, kind: string): Announcement {
  const data = fieldsOf(JSON.parse(event.data));
  const incident = inWordsFor(kind, fieldsOf(data.incident));
  if (event.type.startsWith('incident.') && typeof incident.title === 'string') {
    return announceIncident(event, incident, fieldsOf(data.change));
  }
  if (isOperational(event.type)) return announceOperation(event, data);
  return announceDirectory(event, data) ?? announceCustom(event, data);
}

/** The incident with the texts that its source's templates have for this kind. */
function inWordsFor(kind: string, incident: Fields): Fields {
  const texts = fieldsOf(incident.texts);
  return Object.hasOwn(texts, kind) ? { ...incident, ...fieldsOf(texts[kind]) } : incident;
}

function announceIncident(event: RelayEvent, incident: Fields, change: Fields): Announcement {
  const priority = textOf(incident.priority);
  const verb = VERBS[event.type] ?? event.type;
  const url = textOf(incident.url) || textOf(incident.link);
  const lines = [
    whatHappened(event, incident, change),
    event.type === 'incident.resolved' ? textOf(change.reason) : '',
    event.type === 'incident.note_added' ? textOf(change.note) : '',
    event.type === 'incident.triggered' || event.type === 'incident.repeated' ? textOf(incident.message) : '',
    about(incident),
    event.type === 'incident.resolved' ? '' : `since ${instant(incident.opened_at)}`,
    url === '' ? `see: relay incident show ${textOf(incident.id) || event.incident}` : '',
  ];
  return {
    title: `${priority === '' ? '' : `[${priority}] `}${verb}: ${textOf(incident.title)}`,
    text: lines.filter((line) => line !== '').join('\n'),
    url,
  };
}

function whatHappened(event: RelayEvent, incident: Fields, change: Fields): string {
  const by = `by ${actorName(event.actor)}`;
  const after = afterSpan(incident, event.at);
  switch (event.type) {
    case 'incident.acknowledged':
      return `Acknowledged ${by}${after}`;
    case 'incident.unacknowledged':
      return `No longer acknowledged, ${by}`;
    case 'incident.resolved':
      return `Resolved ${by}${after}`;
    case 'incident.reassigned':
      return `Reassigned from ${assigneeName(change.from)} to ${assigneeName(change.to)} ${by}`;
    case 'incident.priority_changed':
      return `Priority changed from ${textOf(change.from) || 'none'} to ${textOf(change.to) || 'none'} ${by}`;
    case 'incident.note_added':
      return `Note ${by}:`;
    case 'incident.repeated':
      return `${textOf(incident.alert_count) || 'More'} alerts so far`;
    default:
      return '';
  }
}

function about(incident: Fields): string {
  const parts = ['service', 'severity', 'source', 'assignee']
    .map((key) => [key, textOf(incident[key])] as const)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${key === 'assignee' ? assigneeName(value) : value}`);
  return parts.join(' · ');
}

function announceOperation(event: RelayEvent, data: Fields): Announcement {
  const destination = textOf(data.destination) || textOf(fieldsOf(data.destination).ref) || 'a destination';
  const delivery = textOf(data.delivery);
  const source = textOf(data.source);
  const titles: Readonly<Record<string, string>> = {
    'delivery.failed': `Delivery failed: ${destination}`,
    'destination.degraded': `Destination degraded: ${destination}`,
    'destination.disabled': `Destination disabled: ${destination}`,
    'destination.recovered': `Destination recovered: ${destination}`,
    'source.rate_limited': `Source over its limit: ${source}`,
    'source.maintenance_started': `Maintenance started: ${source}`,
    'source.maintenance_ended': `Maintenance ended: ${source}`,
  };
  const see = delivery === '' ? '' : `relay delivery show ${delivery}`;
  const command = source === '' ? see : `relay source show ${source}`;
  return {
    title: titles[event.type] ?? event.type,
    text: [textOf(data.reason), command === '' ? '' : `see: ${command}`]
      .filter((line) => line !== '')
      .join('\n'),
    // `url` of the data is the receiver's address, not a page about what happened.
    url: '',
  };
}

/** Of `organization.updated` and `user.updated`; null for anything else, or for data in a form of its own. */
function announceDirectory(event: RelayEvent, data: Fields): Announcement | null {
  const change = fieldsOf(data.change);
  const kind = textOf(change.kind);
  const [what, name] = directoryName(event.type, data);
  if (name === '' || kind === '') return null;
  const from = fieldsOf(change.from);
  const lines = Object.entries(fieldsOf(change.to)).map(([key, to]) => {
    const label = key.replaceAll('_', ' ');
    return change.from === null
      ? `${label}: ${textOf(to)}`
      : `${label}: ${textOf(from[key])} → ${textOf(to)}`;
  });
  const by = `${kind[0]?.toUpperCase()}${kind.slice(1)} by ${actorName(event.actor)}`;
  return { title: `${what} ${kind}: ${name}`, text: [by, ...lines].join('\n'), url: '' };
}

function directoryName(type: string, data: Fields): readonly [what: string, name: string] {
  if (type === 'organization.updated') return ['Organization', textOf(fieldsOf(data.organization).title)];
  if (type === 'user.updated') return ['User', textOf(fieldsOf(data.user).full_name)];
  return ['', ''];
}

function announceCustom(event: RelayEvent, data: Fields): Announcement {
  const text = textOf(data.text) || textOf(data.message);
  return {
    title: textOf(data.title) || event.type,
    text: text || shortened(JSON.stringify(data, null, 2)),
    url: textOf(data.url) || textOf(data.link),
  };
}

function shortened(text: string): string {
  return text.length <= MAX_JSON_TEXT ? text : `${text.slice(0, MAX_JSON_TEXT)}…`;
}

/** `cli:dana` → `dana (command line)`, `source:datadog-prod` → `datadog-prod`. */
function actorName(actor: string): string {
  const [, area = '', name = ''] = /^([a-z]+):(.+)$/s.exec(actor) ?? [];
  if (area === 'cli') return `${name} (command line)`;
  if (area === 'api') return `${name} (API)`;
  if (name !== '') return name;
  return actor === 'relay' ? 'Relay' : actor;
}

function assigneeName(value: unknown): string {
  return textOf(value).replace(/^user:/, '') || 'nobody';
}

function afterSpan(incident: Fields, at: number): string {
  const openedAt = Date.parse(textOf(incident.opened_at));
  return Number.isNaN(openedAt) || at <= openedAt ? '' : ` after ${formatSpan(at - openedAt)}`;
}

function instant(value: unknown): string {
  const at = Date.parse(textOf(value));
  return Number.isNaN(at)
    ? 'an unknown time'
    : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function fieldsOf(value: unknown): Fields {
  return value !== null && typeof value === 'object' ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
