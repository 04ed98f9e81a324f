// Puts what is known only when an alert is folded into its rendered texts: the id of its incident, and where to read about it:
// the page of the tool that sent it, or the command that shows the incident.

import { INCIDENT_MARKS, type KindText, type KindTexts, type PreparedAlert } from './alert.js';
import type { Incident } from './incident.js';

const MARK_START = '\uE0F0';

type Fill = (text: string) => string;

const isMarked = (alert: PreparedAlert): boolean =>
  alert.title.includes(MARK_START) ||
  alert.message.includes(MARK_START) ||
  Object.values(alert.texts).some((text) => Object.values(text).some((part) => part.includes(MARK_START)));

const fillParts = (texts: KindText, fill: Fill): KindText =>
  Object.fromEntries(Object.entries(texts).map(([part, text]) => [part, fill(text)]));

const fillKinds = (kinds: KindTexts, fill: Fill): KindTexts =>
  Object.fromEntries(Object.entries(kinds).map(([kind, texts]) => [kind, fillParts(texts, fill)]));

/**
 * The alert with the marks of its texts filled in.
 * @param open the incident it will be folded into, or null when it may open `newIncidentId`
 */
export function withIncidentNames(
  alert: PreparedAlert,
  open: Pick<Incident, 'id' | 'link'> | null,
  newIncidentId: string,
): PreparedAlert {
  if (!isMarked(alert)) return alert;
  const incident = open ?? { id: newIncidentId, link: alert.link };
  const url = incident.link ?? `relay incident show ${incident.id}`;
  const fill: Fill = (text) =>
    text.replaceAll(INCIDENT_MARKS.id, () => incident.id).replaceAll(INCIDENT_MARKS.url, () => url);
  return {
    ...alert,
    title: fill(alert.title),
    message: fill(alert.message),
    texts: fillKinds(alert.texts, fill),
  };
}
