// Work over many deliveries of one destination, in small batches with a breath between them: the redelivery sweep over failed ones,
// and giving up what a removed destination still had waiting.

import { setImmediate as breathe } from 'node:timers/promises';
import { formatSpan } from '../core/units.js';
import type { BulkStep, Store } from '../store/store.js';

/** Rows changed in one transaction. */
const BATCH = 500;

export interface SweepOrder {
  readonly destination: string;
  readonly maxAgeMs: number;
  readonly now: number;
  /** Asked between batches; false ends the sweep early. */
  readonly isRunning: () => boolean;
}

/** Failed deliveries too old become `dead`, the others pending again for one more attempt each. Returns how many of those. */
export async function sweepFailed(
  store: Pick<Store, 'giveUp' | 'redeliver'>,
  order: SweepOrder,
): Promise<number> {
  const { destination, now, maxAgeMs, isRunning } = order;
  const createdBefore = now - maxAgeMs;
  const reason = `given up: failed and older than ${formatSpan(maxAgeMs)}`;
  await inBatches(isRunning, () => store.giveUp(destination, createdBefore, reason, BATCH));
  const selection = { status: ['failed'] as const, destination, exact: true, since: createdBefore };
  return inBatches(isRunning, (after) => store.redeliver(selection, 'sweep', now, BATCH, after));
}

export interface GiveUpOrder {
  readonly destination: string;
  /** ms UTC; what was made before it is given up. */
  readonly createdBefore: number;
  readonly reason: string;
  readonly isRunning: () => boolean;
}

export interface GivenUp {
  readonly changed: number;
  /** Those that are to be told of: not news of delivery itself. */
  readonly newsworthy: number;
}

/** Waiting deliveries that are too old become `dead`. Returns how many. */
export async function giveUpWaiting(
  store: Pick<Store, 'giveUpWaiting'>,
  order: GiveUpOrder,
): Promise<GivenUp> {
  const { destination, createdBefore, reason, isRunning } = order;
  let newsworthy = 0;
  const changed = await inBatches(isRunning, async () => {
    const step = await store.giveUpWaiting(destination, createdBefore, reason, BATCH);
    newsworthy += step.newsworthy;
    return step;
  });
  return { changed, newsworthy };
}

/** Waiting deliveries of a destination that is no more become `cancelled`. Returns how many. */
export function cancelWaiting(
  store: Pick<Store, 'cancelAll'>,
  destination: string,
  now: number,
  isRunning: () => boolean,
): Promise<number> {
  return inBatches(isRunning, () => store.cancelAll(destination, 'the destination was removed', now, BATCH));
}

async function inBatches(
  isRunning: () => boolean,
  step: (after: string | undefined) => Promise<BulkStep>,
): Promise<number> {
  let changed = 0;
  let after: string | undefined;
  while (isRunning()) {
    const done = await step(after);
    changed += done.changed;
    if (done.next === null) break;
    after = done.next;
    await breathe();
  }
  return changed;
}
