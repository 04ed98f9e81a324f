// Sources: what takes alerts in, with their URLs, previews and rejects.

import { RelayError } from '../../core/errors.js';
import { formatSpan } from '../../core/units.js';
import { LISTS } from '../../model/lists.js';
import type { Source } from '../../model/topology.js';
import { toWire } from '../../model/wire.js';
import type { Pack, PackSample } from '../../sources/pack/pack.js';
import { signatureText } from '../../sources/verify/in-force.js';
import type { ApiCall, ApiRoute } from '../api-route.js';
import type { Runtime } from '../runtime.js';
import { findIn, notFound } from '../view/find.js';
import { type ListParameters, pageOfRows, storeQuery } from '../view/lists.js';
import { linesInFile, sourceTemplates } from '../view/source-templates.js';
import type { SourceDetail, SourceItem, SourcePreview, TemplatesResetAnswer } from '../wire/api-types.js';
import { input, list, listQuery, pageOf, record, ref, text, textMap } from '../wire/schema.js';
import { changeRoutes, pauseRoute } from './changes.js';
import { maintenanceItem } from './source-care.js';

const DAY_MS = 86_400_000;
const TAG = 'sources';
type Named<Query = unknown, Body = unknown> = ApiCall<Query, Body, { name: string }>;
interface Activity {
  readonly heard: ReadonlyMap<string, { lastHeardAt: number | null; alerts: number }>;
  readonly rejects: ReadonlyMap<string, number>;
}

const sourceOf = ({ runtime, params }: Named): Source =>
  findIn('source', runtime.topology().sources, params.name);

const ofHeartbeat = (beating: ReturnType<Runtime['care']['heartbeatOf']>): SourceItem['heartbeat'] =>
  beating === null ? null : { every: formatSpan(beating.periodMs), state: beating.state };

function sourceItem(runtime: Runtime, source: Source, activity: Activity): SourceItem {
  const { name, pack, service, channel, split, origin, paused } = source;
  const heard = activity.heard.get(name);
  const beating = runtime.care.heartbeatOf(name);
  const maintenance = runtime.care.maintenanceOf(name);
  const wrongKeys = runtime.wrongKeys.of(name);
  // A ping is no alert, yet the source was heard.
  const lastAt = Math.max(heard?.lastHeardAt ?? 0, beating?.lastHeardAt ?? 0) || null;
  return {
    name,
    pack,
    service,
    channel,
    split,
    origin,
    state: paused ? 'paused' : 'active',
    last_heard_at: lastAt === null ? null : new Date(lastAt).toISOString(),
    alerts_24h: heard?.alerts ?? 0,
    rejects_24h: activity.rejects.get(name) ?? 0,
    wrong_keys: wrongKeys === null ? null : toWire(wrongKeys),
    heartbeat: ofHeartbeat(beating),
    maintenance: maintenance === null ? null : maintenanceItem(maintenance),
  };
}

async function readActivity({ store, clock }: Runtime): Promise<Activity> {
  const since = clock.now() - DAY_MS;
  const [heard, rejects] = await Promise.all([store.sourceActivity(since), store.rejectCounts(since)]);
  return { heard, rejects };
}

async function showSource(call: Named): Promise<SourceDetail> {
  const { runtime } = call;
  const source = sourceOf(call);
  const [activity, snapshots] = await Promise.all([readActivity(runtime), runtime.snapshots()]);
  const url = runtime.integrationUrl(source);
  const failures = runtime.templateFailures(source.name);
  const takenAt = snapshots.find((one) => one.source === source.name)?.takenAt;
  return {
    ...sourceItem(runtime, source, activity),
    url,
    connect: (runtime.packs().get(source.pack)?.connect ?? '').replaceAll(/\{\{\s*url\s*\}\}/g, () => url),
    templates: { ...source.templates },
    snapshot_taken_at: takenAt === undefined ? null : new Date(takenAt).toISOString(),
    signature: signatureText(source, runtime.packs()),
    subscription: runtime.signatures.subscription(source.name),
    rate_limit: source.rateLimit?.text ?? null,
    auto_resolve_after: source.autoResolveMs === null ? null : formatSpan(source.autoResolveMs),
    rate_limited_24h: runtime.rates.refused24h(source.name),
    template_failures: toWire(failures),
    template_failures_incident: failures.length === 0 ? null : await lastFailed(runtime, source.name),
  };
}

/** How many alerts back the last one with a failed template is looked for. */
const ALERTS_LOOKED_AT = 100;

async function lastFailed(runtime: Runtime, source: string): Promise<string | null> {
  const { items } = await runtime.store.listAlerts({ source, limit: ALERTS_LOOKED_AT, desc: true });
  return items.find((alert) => alert.renderErrors.length > 0 && alert.incident !== null)?.incident ?? null;
}

interface PreviewBody {
  text?: string;
  content_type?: string;
  headers?: Record<string, string>;
  sample?: string;
}

function sampleOf(pack: Pack | undefined, name: string | undefined): PackSample {
  const samples = pack?.samples ?? [];
  const sample = name === undefined ? samples[0] : samples.find((one) => one.name === name);
  if (sample !== undefined) return sample;
  if (name !== undefined) {
    const names = samples.map((one) => one.name);
    return notFound('sample', name, names);
  }
  throw new RelayError('object.not_found', `pack ${pack?.slug ?? ''} has no samples`, {
    fix: 'give a payload: text',
  });
}

/** `Application/JSON; charset=utf-8` → `application/json` */
const mediaType = (header: string): string => (header.split(';')[0] as string).trim().toLowerCase();

/** Without text: a sample of the source's pack with what it is sent with, the first one when none is named. */
async function previewSource(call: Named<unknown, PreviewBody>): Promise<SourcePreview> {
  const { runtime, body } = call;
  const source = sourceOf(call);
  const sample = body.text === undefined ? sampleOf(runtime.packs().get(source.pack), body.sample) : null;
  const preview = await runtime.preview(source, {
    text: sample?.text ?? (body.text as string),
    contentType: mediaType(body.content_type ?? sample?.contentType ?? 'application/json'),
    headers: { ...sample?.headers, ...body.headers },
  });
  return { ...preview, sample: sample?.name ?? null };
}

async function resetTemplates(call: Named<unknown, { templates?: string[] }>): Promise<TemplatesResetAnswer> {
  const source = sourceOf(call);
  const { taken, gone, dropped, kept } = await call.runtime.control.resetTemplates(
    source.name,
    call.body.templates ?? null,
  );
  const lineOf = linesInFile(call.runtime, source);
  return {
    source: source.name,
    taken: [...taken],
    gone: [...gone],
    dropped: [...dropped],
    kept: kept.map((name) => ({ name, at: lineOf(name) })),
  };
}

export const SOURCE_ROUTES: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/sources',
    scope: 'read',
    tag: TAG,
    summary: 'List sources.',
    query: listQuery('sources'),
    answer: pageOf('Source'),
    handle: async ({ runtime, query }: ApiCall<ListParameters>) => {
      const activity = await readActivity(runtime);
      const items = [...runtime.topology().sources.values()].map((source) =>
        sourceItem(runtime, source, activity),
      );
      return pageOfRows(items, query, LISTS.sources.sort);
    },
  },
  {
    method: 'GET',
    path: '/sources/:name',
    // Its URL holds the key: not for those who may only read.
    scope: 'admin',
    tag: TAG,
    summary: 'Show a source with its Integration URL, templates and how to connect it.',
    answer: ref('SourceDetail'),
    handle: showSource,
  },
  ...changeRoutes('source', TAG, 'admin'),
  pauseRoute('source', TAG, 'admin'),
  pauseRoute('source', TAG, 'admin', 'resume'),
  {
    method: 'GET',
    path: '/sources/:name/url',
    scope: 'admin',
    tag: TAG,
    summary: 'The Integration URL, key included.',
    answer: record({ url: text }),
    handle: (call: Named) => ({ url: call.runtime.integrationUrl(sourceOf(call)) }),
  },
  {
    method: 'POST',
    path: '/sources/:name/rotate-key',
    scope: 'admin',
    tag: TAG,
    summary: 'Give it a new key. The old one ends at once.',
    answer: record({ url: text }),
    handle: async (call: Named) => ({ url: await call.runtime.control.rotateKey(sourceOf(call).name) }),
  },
  {
    method: 'GET',
    path: '/sources/:name/rejects',
    scope: 'read',
    tag: TAG,
    summary: 'Payloads with the right key that could not be used, and why.',
    query: listQuery('rejects'),
    answer: pageOf('Reject'),
    handle: async (call: Named<ListParameters>) => {
      const { runtime, query } = call;
      const filter = { ...storeQuery(query, runtime.clock.now()), source: sourceOf(call).name };
      return toWire(await runtime.store.listRejects(filter));
    },
  },
  {
    method: 'POST',
    path: '/sources/:name/preview',
    scope: 'read',
    tag: TAG,
    summary: 'What a payload, or a sample of the pack, would become. Nothing is stored.',
    body: input({ text, content_type: text, headers: textMap, sample: text }),
    answer: ref('SourcePreview'),
    handle: previewSource,
  },
  {
    method: 'GET',
    path: '/sources/:name/templates',
    scope: 'read',
    tag: TAG,
    summary: 'Its templates, where each comes from, and what the pack has today.',
    answer: ref('SourceTemplates'),
    handle: (call: Named) => sourceTemplates(call.runtime, sourceOf(call)),
  },
  {
    method: 'POST',
    path: '/sources/:name/templates/reset',
    scope: 'admin',
    tag: TAG,
    summary: 'Take the templates of the pack of today, all or those named; edits of them by CLI and API end.',
    body: input({ templates: list(text) }),
    answer: ref('TemplatesReset'),
    handle: resetTemplates,
  },
];
