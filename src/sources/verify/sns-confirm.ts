// Confirms subscriptions of Amazon SNS in the background: visits the address, tries again a few times, remembers the outcome per source.
// Its caller has verified the message the address came in; nothing here keeps anybody waiting.

import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Confirmation } from './check.js';
import { isSnsUrl } from './sns.js';
import type { FetchSns } from './sns-certificates.js';

/** Before each try. SNS itself sends the request again for an hour, so a few are enough. */
const CONFIRM_AFTER_MS: readonly number[] = [0, 2_000, 10_000, 60_000];
const MOST_UNDER_WAY = 20;

export interface Confirmer {
  /** Returns at once. */
  confirm(source: string, confirmation: Confirmation): void;
  /** What came of the last one of this source, as a sentence; null when there was none since the start. */
  outcome(source: string): string | null;
}

export interface ConfirmerParts {
  readonly fetchSns: FetchSns;
  readonly log: Logger;
  readonly now: () => number;
  readonly delaysMs?: readonly number[];
}

export function createConfirmer(parts: ConfirmerParts): Confirmer {
  const outcomes = new Map<string, string>();
  const underWay = new Set<string>();
  const tell = (source: string, { topic }: Confirmation, result: string, isGood: boolean): void => {
    const at = new Date(parts.now()).toISOString();
    outcomes.set(source, `${result}: ${topic} (${at})`);
    parts.log[isGood ? 'info' : 'warn']({ source, topic }, `subscription of Amazon SNS ${result}`);
  };
  return {
    outcome: (source) => outcomes.get(source) ?? null,
    confirm(source, confirmation) {
      const { url } = confirmation;
      if (underWay.has(url) || underWay.size >= MOST_UNDER_WAY) return;
      underWay.add(url);
      outcomes.set(source, `being confirmed: ${confirmation.topic}`);
      visit(url, parts)
        .then((failure) =>
          tell(
            source,
            confirmation,
            failure === null ? 'confirmed' : `not confirmed, ${failure}`,
            failure === null,
          ),
        )
        .catch((error: unknown) => parts.log.error({ err: error, source }, 'a confirmation failed'))
        .finally(() => underWay.delete(url));
    },
  };
}

/** Null when it was confirmed, else why not. */
async function visit(url: string, parts: ConfirmerParts): Promise<string | null> {
  if (!isSnsUrl(url)) return 'its address is not one of SNS';
  let failure = '';
  for (const delayMs of parts.delaysMs ?? CONFIRM_AFTER_MS) {
    if (delayMs > 0) await wait(delayMs, undefined, { ref: false });
    try {
      const { status } = await parts.fetchSns(url);
      if (status >= 200 && status < 300) return null;
      failure = `Amazon answered ${status}`;
      // An address that is wrong or has ended does not get better.
      if (status >= 300 && status < 500 && status !== 429) return failure;
    } catch (error) {
      failure = (error as Error).message;
    }
  }
  return failure;
}
