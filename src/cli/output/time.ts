// Instants as people read them: `3m ago` on a terminal, ISO 8601 when piped.

import { formatSpan } from '../../core/units.js';
import type { CliContext } from '../context.js';

type Clocked = Pick<CliContext, 'isTTY' | 'now'>;

/** `3m ago`, `in 48s`, `now` (within a second); the largest unit only. */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 1_000) return 'now';
  const span = formatSpan(distance).split(' ')[0] as string;
  return at > now ? `in ${span}` : `${span} ago`;
}

/** @param iso an instant of the API, or null for never. */
export function showTime(context: Clocked, iso: string | null): string {
  if (iso === null) return '-';
  return context.isTTY ? relativeTime(Date.parse(iso), context.now()) : iso;
}

/** For detail views: the instant itself, with how long ago it is on a terminal. */
export function showInstant(context: Clocked, iso: string | null): string {
  if (iso === null) return '-';
  return context.isTTY ? `${iso}  (${relativeTime(Date.parse(iso), context.now())})` : iso;
}

/** For streams, line after line: the UTC time of day on a terminal, the whole instant when piped. */
export function showClock(context: Pick<CliContext, 'isTTY'>, iso: string): string {
  return context.isTTY ? iso.slice(11, 23) : iso;
}
