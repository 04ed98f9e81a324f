// "Did you mean …": the known name closest to what was typed. Suggested only; nothing is ever run or chosen by it.

import { distance } from 'fastest-levenshtein';

const bareOf = (text: string): string => text.replace(/^-+/, '').toLowerCase();

/** How far a known name is from what was typed: letters to change, less when one begins with the other or both begin alike. */
function away(typed: string, known: string): number {
  if (typed.length >= 2 && known.startsWith(typed)) return 0.5;
  const letters = distance(typed, known) - (known[0] === typed[0] ? 0.25 : 0);
  return known.length >= 3 && typed.startsWith(known) ? Math.min(letters, 1) : letters;
}

/**
 * The nearest of `known` to `typed`, or undefined when none is near: more than a third of the letters differ (2 are always allowed).
 * @param synonyms words of other tools, in lower case → ours
 */
export function nearestName(
  typed: string,
  known: Iterable<string>,
  synonyms: Readonly<Record<string, string>> = {},
): string | undefined {
  const names = [...known];
  const synonym = Object.hasOwn(synonyms, typed.toLowerCase()) ? synonyms[typed.toLowerCase()] : undefined;
  if (synonym !== undefined && names.includes(synonym)) return synonym;
  const bare = bareOf(typed);
  let best: { readonly name: string; readonly away: number } | undefined;
  for (const name of names) {
    const other = bareOf(name);
    const far = away(bare, other);
    const longest = Math.max(bare.length, other.length);
    const allowed = Math.max(2, Math.floor(longest / 3));
    // Short names with nothing in common are not near, however few their letters.
    if (far <= allowed && far < longest && (best === undefined || far < best.away))
      best = { name, away: far };
  }
  return best?.name;
}

/** `did you mean "crm"?`, or null. */
export function suggestion(typed: string, known: Iterable<string>): string | null {
  const best = nearestName(typed, known);
  return best === undefined ? null : `did you mean "${best}"?`;
}
