// What tests of batches do again and again: owing events to one destination, claiming what goes together, settling it.

import { expect } from '@jest/globals';
import type { BatchOrder } from '../../../src/store/batch-store.js';
import type { NextStep, Parcel, SettleResult } from '../../../src/store/store.js';
import { accept, alert, attempt, planned, START, type StoreUnderTest } from './fixtures.js';

export const CRM = 'webhook/crm';
export const ORDER: BatchOrder = { maxEvents: 10, lingerMs: 0, maxBytes: 1_000_000 };
export const RETRY = { state: 'pending', dueAt: START + 100, reason: 'retry' } as const satisfies NextStep;

export function batchRig(place: () => StoreUnderTest) {
  const owe = async (...groups: readonly string[]): Promise<void> => {
    for (const groupingId of groups) {
      await accept(place(), [alert({ groupingId })], { to: [planned(CRM, { dueAt: place().clock.now() })] });
    }
  };
  const claim = async (change: Partial<BatchOrder> = {}, now = place().clock.now()): Promise<Parcel> => {
    const { parcel } = await place().store.claimBatch(CRM, now, { ...ORDER, ...change });
    if (parcel === null) throw new Error('nothing was claimed');
    return parcel;
  };
  const nothing = async (now = place().clock.now()): Promise<void> =>
    expect(await place().store.claimBatch(CRM, now, ORDER)).toEqual({ parcel: null, lingersUntil: null });
  const settle = (
    { batch, deliveries, sentBody }: Parcel,
    next: NextStep,
    { split = false, body = '{"batch":1}' } = {},
  ): Promise<readonly SettleResult[]> =>
    place().store.settleBatch({
      batch: batch as string,
      sentBody,
      attempt: attempt({ requestBody: body, status: next.state === 'delivered' ? 200 : 503 }),
      members: deliveries.map((delivery) => ({ delivery, next })),
      split,
    });
  const idsOf = ({ deliveries }: Parcel): string[] => deliveries.map(({ id }) => id);
  /** Three incidents, tried once as one batch in vain. */
  const tried = async (): Promise<Parcel> => {
    await owe('a', 'b', 'c');
    const parcel = await claim();
    await settle(parcel, RETRY);
    return parcel;
  };

  return { owe, claim, nothing, settle, idsOf, tried };
}
