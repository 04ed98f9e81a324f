// Posts with a wrong key, counted per source: a tool that still posts to an old URL is otherwise silent here and loud only over there. In
// memory, of known sources alone, so that a stranger cannot make it grow; empty after a restart. Must not keep or log what was offered.

import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.js';

const HOUR_MS = 3_600_000;
const HOURS_COUNTED = 24;

export interface WrongKeyCount {
  readonly count: number;
  /** ms UTC */
  readonly lastAt: number;
  /** An IP address, or `the local socket`. */
  readonly lastFrom: string;
}

export interface WrongKeys {
  note(source: string, from: string): void;
  /** In the last 24 hours since the daemon started, in steps of an hour; null when there were none. */
  of(source: string): WrongKeyCount | null;
}

interface Counted {
  lastAt: number;
  lastFrom: string;
  warnedAt: number;
  /** Hour since 1970 → posts in it. */
  readonly hours: Map<number, number>;
}

function forgetOld({ hours }: Counted, now: number): void {
  const oldest = Math.floor(now / HOUR_MS) - HOURS_COUNTED + 1;
  for (const hour of hours.keys()) if (hour < oldest) hours.delete(hour);
}

/** Warns in the log once an hour and source. */
export function createWrongKeys(clock: Clock, log: Pick<Logger, 'warn'>): WrongKeys {
  const sources = new Map<string, Counted>();
  return {
    note(source, from) {
      const now = clock.now();
      const counted = sources.get(source) ?? {
        lastAt: now,
        lastFrom: from,
        warnedAt: Number.NEGATIVE_INFINITY,
        hours: new Map<number, number>(),
      };
      sources.set(source, counted);
      const hour = Math.floor(now / HOUR_MS);
      counted.lastAt = now;
      counted.lastFrom = from;
      counted.hours.set(hour, (counted.hours.get(hour) ?? 0) + 1);
      forgetOld(counted, now);
      if (now - counted.warnedAt < HOUR_MS) return;
      counted.warnedAt = now;
      log.warn({ source, from }, `a post with a wrong key; the right URL: relay source url ${source}`);
    },
    of(source) {
      const counted = sources.get(source);
      if (counted === undefined) return null;
      forgetOld(counted, clock.now());
      const count = [...counted.hours.values()].reduce((sum, posts) => sum + posts, 0);
      return count === 0 ? null : { count, lastAt: counted.lastAt, lastFrom: counted.lastFrom };
    },
  };
}
