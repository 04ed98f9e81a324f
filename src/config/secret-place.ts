// A value of an object that may stand outside the config: where it is, and whether it is a secret.

import { childOf, type PathPart } from './problem.js';

export interface SecretPlace {
  /** Within the object. */
  readonly path: readonly PathPart[];
  /** True when a plain value here is a secret: warned of, masked. False for a URL, which only may be one. */
  readonly isSecret: boolean;
}

/** Of a key that holds a secret, or a list of them. */
export function oneOrMore(spec: unknown, key: string): SecretPlace[] {
  const given = childOf(spec, key);
  if (!Array.isArray(given)) return [{ path: [key], isSecret: true }];
  return given.map((_, index) => ({ path: [key, index], isSecret: true }));
}
