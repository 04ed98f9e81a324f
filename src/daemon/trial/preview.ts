// What a payload would become: rendered, folded against what is open now, and worded for every kind of destination. Stores nothing.

import { RelayError } from '../../core/errors.js';
import type { IngestRequest } from '../../http/runtime.js';
import type { PreviewedAlert, SourcePreview } from '../../http/wire/api-types.js';
import type { PreparedAlert } from '../../model/alert.js';
import { foldAlert } from '../../model/fold.js';
import type { Incident } from '../../model/incident.js';
import { withIncidentNames } from '../../model/incident-marks.js';
import { type Maintenance, outOfReservedGroups } from '../../model/maintenance.js';
import type { Source } from '../../model/topology.js';
import type { Served } from '../../relay.js';
import { kindViews, NEW_INCIDENT } from '../../sources/alert/kind-view.js';
import { type KindPart, kindTemplate } from '../../sources/pack/pack-schema.js';
import type { Store } from '../../store/store.js';

export interface PreviewParts {
  readonly served: Served;
  readonly store: Store;
  readonly now: number;
  /** What the source is in at this moment. */
  readonly maintenance: Maintenance | null;
}

type Request = Omit<IngestRequest, 'idempotencyKey'>;

/** A source with more open incidents than this has other worries than a preview. */
const OPEN_LOOKED_AT = 1_000;

async function openIncidents(store: Store, source: string): Promise<Map<string, Incident>> {
  const page = await store.listIncidents({ open: true, source, limit: OPEN_LOOKED_AT });
  return new Map(page.items.map((incident) => [incident.groupingId, incident]));
}

const textOr = (text: string | null | undefined, otherwise: string): string => text || otherwise;

function insteadOfKind(kind: string, part: KindPart, alert: PreparedAlert): string {
  const plain = { title: alert.title, message: alert.message, image_url: alert.imageUrl }[part];
  return textOr(plain, kind.startsWith('web') ? 'nothing' : `the plain ${part}, which is empty`);
}

/** What stands in the place of a template that failed. */
function insteadOf(template: string, alert: PreparedAlert, source: Source): string {
  const own = kindTemplate(template);
  if (own !== null) return insteadOfKind(own.kind, own.part, alert);
  if (template === 'split') return 'the payload as a whole';
  if (template.startsWith('variables.')) return 'nothing: templates see it as undefined';
  switch (template) {
    case 'title':
      return alert.title;
    case 'message':
      return textOr(alert.message, 'nothing');
    case 'grouping_id':
      return alert.groupingId;
    case 'severity':
      return textOr(source.defaults.severity, 'nothing');
    case 'priority':
      return textOr(source.defaults.priority, 'what follows from the severity');
    case 'ignore_condition':
    case 'resolve_condition':
    case 'acknowledge_condition':
      return 'false';
    case 'labels':
      return 'no labels';
    default:
      return 'nothing';
  }
}

function failedTemplates(alert: PreparedAlert, source: Source): PreviewedAlert['failed_templates'] {
  return alert.renderErrors.map((told) => {
    const colon = told.indexOf(': ');
    const template = told.slice(0, colon);
    return { template, error: told.slice(colon + 2), instead: insteadOf(template, alert, source) };
  });
}

/** @throws as ingest */
export async function previewPayload(
  { served, store, now, maintenance }: PreviewParts,
  source: Source,
  request: Request,
): Promise<SourcePreview> {
  const compiled = served.sources.get(source.name);
  if (compiled === undefined)
    throw new RelayError('object.not_found', `there is no source called "${source.name}"`);
  const alerts = compiled
    .prepare(request.text, request.contentType, request.headers)
    .map(outOfReservedGroups);
  const open = await openIncidents(store, source.name);
  const assignee = served.topology.services.get(source.service ?? '')?.assignee ?? null;
  const by = `source:${source.name}`;
  const words = { source, assignee, at: now };
  // Whether others still fire in a collection is not looked at: a preview reads incidents, not alerts.
  const around = { open: (group: string) => open.get(group) ?? null, othersFire: () => true };
  return {
    sample: null,
    alerts: alerts.map((prepared): PreviewedAlert => {
      const before = open.get(prepared.groupingId) ?? null;
      const alert = withIncidentNames(prepared, before, NEW_INCIDENT);
      const fold = { at: now, by, source, assignee, newIncidentId: NEW_INCIDENT, maintenance, around };
      const { decision, result } = foldAlert(alert, before, fold);
      const after = decision.incident;
      if (after?.status === 'resolved') open.delete(after.groupingId);
      else if (after) open.set(after.groupingId, after);
      const kinds = kindViews(alert, words);
      return {
        signal: alert.signal,
        grouping_id: alert.groupingId,
        title: alert.title,
        message: alert.message,
        severity: alert.severity,
        priority: alert.priority,
        link: alert.link,
        image_url: alert.imageUrl,
        labels: { ...alert.labels },
        members: compiled.membersOf(alert.payload).length,
        render_errors: [...alert.renderErrors],
        failed_templates: failedTemplates(alert, source),
        would: { result, incident: before?.id ?? null, silent: after?.silenced ?? false },
        kinds:
          kinds === null
            ? null
            : Object.fromEntries(
                Object.entries(kinds).map(([kind, { imageUrl, ...view }]) => [
                  kind,
                  { ...view, image_url: imageUrl },
                ]),
              ),
      };
    }),
  };
}
