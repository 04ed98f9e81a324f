// SIGTERM and SIGINT drain, a second one ends at once, SIGHUP reloads.

import type { Logger } from 'pino';

const FORCED_EXIT_CODE = 130;

export interface SignalDeeds {
  /** Stops in good order; called once. */
  drain(signal: string): void;
  reload(): void;
}

/** Returns the function that takes the handlers off again. */
export function onSignals(log: Logger, deeds: SignalDeeds): () => void {
  let draining = false;
  const stop = (signal: string): void => {
    if (draining) {
      log.warn({ signal }, 'second signal: ending at once');
      process.exit(FORCED_EXIT_CODE);
    }
    draining = true;
    deeds.drain(signal);
  };
  const reload = (): void => deeds.reload();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', reload);
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    process.off('SIGHUP', reload);
  };
}
