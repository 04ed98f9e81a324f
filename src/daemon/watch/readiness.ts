// Is the daemon doing its work? What /readyz answers: the store takes writes, the scheduler moves, nothing that is due lies around.

import type { Clock } from '../../core/clock.js';
import { formatSpan } from '../../core/units.js';
import type { DeliveryEngine } from '../../delivery/engine.js';
import type { Readiness } from '../../http/runtime.js';
import type { Store } from '../../store/store.js';

/** A delivery that is due this long and whose lane is free means the scheduler does not keep up, or stands. */
const OLDEST_DUE_LIMIT_MS = 60_000;

type Check = Readiness['checks'][number];

/** A check that cannot even be made is a check that failed, never an error of /readyz itself. */
async function checked(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return { name, ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}

async function checkStore(store: Store): Promise<Check> {
  await store.probe();
  return { name: 'store', ok: true, text: 'takes writes' };
}

async function checkDue(store: Store, engine: DeliveryEngine, now: number): Promise<Check> {
  const waits = (await store.backlog())
    .filter(({ destination, oldestDueAt }) => {
      const lane = engine.laneState(destination);
      const isFree =
        lane !== undefined &&
        lane.isPaused !== true &&
        lane.disabledAt === null &&
        (lane.pausedUntil ?? 0) <= now &&
        lane.isHeldBack !== true &&
        lane.inFlight === 0;
      return isFree && oldestDueAt !== null;
    })
    .map(({ oldestDueAt }) => now - (oldestDueAt as number));
  const oldest = Math.max(0, ...waits);
  return {
    name: 'scheduler',
    ok: oldest <= OLDEST_DUE_LIMIT_MS,
    text: oldest === 0 ? 'nothing is overdue' : `the oldest due delivery waits for ${formatSpan(oldest)}`,
  };
}

export async function readiness(
  parts: { store: Store; engine: DeliveryEngine; clock: Clock },
  draining: boolean,
): Promise<Readiness> {
  const checks = [
    await checked('store', () => checkStore(parts.store)),
    await checked('scheduler', () => checkDue(parts.store, parts.engine, parts.clock.now())),
  ];
  if (draining) checks.push({ name: 'draining', ok: false, text: 'stopping: no new alerts are taken' });
  return { ready: checks.every((check) => check.ok), checks };
}
