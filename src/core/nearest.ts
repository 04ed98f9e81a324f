// "Did you mean …": the known name closest to what was typed. Suggested only; nothing is ever run or chosen by it.

import { closest, distance } from 'fastest-levenshtein';

/** The nearest of `known` to `typed`, or null when none is near (more than a third of the letters differ, at least 2 allowed). */
export function nearestName(typed: string, known: Iterable<string>): string | null {
  const names = [...known];
  if (names.length === 0) return null;
  const best = closest(typed.toLowerCase(), names);
  const allowed = Math.max(2, Math.floor(Math.max(typed.length, best.length) / 3));
  return distance(typed.toLowerCase(), best.toLowerCase()) <= allowed ? best : null;
}

/** `did you mean "crm"?`, or null. */
export function suggestion(typed: string, known: Iterable<string>): string | null {
  const best = nearestName(typed, known);
  return best === null ? null : `did you mean "${best}"?`;
}
