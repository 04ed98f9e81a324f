// What the templates of a source see: the payload, a pack's variables, labels, the request's headers, and OnCall's names. Built once per
// alert; parts that no template reads are not built.

import { INCIDENT_MARKS } from '../../model/alert.js';

export type Context = Record<string, unknown>;
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Never shown to a template: what it renders goes out to people. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Headers as a template sees them: names in lower case, no secrets. */
export function headersFor(headers: RequestHeaders): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    if (value === undefined || SECRET_HEADERS.has(key)) continue;
    shown.set(key, Array.isArray(value) ? value.join(', ') : value);
  }
  return shown;
}

/** OnCall's names for the incident an alert will belong to: marks, replaced when it is known. */
export function addIncidentNames(context: Context): void {
  context.grafana_oncall_link = INCIDENT_MARKS.url;
  context.grafana_oncall_incident_id = INCIDENT_MARKS.id;
  context.grafana_oncall_alert_group_id = INCIDENT_MARKS.id;
}
