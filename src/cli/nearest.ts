// Finds the known word that someone most likely meant.

import { distance } from 'fastest-levenshtein';

/** The nearest known word, or undefined when nothing is near. @param synonyms words of other tools → ours */
export function nearest(
  word: string,
  known: readonly string[],
  synonyms: Readonly<Record<string, string>> = {},
): string | undefined {
  const synonym = synonyms[word.toLowerCase()];
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  const bare = word.replace(/^-+/, '').toLowerCase();
  const ranked = known
    .map((each) => {
      const other = each.replace(/^-+/, '').toLowerCase();
      const starts =
        (bare.length >= 2 && other.startsWith(bare)) || (other.length >= 3 && bare.startsWith(other));
      return {
        each,
        away: starts ? 0.5 : distance(bare, other) - (other[0] === bare[0] ? 0.25 : 0),
        longest: Math.max(bare.length, other.length),
      };
    })
    .filter(({ away, longest }) => away <= (longest < 4 ? 1 : Math.max(2, Math.floor(longest / 3))))
    .sort((a, b) => a.away - b.away);
  return ranked[0]?.each;
}
