// `--unset <key>` of the edit verbs: a key that goes back to its default. Also the refusal of an edit that changes nothing.

import { RelayError } from '../../core/errors.js';
import { nearestName } from '../../core/nearest.js';

/** commander's collector for flags that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** What is being added has nothing to remove. */
export const withoutNulls = (spec: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));

/**
 * The change with each unset key as null, as PATCH takes it.
 * @param keys what may be unset
 * @throws usage.invalid for an unknown key, one both set and unset, or no change at all
 */
export function withUnset(
  change: Readonly<Record<string, unknown>>,
  unset: readonly string[] = [],
  keys: readonly string[],
): Record<string, unknown> {
  const whole: Record<string, unknown> = { ...change };
  for (const key of unset.flatMap((list) => list.split(','))) {
    if (!keys.includes(key)) {
      const known = nearestName(key, keys);
      throw new RelayError('usage.invalid', `"${key}" cannot be unset`, {
        why: `these can: ${keys.join(', ')}`,
        ...(known ? { fix: `did you mean --unset ${known}?` } : {}),
      });
    }
    if (key in change)
      throw new RelayError('usage.invalid', `${key} is both set and unset`, { fix: 'leave one of them out' });
    whole[key] = null;
  }
  if (Object.keys(whole).length === 0)
    throw new RelayError('usage.invalid', 'nothing to change', {
      why: 'no flag was given',
      fix: 'see what can be changed: add --help',
    });
  return whole;
}
