// Claiming what shares the next request of a destination: reads it, marks it, names the batch. What goes together is chosen in
// batch-choice.ts.

import { formatId } from '../../core/ids.js';
import { aloneParcel, type BatchClaim, type BatchOrder, type Parcel } from '../batch-store.js';
import type { ClaimedDelivery } from '../store.js';
import type { Attempts } from './attempts.js';
import { type Candidate, type Chosen, prepareBatchChoice } from './batch-choice.js';
import type { ClaimReader } from './claim.js';
import type { Kernel } from './kernel.js';

const NOTHING: BatchClaim = { parcel: null, lingersUntil: null };

export function prepareBatches(kernel: Kernel, reader: ClaimReader, attempts: Attempts) {
  const { db, ids, interned, writer } = kernel;
  const { choose, isAnyDue } = prepareBatchChoice(kernel);
  const mark = db.prepare('UPDATE delivery SET state = 1, batch = ? WHERE id = ?');

  /** Reads what is to be sent, as much as may go into one request, and marks it. */
  function take({ batch, members }: Chosen, destination: string, maxBytes: number): Parcel {
    const claimed: ClaimedDelivery[] = [];
    const isAlone = batch === null && members.length === 1;
    let bytes = 0;
    for (const { id } of members) {
      const delivery = reader.read(id, destination, isAlone);
      bytes += Buffer.byteLength(delivery.event.data);
      if (batch === null && claimed.length > 0 && bytes > maxBytes) break;
      claimed.push(delivery);
    }
    const number = batch ?? (claimed.length === 1 ? null : ids.nextValue());
    for (const { id, batch: before } of members.slice(0, claimed.length)) {
      mark.run(number, id);
      // The rest of one that was tried: this one, too, stays as it is.
      if (number !== null && before !== null && number !== before) attempts.noteMember(number, id);
    }
    if (number === null) {
      const [first] = claimed as [ClaimedDelivery];
      // Among several its own earlier body was not asked for.
      return aloneParcel(isAlone ? first : reader.read((members[0] as Candidate).id, destination, true));
    }
    return {
      batch: formatId('bat', number),
      deliveries: claimed.sort((a, b) => (a.id < b.id ? -1 : 1)),
      sentBody: batch === null ? null : attempts.lastBody(batch, ''),
    };
  }

  return {
    claimBatch: async (destination: string, now: number, order: BatchOrder): Promise<BatchClaim> => {
      const number = interned.findDestination(destination);
      if (number === undefined) return NOTHING;
      // While a batch gathers, and when nothing is due, asking must not cost a commit.
      if (order.lingerMs > 0) {
        const first = choose(number, now, order);
        if ('lingersUntil' in first) return { ...NOTHING, ...first };
      } else if (!isAnyDue(number, now)) return NOTHING;
      return writer.submit((): BatchClaim => {
        const choice = choose(number, now, order);
        if ('lingersUntil' in choice) return { ...NOTHING, ...choice };
        return { ...NOTHING, parcel: take(choice.chosen, destination, order.maxBytes) };
      });
    },
  };
}
