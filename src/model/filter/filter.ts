// Filters of webhooks: groups `all`, `any` and `not` around expressions `field op value`. Read and checked once, when the config is; then
// asked for every event. Pure.

import { nearestName } from '../../core/nearest.js';
import {
  FIELD_GROUPS,
  type FieldReader,
  type FilterSubject,
  fieldReader,
  PLAIN_FIELDS,
  readsPayload,
} from './fields.js';
import { hasOrder, OPERATORS, type Operand, type OperandKind, type Test } from './operators.js';
import { wrongWords } from './vocabulary.js';

export type { FilterSubject };

/** As it stands in the config. */
export type FilterSpec =
  | { readonly all: readonly FilterSpec[] }
  | { readonly any: readonly FilterSpec[] }
  | { readonly not: FilterSpec }
  | { readonly field: string; readonly op: string; readonly value?: Operand };

export interface FilterProblem {
  /** Keys and indexes from the filter down to what is wrong. */
  readonly path: readonly (string | number)[];
  /** Whether the key at the end of the path is at fault, or its value. */
  readonly on: 'key' | 'value';
  readonly message: string;
  readonly fix: string | null;
}

/** How one expression of a filter came out. */
export interface Explanation {
  /** `severity in critical, high`, `any of`, `all of`, `not`. */
  readonly expression: string;
  readonly matches: boolean;
  /** What the field held, for a single expression; what a condition rendered to. Undefined when it was not there. */
  readonly found?: unknown;
  /** Why it could not be asked: a condition that fails. */
  readonly error?: string;
  /** Whether the outcome of the whole filter comes from here. */
  readonly decided: boolean;
  readonly inner: readonly Explanation[];
}

export interface Filter {
  readonly readsPayload: boolean;
  matches(subject: FilterSubject): boolean;
  explain(subject: FilterSubject): Explanation;
}

/** Groups in groups. Deeper than anybody writes by hand; keeps a generated file from ending in a stack overflow. */
const MAX_DEPTH = 100;
const GROUPS = ['all', 'any', 'not'];

interface Leaf {
  readonly kind: 'leaf';
  readonly text: string;
  readonly read: FieldReader;
  readonly test: Test;
  readonly holds: Holds;
}
interface Group {
  readonly kind: 'all' | 'any' | 'not';
  readonly members: readonly Node[];
  readonly holds: Holds;
}
type Node = Leaf | Group;
/** Made once, when the filter is read: asked for every event. */
type Holds = (subject: FilterSubject) => boolean;

const WANTED: Readonly<Record<OperandKind, string>> = {
  one: 'one value: a text, a number, or true or false',
  list: 'a list of values, such as [critical, high]',
  pattern: 'a regular expression (RE2)',
  ordered: 'a number, a severity or a priority',
  flag: 'true or false',
};

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function takes(kind: OperandKind, value: unknown): boolean {
  switch (kind) {
    case 'one':
      return isScalar(value);
    case 'list':
      return Array.isArray(value) && value.length > 0 && value.every(isScalar);
    case 'pattern':
      return typeof value === 'string';
    case 'ordered':
      return isScalar(value) && hasOrder(value);
    case 'flag':
      return value === undefined || typeof value === 'boolean';
  }
}

class Reading {
  readonly problems: FilterProblem[] = [];
  readsPayload = false;
  #isTooDeep = false;

  /** @param depth how many groups it is in */
  node(spec: unknown, path: readonly (string | number)[], depth = 0): Node | null {
    if (depth > MAX_DEPTH) {
      // Told once and of the whole filter: the way down would fill screens.
      if (this.#isTooDeep) return null;
      this.#isTooDeep = true;
      return this.#wrong(
        [],
        `a filter nests at most ${MAX_DEPTH} groups`,
        'put what belongs together into one group',
      );
    }
    if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
      return this.#wrong(path, 'an expression is { field, op, value }, or a group all, any or not');
    }
    const keys = Object.keys(spec);
    const group = keys.find((key) => GROUPS.includes(key));
    if (group === undefined) return this.#leaf(spec as Record<string, unknown>, path);
    const other = keys.find((key) => key !== group);
    if (other !== undefined) {
      return this.#wrong(
        [...path, other],
        `"${other}" cannot stand beside "${group}"`,
        'put both into a group of their own',
        'key',
      );
    }
    const inner = (spec as Record<string, unknown>)[group];
    if (group === 'not') return this.#group('not', [inner], [...path, 'not'], depth);
    if (!Array.isArray(inner) || inner.length === 0) {
      return this.#wrong([...path, group], `"${group}" takes a list of expressions, at least one`);
    }
    return this.#group(group as 'all' | 'any', inner, [...path, group], depth);
  }

  #group(
    kind: Group['kind'],
    specs: readonly unknown[],
    path: readonly (string | number)[],
    depth: number,
  ): Node | null {
    const members = specs.map((spec, index) =>
      this.node(spec, kind === 'not' ? path : [...path, index], depth + 1),
    );
    return members.every((member) => member !== null)
      ? { kind, members, holds: groupHolds(kind, members) }
      : null;
  }

  #leaf(spec: Record<string, unknown>, path: readonly (string | number)[]): Node | null {
    for (const key of Object.keys(spec)) {
      if (['field', 'op', 'value'].includes(key)) continue;
      const near = nearestName(key, ['field', 'op', 'value', ...GROUPS]);
      this.#wrong(
        [...path, key],
        `an expression has no "${key}"`,
        near ? `did you mean "${near}"?` : null,
        'key',
      );
    }
    const read = this.#field(spec.field, path);
    const test = this.#operator(spec.op, spec.value, path);
    if (read === null || test === null || !this.#canHold(spec, path)) return null;
    const value = Array.isArray(spec.value) ? spec.value.join(', ') : spec.value;
    const text = `${spec.field} ${String(spec.op).replace('_', ' ')}${value === undefined ? '' : ` ${value}`}`;
    return { kind: 'leaf', text, read, test, holds: (subject) => test(read(subject)) };
  }

  #canHold({ field, op, value }: Record<string, unknown>, path: readonly (string | number)[]): boolean {
    const wrong = wrongWords(field as string, op as string, value);
    for (const { index, message, fix } of wrong)
      this.#wrong([...path, 'value', ...(index === null ? [] : [index])], message, fix);
    return wrong.length === 0;
  }

  #field(name: unknown, path: readonly (string | number)[]): FieldReader | null {
    if (typeof name !== 'string')
      return this.#wrong(path, 'an expression names a field', 'for example: field: severity');
    const read = fieldReader(name);
    if (read === null) {
      const near = nearestName(name, PLAIN_FIELDS);
      const all = `fields: ${PLAIN_FIELDS.join(', ')}, ${FIELD_GROUPS.map((group) => `${group}.…`).join(', ')}`;
      return this.#wrong(
        [...path, 'field'],
        `there is no field "${name}"`,
        near ? `did you mean "${near}"?` : all,
      );
    }
    this.readsPayload ||= readsPayload(name);
    return read;
  }

  #operator(name: unknown, value: unknown, path: readonly (string | number)[]): Test | null {
    const operator = typeof name === 'string' && Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (operator === undefined) {
      const near = typeof name === 'string' ? nearestName(name, Object.keys(OPERATORS)) : undefined;
      const all = `operators: ${Object.keys(OPERATORS).join(', ')}`;
      const message =
        name === undefined ? 'an expression names an operator' : `there is no operator "${name}"`;
      return this.#wrong(
        name === undefined ? path : [...path, 'op'],
        message,
        near ? `did you mean "${near}"?` : all,
      );
    }
    if (!takes(operator.takes, value)) {
      return this.#wrong(
        [...path, value === undefined ? 'op' : 'value'],
        `"${name}" takes ${WANTED[operator.takes]}`,
      );
    }
    try {
      return operator.make(value as Operand);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return this.#wrong(
        [...path, 'value'],
        `not a regular expression RE2 knows: ${why}`,
        'look-around and back-references are not there',
      );
    }
  }

  #wrong(
    path: readonly (string | number)[],
    message: string,
    fix: string | null = null,
    on: FilterProblem['on'] = 'value',
  ): null {
    this.problems.push({ path, on, message, fix });
    return null;
  }
}

function groupHolds(kind: Group['kind'], members: readonly Node[]): Holds {
  const each = members.map((member) => member.holds);
  if (kind === 'not') {
    const [inner] = each as [Holds];
    return (subject) => !inner(subject);
  }
  // `any` ends with the first that holds, `all` with the first that does not.
  const ends = kind === 'any';
  return (subject) => {
    for (const holds of each) if (holds(subject) === ends) return ends;
    return !ends;
  };
}

const NAMES = { all: 'all of', any: 'any of', not: 'not' } as const;

function explained(node: Node, subject: FilterSubject, decided: boolean): Explanation {
  if (node.kind === 'leaf') {
    const found = node.read(subject);
    return { expression: node.text, matches: node.test(found), found, decided, inner: [] };
  }
  const matches = node.holds(subject);
  // Of `any` that holds, the first member that does; of `all` that does not, the first that does not; else all of them together.
  const deciding =
    (node.kind === 'any' && matches) || (node.kind === 'all' && !matches)
      ? node.members.findIndex((member) => member.holds(subject) === matches)
      : -1;
  const inner = node.members.map((member, index) =>
    explained(member, subject, decided && (deciding < 0 || index === deciding)),
  );
  return { expression: NAMES[node.kind], matches, decided: false, inner };
}

/** Reads a filter; every mistake is told at once. Exactly one of the two is given. */
export function readFilter(spec: unknown): {
  readonly filter: Filter | null;
  readonly problems: readonly FilterProblem[];
} {
  const reading = new Reading();
  const node = reading.node(spec, []);
  if (node === null || reading.problems.length > 0) return { filter: null, problems: reading.problems };
  return {
    problems: [],
    filter: {
      readsPayload: reading.readsPayload,
      matches: node.holds,
      explain: (subject) => explained(node, subject, true),
    },
  };
}
