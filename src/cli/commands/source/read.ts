// What sources there are, one in full, and its URL.

import type {
  ListAnswer,
  SourceDetail,
  SourceItem,
  SourceTemplatesAnswer,
} from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext, wantsJson } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printList } from '../../output/list.js';
import { printDone, printObject } from '../../output/object.js';
import { oneLine } from '../../output/table.js';
import { showInstant, showTime } from '../../output/time.js';
import { heartbeatText, maintenanceText, stateText } from './maintenance.js';
import { summaryLines } from './templates.js';

export async function runSourceList(options: ListOptions, context: CliContext): Promise<void> {
  const page = await context.api.get<ListAnswer<SourceItem>>('/sources', listQuery(options, context.now()));
  await printList(context, {
    ...page,
    searched: options.search,
    empty: 'no sources',
    emptyNext: 'source add generic my-source',
    columns: [
      { title: 'name', kind: 'name', value: (source) => source.name },
      { title: 'pack', value: (source) => source.pack },
      { title: 'channel', value: (source) => source.channel },
      { title: 'service', value: (source) => source.service },
      { title: 'state', kind: 'state', value: stateText },
      { title: 'last heard', kind: 'time', value: (source) => source.last_heard_at },
      { title: 'alerts 24h', align: 'right', value: (source) => source.alerts_24h },
      { title: 'rejects 24h', align: 'right', value: (source) => source.rejects_24h },
      { title: 'heartbeat', wide: true, value: heartbeatText },
      { title: 'split', wide: true, value: (source) => source.split },
      { title: 'wrong keys', wide: true, value: (source) => wrongKeysText(source, context) },
      { title: 'origin', wide: true, value: (source) => source.origin },
    ],
  });
}

/** `12 posts with a wrong key, last 5m ago from 192.0.2.7`; null when there were none. */
function wrongKeysText({ wrong_keys: wrong }: SourceItem, context: CliContext): string | null {
  if (wrong === null) return null;
  const posts = wrong.count === 1 ? '1 post' : `${wrong.count} posts`;
  return `${posts} with a wrong key, last ${showTime(context, wrong.last_at)} from ${wrong.last_from}`;
}

function rateLimitText({ rate_limit: limit, rate_limited_24h: refused }: SourceDetail): string | null {
  if (limit === null) return null;
  return refused === 0 ? limit : `${limit}; ${refused} requests refused in the last 24 hours`;
}

/** `title failed 3 times, last 5m ago: …` */
function failureLines({ template_failures: failures }: SourceDetail, context: CliContext): string[] {
  return failures.map(({ template, count, last_at: lastAt, last_error: error }) => {
    const times = count === 1 ? 'once' : `${count} times`;
    return oneLine(`${template} failed ${times}, last ${showTime(context, lastAt)}: ${error}`);
  });
}

export async function runSourceShow(name: string, context: CliContext): Promise<void> {
  const [source, templates] = await Promise.all([
    context.api.get<SourceDetail>(pathTo('sources', name)),
    wantsJson(context) ? null : context.api.get<SourceTemplatesAnswer>(pathTo('sources', name, 'templates')),
  ]);
  printObject(context, {
    name: source.name,
    json: source,
    fields: [
      ['source', source.name],
      ['state', source.state],
      ['maintenance', source.maintenance === null ? null : maintenanceText(source.maintenance, context)],
      ['pack', source.pack],
      ['url', source.url],
      ['channel', source.channel],
      ['service', source.service],
      ['split', source.split],
      ['origin', source.origin],
      ['last heard', source.last_heard_at === null ? 'never' : showInstant(context, source.last_heard_at)],
      ['heartbeat', heartbeatText(source)],
      ['resolves after', source.auto_resolve_after],
      ['alerts 24h', source.alerts_24h],
      ['rejects 24h', source.rejects_24h],
      ['wrong keys 24h', wrongKeysText(source, context)],
      ['signature', source.signature],
      ['subscription', source.subscription],
      ['rate limit', rateLimitText(source)],
      ['templates of', showInstant(context, source.snapshot_taken_at)],
    ],
    sections: [
      { title: 'Templates that failed in the last 24 hours', lines: failureLines(source, context) },
      { title: 'How to connect', lines: source.connect.trimEnd().split('\n') },
      { title: 'Templates', lines: templates === null ? [] : summaryLines(templates, context) },
    ],
  });
  if (source.template_failures.length === 0) return;
  const incident = source.template_failures_incident;
  hintNext(context, ...(incident === null ? [] : [`incident show ${incident}`]), `source test ${name}`);
}

export async function runSourceUrl(name: string, context: CliContext): Promise<void> {
  const answer = await context.api.get<{ url: string }>(pathTo('sources', name, 'url'));
  printDone(context, answer.url, answer.url, answer);
}
