// `webhook list` and `webhook show`.

import { formatSpan } from '../../../core/units.js';
import type { ListAnswer, WebhookDetail, WebhookItem } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printList } from '../../output/list.js';
import { printObject } from '../../output/object.js';
import { oneLine } from '../../output/table.js';
import { showInstant } from '../../output/time.js';
import { describeStanding, standingOf } from '../destination-verbs.js';
import { filterFields } from '../filter-flags.js';

export async function runWebhookList(options: ListOptions, context: CliContext): Promise<void> {
  const page = await context.api.get<ListAnswer<WebhookItem>>('/webhooks', listQuery(options, context.now()));
  await printList(context, {
    ...page,
    searched: options.search,
    empty: 'no webhooks yet',
    emptyNext: 'webhook add local --url http://127.0.0.1:9000/hook',
    columns: [
      { title: 'name', kind: 'name', value: (webhook) => webhook.name },
      { title: 'url', value: urlCell, shrinks: true },
      { title: 'last triggered', kind: 'time', value: (webhook) => webhook.last_triggered_at },
      { title: 'state', kind: 'state', value: standingOf },
      { title: 'events', value: (webhook) => webhook.events.join(', '), shrinks: true },
      { title: 'result', wide: true, value: (webhook) => webhook.last_result },
      { title: 'waiting', wide: true, align: 'right', value: (webhook) => webhook.waiting },
      { title: 'failed', wide: true, align: 'right', value: (webhook) => webhook.failed },
      { title: 'format', wide: true, value: (webhook) => webhook.format },
      { title: 'origin', wide: true, value: (webhook) => webhook.origin },
    ],
  });
}

function urlCell(webhook: WebhookItem): string {
  const more = webhook.urls.length - 1;
  const where = more > 0 ? `${webhook.urls[0]?.url} and ${more} more` : webhook.url;
  return webhook.verify_ssl === false ? `${where} (certificate NOT checked)` : where;
}

function spanOrText(key: string, value: unknown): string {
  if (typeof value !== 'number' || !key.endsWith('_ms')) return `${key} ${String(value)}`;
  return `${key.slice(0, -'_ms'.length)} ${formatSpan(value)}`;
}

/** `max 3, base 5s, factor 4`: spans readable, lists of spans too. */
function inWords(policy: Readonly<Record<string, unknown>>): string {
  return Object.entries(policy)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) =>
      Array.isArray(value)
        ? `${key.replace(/_ms$/, '')} ${value.map((each) => (typeof each === 'number' ? formatSpan(each) : each)).join(' ')}`
        : spanOrText(key, value),
    )
    .join(', ');
}

function keyLine(key: WebhookDetail['signing_keys'][number], context: CliContext): string {
  const made = `made ${showInstant(context, key.created_at)}`;
  const until = key.expires_at === null ? '' : `, valid until ${showInstant(context, key.expires_at)}`;
  const isShared = key.public_key === null || key.public_key === undefined;
  return isShared ? `${made}${until}` : `${key.public_key}  ${made}${until}`;
}

function certificateText({ verify_ssl, own_ca, client_certificate }: WebhookDetail): string {
  const checked = own_ca ? 'checked against its own authority' : 'checked';
  const theirs = verify_ssl ? checked : 'NOT checked: what is sent can be read and changed on the way';
  return client_certificate ? `${theirs}; ours is shown` : theirs;
}

function signatureText({ signature, hmac }: WebhookDetail): string {
  const names = { v1: 'v1 (shared secret)', v1a: 'v1a (ed25519)' };
  const plain = hmac === null || hmac === undefined ? [] : [`HMAC-SHA256 in ${hmac.header}`];
  const all = [...(signature ?? []).map((scheme) => names[scheme]), ...plain];
  return all.length === 0 ? 'none' : all.join(', ');
}

export async function runWebhookShow(name: string, context: CliContext): Promise<void> {
  const webhook = await context.api.get<WebhookDetail>(pathTo('webhooks', name));
  printObject(context, {
    name: webhook.name,
    json: webhook,
    fields: [
      ['webhook', webhook.name],
      ['description', oneLine(webhook.description)],
      ['state', describeStanding(webhook, context)],
      ['events', webhook.events.join('\n')],
      ...filterFields(webhook),
      ['format', webhook.format],
      ['timeout', formatSpan(webhook.timeout_ms)],
      ['certificate', certificateText(webhook)],
      ['signature', signatureText(webhook)],
      ['logs in', webhook.auth],
      ['proxy', webhook.proxy],
      ['retry', inWords(webhook.retry)],
      ['redelivery', webhook.redelivery === null ? 'none' : inWords(webhook.redelivery)],
      ['failure email', webhook.failure_email.join(', ')],
      ['last triggered', showInstant(context, webhook.last_triggered_at)],
      ['last result', webhook.last_result],
      ['deliveries', `${webhook.waiting} waiting, ${webhook.failed} failed`],
      ['origin', webhook.origin],
    ],
    sections: [
      {
        title: 'URLs',
        lines: webhook.urls.map(({ url, method, ref }) => `${method} ${oneLine(url)}  (${ref})`),
      },
      {
        title: 'Headers',
        lines: Object.entries(webhook.headers).map(([header, value]) => oneLine(`${header}: ${value}`)),
      },
      { title: 'Signing keys', lines: webhook.signing_keys.map((key) => keyLine(key, context)) },
    ],
  });
  const next = webhook.failed > 0 ? [`delivery list --webhook ${name} --status failed`] : [];
  hintNext(context, ...next, webhook.state === 'active' ? `webhook test ${name}` : `webhook resume ${name}`);
}
