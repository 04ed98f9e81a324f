// What `delivery list` and `delivery export` select by: flags, and the query they become.

import { RelayError } from '../../../core/errors.js';
import { nearestName } from '../../../core/nearest.js';
import { DELIVERY_STATES, NO_ANSWER } from '../../../model/delivery.js';
import { isResult, RESULT_WORDS } from '../../../model/lists.js';
import type { Query } from '../../client.js';
import type { RelayCommand } from '../../command.js';
import { refusePattern } from '../event/read.js';
import { oneOf } from '../one-of.js';
import { type DestinationFlags, destinationOf } from './destination.js';

export interface DeliveryFilterFlags extends DestinationFlags {
  readonly status?: string;
  readonly event?: string;
  readonly incident?: string;
  readonly type?: string;
  readonly result?: string;
  readonly body?: string;
}

/** `5xx,timeout` → each. @throws usage.invalid naming the nearest known word */
function resultsOf(text: string): string[] {
  const words = text
    .toLowerCase()
    .split(',')
    .map((word) => word.trim());
  for (const word of words) {
    if (isResult(word)) continue;
    const near = nearestName(word, RESULT_WORDS);
    throw new RelayError('usage.invalid', `--result does not know "${word}"`, {
      why: `it takes a status (503), a class (5xx), or why no answer came: error for any, ${NO_ANSWER.join(', ')}`,
      ...(near ? { fix: `did you mean --result ${near}?` } : {}),
    });
  }
  return [...new Set(words)];
}

export function addDeliveryFilters<C extends RelayCommand>(command: C): C {
  return command
    .option(
      '--status <states>',
      'pending, sending, delivered, failed, dead, held, cancelled; separated by commas',
    )
    .option(
      '--result <results>',
      'by the last answer: 503, 5xx, timeout, error (none came); separated by commas',
    )
    .option('--event <id>', 'only those of this event')
    .option('--incident <id>', 'only those of this incident')
    .option('--type <type>', 'only those of events of this type')
    .option(
      '--body <text>',
      'with this text in the event, a request (of a batch: its own event), an answer or an error; slow: give --since',
    ) as C;
}

/** @throws usage.invalid */
export function filterQuery(flags: DeliveryFilterFlags): Query {
  const { event, incident, type, body } = flags;
  refusePattern(type, 'relay delivery list --search');
  return {
    status: flags.status === undefined ? undefined : oneOf('--status', flags.status, DELIVERY_STATES),
    result: flags.result === undefined ? undefined : resultsOf(flags.result),
    destination: destinationOf(flags),
    event,
    incident,
    type,
    body,
  };
}
