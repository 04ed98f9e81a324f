// What a lane takes from the store: deliveries one by one, or those that share a request, as its destination wants it.

import type { Destination } from '../model/topology.js';
import { aloneParcel, type Parcel, type Store } from '../store/store.js';

export interface Taken {
  readonly parcels: readonly Parcel[];
  /** There may be more that could be taken now. */
  readonly mayHaveMore: boolean;
  /** With nothing more to take now: when there is. Null: only a wake tells. */
  readonly nextDueAt: number | null;
  /** A request is being gathered. */
  readonly isGathering: boolean;
}

/**
 * @param room requests that may be taken
 * @param maxBytes of event data in a new batch
 */
export async function takeDue(
  store: Pick<Store, 'claimDue' | 'claimBatch' | 'nextDueAt'>,
  { ref, batch }: Destination,
  now: number,
  room: number,
  maxBytes: number,
): Promise<Taken> {
  if (batch === undefined) {
    const claimed = await store.claimDue(ref, now, room);
    const mayHaveMore = claimed.length >= room;
    const nextDueAt = mayHaveMore ? null : await store.nextDueAt(ref);
    return { parcels: claimed.map(aloneParcel), mayHaveMore, nextDueAt, isGathering: false };
  }
  const order = { ...batch, maxBytes };
  const { parcel, lingersUntil } = await store.claimBatch(ref, now, order);
  const isGathering = lingersUntil !== null;
  if (parcel !== null) return { parcels: [parcel], mayHaveMore: true, nextDueAt: null, isGathering };
  const later = await store.nextDueAt(ref, ...(lingersUntil === null ? [] : [now]));
  const times = [lingersUntil, later].filter((at) => at !== null);
  const nextDueAt = times.length === 0 ? null : Math.min(...times);
  return { parcels: [], mayHaveMore: false, nextDueAt, isGathering };
}
