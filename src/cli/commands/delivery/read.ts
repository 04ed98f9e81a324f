// `delivery list`, `delivery show` and `delivery export`.

import type { DeliveryDetail, DeliveryItem, ListAnswer } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext, wantsJson } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printJsonLine } from '../../output/json.js';
import { printList } from '../../output/list.js';
import { printObject } from '../../output/object.js';
import { runExport } from '../export.js';
import { checkFollow, follow } from '../follow.js';
import { destinationMustExist } from '../must-exist.js';
import { searchOn } from '../search-on.js';
import { destinationOf } from './destination.js';
import { type DeliveryFilterFlags, filterQuery } from './filters.js';
import { deliveryScreen } from './screen.js';

export interface DeliveryListFlags extends ListOptions, DeliveryFilterFlags {
  readonly follow?: boolean;
}

export interface DeliveryExportFlags
  extends Pick<ListOptions, 'since' | 'until' | 'search' | 'after'>,
    DeliveryFilterFlags {
  readonly attempts?: boolean;
}

/** Gives what was printed: each delivery with its last attempt. */
async function printDeliveries(flags: DeliveryListFlags, context: CliContext): Promise<readonly string[]> {
  const query = { ...listQuery(flags, context.now()), ...filterQuery(flags) };
  const page = await searchOn<DeliveryItem>('/deliveries', query, context);
  if (page.items.length === 0) await destinationMustExist(destinationOf(flags), context);
  if (!flags.follow) await printPage(flags, page, context);
  // Followed, the newest stands last, before what is to come.
  else if (wantsJson(context)) for (const item of page.items.toReversed()) printJsonLine(context, item);
  else if (page.items.length > 0)
    await printPage(flags, { items: page.items.toReversed(), next: null }, context);
  return page.items.map(({ id, sent_at }) => `${id} ${sent_at}`);
}

export async function runDeliveryList(
  flags: DeliveryListFlags,
  context: CliContext,
  signal?: AbortSignal,
): Promise<void> {
  if (!flags.follow || signal === undefined) {
    await printDeliveries(flags, context);
    return;
  }
  checkFollow(flags);
  const query = { kind: 'attempt', ...filterQuery(flags), grep: flags.search };
  await follow(query, () => printDeliveries(flags, context), context, signal);
}

export async function runDeliveryExport(
  flags: DeliveryExportFlags,
  context: CliContext,
  signal: AbortSignal,
): Promise<void> {
  const { after, ...selection } = flags;
  const count = await runExport<DeliveryItem>(
    {
      path: '/deliveries',
      query: { ...listQuery(selection, context.now()), ...filterQuery(flags), sort: 'created_at' },
      nouns: ['delivery', 'deliveries'],
      ...(flags.attempts && { whole: ({ id }) => context.api.get(pathTo('deliveries', id)) }),
      ...(after !== undefined && { after }),
    },
    context,
    signal,
  );
  if (count === 0) await destinationMustExist(destinationOf(flags), context);
}

async function printPage(
  flags: DeliveryListFlags,
  page: ListAnswer<DeliveryItem>,
  context: CliContext,
): Promise<void> {
  await printList(context, {
    ...page,
    searched: flags.search ?? flags.body,
    empty: 'no such deliveries',
    columns: [
      { title: 'sent at', kind: 'time', value: (delivery) => delivery.sent_at },
      { title: 'delivery', kind: 'name', value: (delivery) => delivery.id },
      { title: 'event', value: (delivery) => delivery.event_type, shrinks: 'at the start' },
      { title: 'destination', value: (delivery) => delivery.destination, shrinks: 'at the start' },
      { title: 'url', value: (delivery) => delivery.url, shrinks: true, least: 16 },
      { title: 'result', value: (delivery) => delivery.result },
      { title: 'tries', align: 'right', value: (delivery) => delivery.tries },
      { title: 'state', kind: 'state', value: (delivery) => delivery.state },
      { title: 'reason', wide: true, value: (delivery) => delivery.reason },
      { title: 'next try', wide: true, kind: 'time', value: (delivery) => delivery.due_at },
      { title: 'incident', wide: true, value: (delivery) => delivery.incident },
      { title: 'because', wide: true, value: (delivery) => delivery.routed_because },
    ],
  });
}

function nextCommands(delivery: DeliveryDetail): string[] {
  switch (delivery.state) {
    case 'failed':
    case 'dead':
    case 'delivered':
    case 'cancelled':
      return [`delivery resend ${delivery.id}`];
    case 'held': {
      const [noun = '', name = ''] = delivery.destination.replace(/#\d+$/, '').split('/');
      return [`${noun} resume ${name}`];
    }
    default:
      return delivery.incident === null ? [] : [`incident show ${delivery.incident}`];
  }
}

export async function runDeliveryShow(
  id: string,
  flags: { readonly attempts?: boolean; readonly body?: boolean },
  context: CliContext,
): Promise<void> {
  const delivery = await context.api.get<DeliveryDetail>(pathTo('deliveries', id));
  if (context.format === 'table' || context.format === 'wide') {
    const options = { wholeBodies: flags.body === true, allAttempts: flags.attempts === true };
    context.out.write(`${deliveryScreen(delivery, options, context).join('\n')}\n`);
  } else {
    printObject(context, { name: delivery.id, fields: [], json: delivery });
  }
  hintNext(context, ...nextCommands(delivery));
}
