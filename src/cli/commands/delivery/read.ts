// `delivery list` and `delivery show`.

import { RelayError } from '../../../core/errors.js';
import type { DeliveryDetail, DeliveryItem, ListAnswer } from '../../../http/api-types.js';
import { DELIVERY_STATES } from '../../../model/delivery.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printList } from '../../output/list.js';
import { printObject } from '../../output/object.js';
import { destinationMustExist } from '../must-exist.js';
import { oneOf } from '../one-of.js';
import { deliveryScreen } from './screen.js';

export interface DestinationFlags {
  readonly webhook?: string;
  readonly integration?: string;
  readonly destination?: string;
}

export interface DeliveryListFlags extends ListOptions, DestinationFlags {
  readonly status?: string;
  readonly event?: string;
  readonly incident?: string;
}

/** `--webhook crm` → `webhook/crm`, which covers all its URLs. @throws usage.invalid when two are given, or a ref is none */
export function destinationOf(flags: DestinationFlags): string | undefined {
  const refs = [
    ...(flags.webhook === undefined ? [] : [`webhook/${flags.webhook}`]),
    ...(flags.integration === undefined ? [] : [`integration/${flags.integration}`]),
    ...(flags.destination === undefined ? [] : [flags.destination]),
  ];
  if (refs.length > 1)
    throw new RelayError('usage.invalid', 'only one destination at a time', {
      why: `given: ${refs.join(', ')}`,
      fix: 'leave all but one of --webhook, --integration and --destination out',
    });
  if (flags.destination !== undefined && !/^(webhook|integration)\/./.test(flags.destination))
    throw new RelayError('usage.invalid', `"${flags.destination}" is not a destination`, {
      why: 'it is webhook/<name>, webhook/<name>#2 for a second URL, or integration/<name>',
      fix: `did you mean --webhook ${flags.destination}?`,
    });
  return refs[0];
}

export async function runDeliveryList(flags: DeliveryListFlags, context: CliContext): Promise<void> {
  const { event, incident } = flags;
  const status = flags.status === undefined ? undefined : oneOf('--status', flags.status, DELIVERY_STATES);
  const destination = destinationOf(flags);
  const query = { ...listQuery(flags, context.now()), status, destination, event, incident };
  const page = await context.api.get<ListAnswer<DeliveryItem>>('/deliveries', query);
  if (page.items.length === 0) await destinationMustExist(destination, context);
  await printList(context, {
    ...page,
    searched: flags.search,
    empty: 'no such deliveries',
    columns: [
      { title: 'sent at', kind: 'time', value: (delivery) => delivery.sent_at },
      { title: 'delivery', kind: 'name', value: (delivery) => delivery.id },
      { title: 'event', value: (delivery) => delivery.event_type },
      { title: 'destination', value: (delivery) => delivery.destination },
      { title: 'url', value: (delivery) => delivery.url, shrinks: true },
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
