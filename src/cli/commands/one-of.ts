// A flag that takes one or several words of a known set.

import { RelayError } from '../../core/errors.js';
import { nearestName } from '../../core/nearest.js';

/** `failed,dead` → each word. @throws usage.invalid naming the nearest known word */
export function oneOf(flag: string, text: string, known: readonly string[]): string[] {
  const words = text.split(',').map((word) => word.trim());
  for (const word of words) {
    if (known.includes(word)) continue;
    const near = nearestName(word, known);
    throw new RelayError('usage.invalid', `${flag} does not know "${word}"`, {
      why: `it takes ${known.join(', ')}; several are separated by commas`,
      ...(near ? { fix: `did you mean ${flag} ${near}?` } : {}),
    });
  }
  return [...new Set(words)];
}
