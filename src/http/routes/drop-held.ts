// `POST /deliveries/drop-held`: what was held for a paused or disabled destination is cancelled instead of sent. In steps, and only what was
// there at an instant, so that what comes meanwhile is kept.

import type { ApiCall, ApiRoute } from '../api-route.js';
import { parseInstant } from '../view/lists.js';
import type { BulkAnswer } from '../wire/api-types.js';
import { described, flag, input, ref, text } from '../wire/schema.js';

interface DropBody {
  destination: string;
  until?: string;
  dry_run?: boolean;
  limit?: number;
}

/** Why it was cancelled. */
export const DROPPED_BY_HAND = 'dropped by hand: it was held when its destination was resumed';
const STEP = 500;

async function dropHeld({ runtime, body }: ApiCall<unknown, DropBody>): Promise<BulkAnswer> {
  const { store, clock } = runtime;
  const now = clock.now();
  const until = body.until === undefined ? now : parseInstant('until', body.until, now);
  const { destination } = body;
  if (body.dry_run) {
    const total = await store.countDeliveries({ status: ['held'], destination, until });
    return { dry_run: true, total, changed: 0, next: new Date(until).toISOString() };
  }
  const { changed } = await store.dropHeld(destination, until, DROPPED_BY_HAND, body.limit ?? STEP);
  return { dry_run: false, total: null, changed, next: changed === 0 ? null : new Date(until).toISOString() };
}

export const DROP_HELD_ROUTE: ApiRoute = {
  method: 'POST',
  path: '/deliveries/drop-held',
  scope: 'webhooks',
  tag: 'deliveries',
  summary:
    'Cancel what is held for a paused or disabled destination, step by step: call again with `until` = `next` until it is null.',
  body: input(
    {
      destination: described(text, 'webhook/<name> (all its URLs) or integration/<name>'),
      until: described(text, 'What was made after this instant is kept; now when left out'),
      dry_run: flag,
      limit: { type: 'integer', minimum: 1, maximum: 5_000 },
    },
    ['destination'],
  ),
  answer: ref('Bulk'),
  handle: dropHeld,
};
