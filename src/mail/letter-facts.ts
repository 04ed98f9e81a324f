// What a failure mail says beyond its note: the webhook, the last attempt, and what waits or has failed, as the store has it now.

import type { Destination, Topology } from '../model/topology.js';
import type { Store } from '../store/store.js';
import type { LetterFacts } from './letter.js';
import type { MailNote, News } from './note.js';
import { excerpt } from './plain.js';

const LONGEST_BODY = 200;

interface FactsFrom {
  readonly store: Pick<Store, 'getDelivery' | 'listAttempts' | 'backlog' | 'countDeliveries'>;
  topology(): Topology;
}

/** @param news what the mail tells, out of its note already */
export async function readFacts(
  { store, topology }: FactsFrom,
  destination: Destination,
  note: MailNote,
  news: News,
): Promise<LetterFacts> {
  const { destinations, publicUrl } = topology();
  const urls = [...destinations.values()].filter(
    (one) => one.noun === 'webhook' && one.name === destination.name,
  );
  const waiting = (await store.backlog()).find((one) => one.destination === destination.ref)?.waiting ?? 0;
  // What the mail asks to send again; a test is never sent again.
  const failed = await store.countDeliveries({
    status: ['failed', 'dead'],
    destination: destination.ref,
    exact: true,
    withoutTests: true,
  });
  return {
    destination: destination.ref,
    webhook: destination.name,
    isWhole: urls.length === 1,
    url: destination.displayUrl,
    publicUrl,
    news,
    trouble: note.trouble,
    last: news.failures?.delivery ? await lastOf(store, news.failures.delivery, destination) : null,
    backlog: { waiting, failed },
  };
}

/** Null when the history has it no more. */
async function lastOf(
  store: FactsFrom['store'],
  id: string,
  destination: Destination,
): Promise<LetterFacts['last']> {
  try {
    const [delivery, attempts] = await Promise.all([store.getDelivery(id), store.listAttempts(id)]);
    const last = [...attempts].sort((a, b) => b.startedAt - a.startedAt)[0];
    return {
      event: delivery.event,
      eventType: delivery.eventType,
      result: delivery.result,
      body: excerpt(last?.responseBody ?? '', destination, LONGEST_BODY),
    };
  } catch {
    return null;
  }
}
