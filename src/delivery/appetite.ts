// How much a destination takes, as its answers tell: requests at once, and event data in one request. Learns from each answer; decides
// nothing about what is sent next.

import type { Outcome } from '../destinations/driver.js';
import type { Destination } from '../model/topology.js';
import type { ClaimedDelivery } from '../store/store.js';
import { BatchSize } from './batch-size.js';
import { SlowStart } from './slow-start.js';

export class Appetite {
  readonly requests = new SlowStart();
  readonly size = new BatchSize();

  /**
   * @param hasCome the circuit has closed with this answer
   * @param deliveries of the request that was answered
   */
  answered(
    outcome: Outcome,
    hasCome: boolean,
    { concurrency, batch }: Pick<Destination, 'concurrency' | 'batch'>,
    deliveries: readonly ClaimedDelivery[],
  ): void {
    const isDelivered = outcome.kind === 'delivered';
    if (batch !== undefined && isDelivered) this.size.delivered(deliveries);
    if (hasCome) this.requests.begin();
    else if (outcome.kind !== 'retry') this.requests.answered(isDelivered, concurrency);
    else if (outcome.tooLarge === true) this.size.tooLarge(deliveries);
    else if (outcome.overloaded === true || outcome.throttled) this.requests.overloaded(concurrency);
    else this.requests.answered(false, concurrency);
  }
}
