// One run of `relay listen`: receives, has each signature judged, shows the requests in the order they arrived, and ends on a signal or
// after `once` requests. Knows nothing of flags.

import type { Clock } from '../../../core/clock.js';
import type { FaultPlan } from './faults.js';
import { type Received, startReceiver } from './receiver.js';
import { count, newTally, type Tally } from './screen.js';
import type { Judge, Verdict } from './signature.js';

export interface SessionOptions {
  readonly port: number;
  readonly plan: FaultPlan;
  /** Ends after so many requests; null goes on until the signal. */
  readonly once: number | null;
  readonly clock: Clock;
  readonly judge: Judge;
  readonly signal: AbortSignal;
  readonly onListening: (url: string) => void;
  readonly show: (received: Received, verdict: Verdict) => void;
}

/** @returns the count of what arrived. @throws as startReceiver */
export async function runSession(options: SessionOptions): Promise<Tally> {
  const tally = newTally();
  let shown: Promise<void> = Promise.resolve();
  const ended = new AbortController();
  const receiver = await startReceiver({
    ...options,
    onRequest: (received) => {
      if (options.once !== null && received.number > options.once) return;
      // Asking starts at once and runs side by side; showing waits its turn.
      const verdict = options.judge(received.headers, received.body);
      shown = shown.then(async () => {
        const judged = await verdict;
        count(tally, received, judged);
        options.show(received, judged);
      });
    },
    onAnswered: (number) => {
      if (options.once !== null && number >= options.once) ended.abort();
    },
  });
  options.onListening(receiver.url);
  await aborted([options.signal, ended.signal]);
  await shown;
  await receiver.close();
  return tally;
}

function aborted(signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  return new Promise((resolve) => {
    if (any.aborted) resolve();
    else any.addEventListener('abort', () => resolve(), { once: true });
  });
}
