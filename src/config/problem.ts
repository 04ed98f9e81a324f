// A mistake found in configured data, told by the path to the value. Whether it came from a file (and so has a line and column) is not
// known here; load.ts and validate-object.ts turn it into what their callers show.

import { nearestName } from '../core/nearest.js';

export type PathPart = string | number;

export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
  readonly path: readonly PathPart[];
  /** Whether the key at the end of `path` is at fault, or its value. */
  readonly on: 'key' | 'value';
  /** For a template: where in its text, 1-based. */
  readonly within?: { readonly line: number; readonly column: number };
}

export const problemAt = (
  path: readonly PathPart[],
  code: string,
  message: string,
  fix: string | null = null,
  more: Partial<Problem> = {},
): Problem => ({ severity: 'error', code, message, fix, path, on: 'value', ...more });

const LIST_NOUNS: Readonly<Record<string, string>> = {
  services: 'service',
  sources: 'source',
  channels: 'channel',
  integrations: 'integration',
  webhooks: 'webhook',
  organizations: 'organization',
  users: 'user',
};

/** Whether the entries of this list are objects that a reader knows by a noun. */
export const isNounList = (key: PathPart | undefined): boolean =>
  typeof key === 'string' && Object.hasOwn(LIST_NOUNS, key);

/** What a reader calls the thing a path leads into: `webhook "crm"`, `server`; an empty string for the file itself. */
export function ownerOf(root: unknown, path: readonly PathPart[]): string {
  let value = root;
  let owner = '';
  for (const [depth, part] of path.entries()) {
    const parent = path[depth - 1];
    value = childOf(value, part);
    if (typeof part === 'number' && typeof parent === 'string' && isNounList(parent)) {
      const name = textOf(childOf(value, 'name'));
      owner = `${LIST_NOUNS[parent]} ${name === undefined ? part + 1 : `"${name}"`}`;
    } else if (depth === 0 && typeof part === 'string' && path.length > 1 && !isNounList(part)) {
      owner = part;
    }
  }
  return owner;
}

/** `did you mean "x"?`, else the list of what there is, else null. */
export function suggest(text: string, known: Iterable<string>, label: string): string | null {
  const all = [...known];
  const near = nearestName(text, all);
  if (near !== undefined) return `did you mean "${near}"?`;
  return all.length === 0 ? null : `${label}: ${all.slice(0, 20).join(', ')}${all.length > 20 ? ', …' : ''}`;
}

export function childOf(value: unknown, part: PathPart): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return (value as Record<PathPart, unknown>)[part];
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const listIn = (value: unknown, key: string): readonly unknown[] => {
  const found = childOf(value, key);
  return Array.isArray(found) ? found : [];
};
export const entriesIn = (value: unknown, key: string): readonly (readonly [string, unknown])[] => {
  const found = childOf(value, key);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : [];
};
