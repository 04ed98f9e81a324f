// The Retry-After header (RFC 9110 §10.2.3): seconds or an HTTP date. Pure. What to do with it is the retry policy's matter.

/** Longer than this is taken for a mistake of the receiver: it has no effect. Up to it, the retry policy's cap applies. */
const ABSURD_RETRY_AFTER_MS = 30 * 86_400_000;

/**
 * How long a receiver asks to be left alone, in ms from `now`; null when it asks for nothing: no header, unreadable, past or absurd.
 * @param now ms UTC
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (text === '') return null;
  const afterMs = /^\d+(\.\d+)?$/.test(text) ? Math.ceil(Number(text) * 1_000) : untilHttpDate(text, now);
  return afterMs !== null && afterMs > 0 && afterMs <= ABSURD_RETRY_AFTER_MS ? afterMs : null;
}

/** All three forms of RFC 9110 §5.6.7 begin with a day's name; a bare ISO date or `-5` is not one of them. */
function untilHttpDate(text: string, now: number): number | null {
  if (!/^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i.test(text)) return null;
  // The asctime form names no zone and means GMT.
  const at = Date.parse(/gmt$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : at - now;
}
