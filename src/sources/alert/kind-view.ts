// What each kind of destination would show of an alert: the words of `source test`. Kinds with a driver are worded as the driver words
// them; for the others the kind's own texts, falling back to the plain ones, cut to what the kind carries. Stores and sends nothing.

import type { PreparedAlert } from '../../model/alert.js';
import { announce } from '../../model/announcement.js';
import type { RelayEvent } from '../../model/event.js';
import { incidentEventData } from '../../model/event-data.js';
import { foldAlert } from '../../model/fold.js';
import type { Incident } from '../../model/incident.js';
import { withIncidentNames } from '../../model/incident-marks.js';
import type { Source } from '../../model/topology.js';

const SHOWN_KINDS = ['slack', 'msteams', 'email', 'sms', 'webhook', 'console'] as const;
export type ShownKind = (typeof SHOWN_KINDS)[number];

export interface KindView {
  readonly title: string;
  readonly message: string;
  readonly imageUrl: string | null;
  readonly url: string | null;
}

export type KindViews = Readonly<Record<ShownKind, KindView>>;

export interface KindViewContext {
  readonly source: Source;
  /** Who a new incident of the source is assigned to. */
  readonly assignee: string | null;
  readonly at: number;
}

/** Stands for the id that an incident is given when it opens. */
export const NEW_INCIDENT = 'inc_new';
const SMS_CHARACTERS = 160;
const SUBJECT_CHARACTERS = 200;
const ANNOUNCED: ReadonlySet<ShownKind> = new Set(['webhook', 'console']);

/** Cut to so many characters, the last of them `…`. Counts code points, so that no emoji is torn apart. */
export function cutTo(text: string, characters: number): string {
  const points = [...text];
  return points.length <= characters
    ? text
    : `${points
        .slice(0, characters - 1)
        .join('')
        .trimEnd()}…`;
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');

interface Lifecycle {
  readonly incident: Incident;
  readonly event: string;
}

/** The incident the alert would belong to, and the event that tells of it: for a recovery, as if one were open. */
function lifeOf(alert: PreparedAlert, context: KindViewContext): Lifecycle | null {
  const { source, assignee, at } = context;
  const fold = { at, by: `source:${source.name}`, source, assignee, newIncidentId: NEW_INCIDENT };
  if (alert.signal === 'ignore') return null;
  const opening = foldAlert({ ...alert, signal: 'trigger' }, null, fold).decision.incident as Incident;
  const folded = foldAlert(alert, alert.signal === 'trigger' ? null : opening, fold);
  const incident = folded.decision.incident ?? opening;
  return { incident, event: folded.decision.events[0]?.type ?? 'incident.triggered' };
}

function announced(kind: ShownKind, life: Lifecycle, context: KindViewContext): KindView {
  const actor = `source:${context.source.name}`;
  const event: RelayEvent = {
    id: 'evt_new',
    type: life.event,
    at: context.at,
    incident: life.incident.id,
    alert: null,
    source: context.source.name,
    actor,
    channels: [],
    data: incidentEventData(life.incident, { type: life.event }, actor),
    unmatched: false,
  };
  const { title, text, url } = announce(event, kind);
  return { title, message: text, imageUrl: null, url: url === '' ? null : url };
}

/** `[critical] Disk full on db-1`: what one needs to know before unlocking the telephone. */
function smsText(alert: PreparedAlert, title: string): string {
  const word = {
    trigger: alert.severity ?? '',
    resolve: 'resolved',
    acknowledge: 'acknowledged',
    ignore: '',
  };
  const mark = word[alert.signal];
  return cutTo(mark === '' ? title : `[${mark}] ${title}`, SMS_CHARACTERS);
}

function wordsFor(kind: ShownKind, alert: PreparedAlert): Pick<KindView, 'title' | 'message' | 'imageUrl'> {
  const own = alert.texts[kind] ?? {};
  return {
    title: own.title ?? alert.title,
    message: own.message ?? alert.message,
    imageUrl: own.imageUrl ?? alert.imageUrl,
  };
}

function viewFor(
  kind: ShownKind,
  alert: PreparedAlert,
  life: Lifecycle,
  context: KindViewContext,
  url: string | null,
): KindView {
  const { title, message, imageUrl } = wordsFor(kind, alert);
  if (ANNOUNCED.has(kind))
    return announced(kind, { ...life, incident: { ...life.incident, title, message } }, context);
  if (kind === 'sms')
    return { title: smsText(alert, oneLine(title)), message: '', imageUrl: null, url: null };
  if (kind === 'email') return { title: cutTo(oneLine(title), SUBJECT_CHARACTERS), message, imageUrl, url };
  return { title, message, imageUrl, url };
}

/** Null for an alert that is ignored: nobody is told. Pictures of `webhook` and `console` are not shown by these. */
export function kindViews(rendered: PreparedAlert, context: KindViewContext): KindViews | null {
  const alert = withIncidentNames(rendered, null, NEW_INCIDENT);
  const life = lifeOf(alert, context);
  if (life === null) return null;
  const url = life.incident.link;
  return Object.fromEntries(
    SHOWN_KINDS.map((kind) => [kind, viewFor(kind, alert, life, context, url)]),
  ) as unknown as KindViews;
}
