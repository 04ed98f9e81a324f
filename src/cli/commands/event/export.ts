// `event export`.

import type { EventItem } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import type { CliContext } from '../../context.js';
import { listQuery } from '../../list-flags.js';
import { runExport } from '../export.js';
import { type EventListFlags, eventFilters } from './read.js';

/** Each line is the event with its data and deliveries, as `event show --json` prints it. */
export async function runEventExport(
  flags: EventListFlags,
  context: CliContext,
  signal: AbortSignal,
): Promise<void> {
  const { after, ...selection } = flags;
  await runExport<EventItem>(
    {
      path: '/events',
      query: { ...listQuery(selection, context.now()), ...eventFilters(flags), sort: 'at' },
      nouns: ['event', 'events'],
      whole: ({ id }) => context.api.get(pathTo('events', id)),
      ...(after !== undefined && { after }),
    },
    context,
    signal,
  );
}
