// Who is told what: listeners for every attempt, for operators' news, and those who wait for one delivery's next attempt.
// A listener that throws is logged and harms nobody.

import type { Logger } from 'pino';
import { RelayError } from '../core/errors.js';
import type { AttemptNotice, OperationalNotice } from './engine.js';

export class Notices {
  readonly #log: Logger;
  readonly #attempt: ((notice: AttemptNotice) => void)[] = [];
  readonly #operational: ((notice: OperationalNotice) => void)[] = [];
  readonly #waiting = new Map<string, Set<(notice: AttemptNotice) => void>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  onAttempt(listener: (notice: AttemptNotice) => void): void {
    this.#attempt.push(listener);
  }

  onOperational(listener: (notice: OperationalNotice) => void): void {
    this.#operational.push(listener);
  }

  tellAttempt(notice: AttemptNotice): void {
    const waiting = this.#waiting.get(notice.delivery);
    if (waiting !== undefined) for (const listener of [...waiting]) this.#tell(listener, notice);
    for (const listener of this.#attempt) this.#tell(listener, notice);
  }

  tellOperational(notice: OperationalNotice): void {
    for (const listener of this.#operational) this.#tell(listener, notice);
  }

  /** @throws RelayError delivery.refused when no attempt was settled in time */
  nextAttempt(delivery: string, timeoutMs: number): Promise<AttemptNotice> {
    return new Promise((resolve, reject) => {
      const listeners = this.#waiting.get(delivery) ?? new Set();
      this.#waiting.set(delivery, listeners);
      const forget = (): void => {
        clearTimeout(timer);
        listeners.delete(listener);
        if (listeners.size === 0) this.#waiting.delete(delivery);
      };
      const listener = (notice: AttemptNotice): void => {
        forget();
        resolve(notice);
      };
      const timer = setTimeout(() => {
        forget();
        reject(noAttempt(delivery, timeoutMs));
      }, timeoutMs);
      listeners.add(listener);
    });
  }

  #tell<Notice>(listener: (notice: Notice) => void, notice: Notice): void {
    try {
      listener(notice);
    } catch (error) {
      this.#log.error({ err: error }, 'a listener of the delivery engine failed');
    }
  }
}

function noAttempt(delivery: string, timeoutMs: number): RelayError {
  return new RelayError('delivery.refused', `no attempt of ${delivery} within ${timeoutMs / 1_000} s`, {
    why: 'its destination is busy, paused, or it waits for an earlier event of its incident',
    fix: `relay delivery show ${delivery}`,
  });
}
