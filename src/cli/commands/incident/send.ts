// `incident send`: the latest state of an incident to one destination, by hand.

import { RelayError } from '../../../core/errors.js';
import type { IncidentSendAnswer } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { printDone } from '../../output/object.js';

export interface SendFlags {
  readonly webhook?: string;
  readonly integration?: string;
}

/** @throws usage.invalid, object.not_found, delivery.destination_disabled */
export async function runIncidentSend(id: string, flags: SendFlags, context: CliContext): Promise<void> {
  const { webhook, integration } = flags;
  if ((webhook === undefined) === (integration === undefined))
    throw new RelayError('usage.invalid', 'say where to send it: one webhook or one integration', {
      why: webhook === undefined ? 'neither was given' : 'both were given',
      fix: `relay incident send ${id} --webhook crm`,
    });
  const answer = await context.api.post<IncidentSendAnswer>(
    pathTo('incidents', id, 'send'),
    webhook === undefined ? { integration } : { webhook },
  );
  const sent = answer.deliveries.map((delivery) => `${delivery.destination} as ${delivery.id}`).join(', ');
  printDone(context, `sent ${answer.event_type} of ${answer.incident} to ${sent}`, answer.incident, answer);
  const [first] = answer.deliveries;
  if (first) hintNext(context, `delivery show ${first.id}`);
}
