// What the templates of a source see: the payload, a pack's variables, labels, the request's headers, and OnCall's names. Built once per
// alert; parts that no template reads are not built.

import { type CompileOptions, compileExpression } from '../../jinja/compile.js';
import type { Value } from '../../jinja/values.js';
import { INCIDENT_MARKS } from '../../model/alert.js';
import type { Rendering } from './rendering.js';

export type Context = Record<string, unknown>;
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface Expression {
  evaluate(context: Context): Value;
}

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

/** Variables of a pack, in order; each sees those above it. One that fails is undefined, and the alert says so. */
export function compileVariables(
  texts: readonly (readonly [name: string, text: string])[],
  options: CompileOptions,
): (context: Context, rendering: Rendering) => void {
  const variables = texts.map(([name, text]) => [name, compileExpression(text, options)] as const);
  return (context, rendering) => {
    for (const [name, expression] of variables) {
      try {
        context[name] = expression.evaluate(context);
      } catch (error) {
        rendering.note(`variables.${name}`, error);
      }
    }
  };
}

/** OnCall's names for the incident an alert will belong to: marks, replaced when it is known. */
export function addIncidentNames(context: Context): void {
  context.grafana_oncall_link = INCIDENT_MARKS.url;
  context.grafana_oncall_incident_id = INCIDENT_MARKS.id;
  context.grafana_oncall_alert_group_id = INCIDENT_MARKS.id;
}
