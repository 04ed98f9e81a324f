// The names there are of each noun, and whether what an object refers to is one of them.

import type { Pack } from '../sources/pack/pack.js';
import { NAME_PATTERN } from './formats.js';
import { childOf, type PathPart, type Problem, problemAt, suggest, textOf } from './problem.js';

/** The names there are; null where that is not known here, and so not checked. */
export interface KnownNames {
  readonly packs: ReadonlyMap<string, Pack> | null;
  readonly sources: ReadonlySet<string> | null;
  readonly services: ReadonlySet<string> | null;
  readonly channels: ReadonlySet<string> | null;
  readonly users: ReadonlySet<string> | null;
  readonly organizations: ReadonlySet<string> | null;
}

/** A name that must be one of `known`; says nothing of a value that is not a well-formed name: the schema does. */
export function refersTo(
  spec: unknown,
  key: string,
  what: string,
  known: ReadonlySet<string> | ReadonlyMap<string, unknown> | null,
  base: readonly PathPart[],
): Problem[] {
  const name = textOf(childOf(spec, key));
  if (name === undefined || known === null || known.has(name) || !NAME_PATTERN.test(name)) return [];
  const fix = suggest(name, known.keys(), `known ${what}s`) ?? `add the ${what}, or take "${key}" out`;
  return [problemAt([...base, key], 'unknown_reference', `there is no ${what} "${name}"`, fix)];
}
