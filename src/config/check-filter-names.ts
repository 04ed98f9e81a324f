// Names in a `filter:` that nothing has: a mistyped type, source or service makes an expression that never holds, and says nothing about
// it. Only ever a warning: what is named may be made later, by CLI or API.

import { nearestName } from '../core/nearest.js';
import { KNOWN_EVENT_TYPES, meantPattern } from '../model/event-types.js';
import { fieldName } from '../model/filter/fields.js';
import type { KnownNames } from './known-names.js';
import { childOf, listIn, type PathPart, type Problem, problemAt, suggest, textOf } from './problem.js';

type Path = readonly PathPart[];
interface Names {
  readonly known: KnownNames;
  readonly where: string;
}

/** Operators that compare with a whole value; a part of one may be anything. */
const WHOLE: ReadonlySet<string> = new Set(['is', 'is_not', 'in', 'not_in']);

export function checkFilterNames(spec: unknown, base: Path, known: KnownNames): Problem[] {
  // An object by itself is checked against all there is; one of the file against the file.
  const where = base.length === 0 ? '' : ' in the file';
  return namesIn(childOf(spec, 'filter'), [...base, 'filter'], { known, where });
}

function namesIn(expression: unknown, path: Path, known: Names, depth = 0): Problem[] {
  // Deeper is refused by the filter itself.
  if (depth > 100) return [];
  const groups = ['all', 'any'].flatMap((group) =>
    listIn(expression, group).flatMap((inner, index) =>
      namesIn(inner, [...path, group, index], known, depth + 1),
    ),
  );
  const not = childOf(expression, 'not');
  const inner = not === undefined ? [] : namesIn(not, [...path, 'not'], known, depth + 1);
  return [...groups, ...inner, ...namesOfOne(expression, path, known)];
}

function namesOfOne(expression: unknown, path: Path, known: Names): Problem[] {
  const field = fieldName(textOf(childOf(expression, 'field')) ?? '');
  if (!WHOLE.has(textOf(childOf(expression, 'op')) ?? '')) return [];
  const value = childOf(expression, 'value');
  const given: readonly (readonly [unknown, Path])[] = Array.isArray(value)
    ? value.map((each: unknown, index) => [each, [...path, 'value', index]] as const)
    : [[value, [...path, 'value']]];
  return given.flatMap(([each, at]) => {
    const text = textOf(each);
    if (text === undefined) return [];
    return field === 'type' ? unknownType(text, at) : unknownName(field, text, at, known);
  });
}

const warn = (path: Path, message: string, fix: string | null): Problem[] => [
  problemAt(path, 'unknown_in_filter', message, fix, { severity: 'warning' }),
];

/** A type of Relay's own areas must be one of Relay's; any other may be the user's own, unless it is nearly one of Relay's. */
function unknownType(type: string, path: Path): Problem[] {
  if (KNOWN_EVENT_TYPES.includes(type)) return [];
  const message = `Relay itself publishes nothing of type "${type}"`;
  if (type === '*' || type.endsWith('.*'))
    return warn(
      path,
      `"${type}" is compared letter by letter`,
      `write op: starts_with, value: "${type.slice(0, -1)}"`,
    );
  const area = type.split('.')[0] as string;
  const isOurs = KNOWN_EVENT_TYPES.some((known) => known.startsWith(`${area}.`));
  const near =
    KNOWN_EVENT_TYPES.find((known) => known.endsWith(`.${type}`)) ??
    meantPattern(type) ??
    (isOurs ? nearestName(type, KNOWN_EVENT_TYPES) : undefined);
  if (near !== undefined) return warn(path, message, `did you mean "${near}"?`);
  return isOurs ? warn(path, message, 'see: relay event types') : [];
}

const NAMED: Readonly<Record<string, keyof KnownNames>> = {
  source: 'sources',
  service: 'services',
  channel: 'channels',
  pack: 'packs',
};

function unknownName(field: string, name: string, path: Path, { known, where }: Names): Problem[] {
  if (field === 'assignee') return unknownAssignee(name, path, known);
  const names = Object.hasOwn(NAMED, field) ? known[NAMED[field] as keyof KnownNames] : null;
  if (names === null || names.has(name)) return [];
  // A file without any leaves them to CLI and API.
  if (where !== '' && names.size === 0) return [];
  const fix = suggest(name, names.keys(), `known ${field}s`) ?? `add the ${field}, or correct the name`;
  return warn(path, `there is no ${field} "${name}"${where}`, fix);
}

/** Without a directory anybody may be assigned. */
function unknownAssignee(name: string, path: Path, { users }: KnownNames): Problem[] {
  if (name.startsWith('user:'))
    return warn(path, `an assignee is compared without "user:"`, `write "${name.slice('user:'.length)}"`);
  if (users === null || users.size === 0 || users.has(name)) return [];
  return warn(path, `there is no user "${name}"`, suggest(name, users, 'known users'));
}
