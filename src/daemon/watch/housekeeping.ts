// Retention on a schedule: small batches with a pause after each, so that taking in and delivering are never held up.

import { setTimeout as pause } from 'node:timers/promises';
import cron from 'node-cron';
import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.js';
import type { RetentionPolicy, Store } from '../../store/store.js';

const SCHEDULE = '*/10 * * * *';
const BATCH_ROWS = 500;
const PAUSE_MS = 20;

export interface Housekeeping {
  /** Prunes until nothing older is left. Returns how many rows went. A second call while one runs joins it. */
  pruneNow(): Promise<number>;
  stop(): Promise<void>;
}

export function startHousekeeping(parts: {
  store: Store;
  clock: Clock;
  log: Logger;
  policy(): RetentionPolicy;
}): Housekeeping {
  let running: Promise<number> | null = null;
  let stopped = false;

  async function prune(): Promise<number> {
    let deleted = 0;
    for (let more = true; more && !stopped; ) {
      const step = await parts.store.prune(parts.policy(), parts.clock.now(), BATCH_ROWS);
      deleted += step.deleted;
      more = step.more;
      if (more) await pause(PAUSE_MS);
    }
    if (deleted > 0) parts.log.info({ deleted }, 'retention: old rows deleted');
    return deleted;
  }

  function pruneNow(): Promise<number> {
    running ??= prune().finally(() => {
      running = null;
    });
    return running;
  }

  const task = cron.schedule(
    SCHEDULE,
    () =>
      pruneNow().catch((error: unknown) =>
        parts.log.error({ err: error }, 'retention failed; it is tried again'),
      ),
    { noOverlap: true },
  );
  return {
    pruneNow,
    async stop() {
      stopped = true;
      await task.destroy();
      await running?.catch(() => undefined);
    },
  };
}
