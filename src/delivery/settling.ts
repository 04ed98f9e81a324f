// Gets the result of an attempt into the store, however long that takes: a result in hand is never dropped for a store that is busy,
// full or locked, and the request is never made again because of it. Only what the store can never take is given up, with a log line.

import type { Logger } from 'pino';
import { RelayError } from '../core/errors.js';

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;
/** Tries when the store answers with something else than "not now": more of them would make one bad row a poison for its lane. */
const TRIES_FOR_OTHER_ERRORS = 5;

export interface SettlingOptions {
  /** Of the first one, for the log. */
  readonly delivery: string;
  readonly log: Logger;
  /** Told before each wait and after the last one. */
  readonly onTrouble: (begins: boolean) => void;
  /** True when there is no time left (shutdown): the row stays `sending` and reads as `unknown` after the next start. */
  readonly isGivenUp: () => boolean;
}

/** The store's answer, or null when the result could not be kept. */
export async function settleForSure<Result>(
  settle: () => Promise<Result>,
  options: SettlingOptions,
): Promise<Result | null> {
  try {
    return await settle();
  } catch (error) {
    options.onTrouble(true);
    try {
      return await settleAgain(settle, error, options);
    } finally {
      options.onTrouble(false);
    }
  }
}

async function settleAgain<Result>(
  settle: () => Promise<Result>,
  first: unknown,
  options: SettlingOptions,
): Promise<Result | null> {
  let error = first;
  for (let tries = 1; ; tries++) {
    const fields = { delivery: options.delivery, tries, err: error };
    if (isFinal(error, tries) || options.isGivenUp()) {
      options.log.error(fields, 'the result of an attempt could not be kept');
      return null;
    }
    options.log.warn(fields, 'the store did not take the result of an attempt; trying again');
    await new Promise((resolve) => setTimeout(resolve, Math.min(FIRST_WAIT_MS * 2 ** tries, MAX_WAIT_MS)));
    try {
      return await settle();
    } catch (next) {
      error = next;
    }
  }
}

function isFinal(error: unknown, tries: number): boolean {
  if (!(error instanceof RelayError)) return tries >= TRIES_FOR_OTHER_ERRORS;
  if (error.code === 'object.not_found' || error.code === 'delivery.invalid_state') return true;
  return !error.code.startsWith('store.') && tries >= TRIES_FOR_OTHER_ERRORS;
}
