// `webhook list` and `webhook show`.

import type { ListAnswer, WebhookDetail, WebhookItem } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printList } from '../../output/list.js';
import { printObject } from '../../output/object.js';
import { standingOf } from '../destination-verbs.js';
import { webhookScreen } from './screen.js';

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
      { title: 'held', wide: true, align: 'right', value: (webhook) => webhook.held },
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

/** What somebody who looks at it does next: what failed first, then what brings it back, or tries it. */
function nextCommands({ name, failed, dead, held, state, health }: WebhookDetail): string[] {
  const status = dead > 0 ? 'failed,dead' : 'failed';
  const failures = failed + dead > 0 ? [`delivery list --webhook ${name} --status ${status}`] : [];
  const kept = held > 0 ? [`delivery list --webhook ${name} --status held`] : [];
  if (state !== 'active') return [...failures, ...kept, `webhook resume ${name}`];
  return [...failures, ...(health === 'degraded' ? [`tail --webhook ${name}`] : []), `webhook test ${name}`];
}

export async function runWebhookShow(name: string, context: CliContext): Promise<void> {
  const webhook = await context.api.get<WebhookDetail>(pathTo('webhooks', name));
  printObject(context, { name: webhook.name, json: webhook, ...webhookScreen(webhook, context) });
  hintNext(context, ...nextCommands(webhook));
}
