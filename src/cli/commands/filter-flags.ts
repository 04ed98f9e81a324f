// `--filter` and `--when` of webhooks and integrations: how they are given on a command line, and how a filter reads on a screen.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { RelayError } from '../../core/errors.js';
import type { FilterSpec } from '../../model/filter/filter.js';
import type { RelayCommand } from '../command.js';
import type { CliContext } from '../context.js';
import { oneLine } from '../output/table.js';

export interface FilterFlags {
  readonly filter?: string;
  readonly when?: string;
}

const EXAMPLE = `--filter '{"field":"severity","op":"gte","value":"high"}', or --filter @filter.yaml`;

export function addFilterFlags(command: RelayCommand): RelayCommand {
  return command
    .option('--filter <filter>', "which events it wants: JSON or YAML, or @file; '' removes it")
    .option('--when <condition>', "a condition in the template language; '' removes it") as RelayCommand;
}

function readGiven(given: string, context: CliContext): string {
  if (!given.startsWith('@')) return given;
  const path = resolve(context.cwd, given.slice(1));
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RelayError('usage.invalid', `${given.slice(1)} cannot be read`, {
      why: code === 'ENOENT' ? `there is no file ${path}` : message,
      fix: 'look at the path after the @',
      cause: error,
    });
  }
}

/** @throws usage.invalid with every mistake of the filter, each at its place */
async function parseFilter(given: string, context: CliContext): Promise<FilterSpec> {
  const content = readGiven(given, context);
  const from = given.startsWith('@') ? given.slice(1) : '--filter';
  let spec: unknown;
  try {
    spec = (await import('yaml')).parse(content);
  } catch (error) {
    const why = oneLine((error as Error).message);
    throw new RelayError('usage.invalid', `${from} holds neither JSON nor YAML`, {
      why: /call stack/.test(why) ? 'it is nested deeper than can be read' : why,
      fix: `for example: ${EXAMPLE}`,
      cause: error,
    });
  }
  // A file may be the part of a config file: with the key `filter:` above it.
  const own =
    typeof spec === 'object' && spec !== null && 'filter' in spec && !('field' in spec)
      ? (spec as { filter: unknown }).filter
      : spec;
  // Its regular expressions come with a package that other commands need not load.
  const { readFilter } = await import('../../model/filter/filter.js');
  const { problems } = readFilter(own);
  if (problems.length === 0) return own as FilterSpec;
  const told = problems.map(({ path, message, fix }) => {
    const place = path.length === 0 ? '' : `${path.join('.')}: `;
    return `${place}${message}${fix === null ? '' : ` (${fix})`}`;
  });
  throw new RelayError('usage.invalid', `${from} is no filter`, {
    why: told.join('\n'),
    fix: `for example: ${EXAMPLE}`,
  });
}

/** How the screens of webhooks and integrations show the two; null leaves a line out. */
export function filterFields({
  filter,
  when,
}: {
  readonly filter?: FilterSpec | null;
  readonly when?: string | null;
}): (readonly [string, string | null])[] {
  return [
    ['filter', filter ? filterLines(filter).join('\n') : null],
    ['when', when ? oneLine(when) : null],
  ];
}

/** What the two flags change: null removes. Empty when neither was given. @throws usage.invalid */
export async function filterChange(
  { filter, when }: FilterFlags,
  context: CliContext,
): Promise<Record<string, unknown>> {
  return {
    ...(filter === undefined
      ? {}
      : { filter: filter.trim() === '' ? null : await parseFilter(filter, context) }),
    ...(when === undefined ? {} : { when: when.trim() === '' ? null : when }),
  };
}

const GROUP_NAMES = { all: 'all of', any: 'any of', not: 'not' } as const;

/** A filter as an indented list: a line for each expression, groups above what they hold. */
function filterLines(spec: FilterSpec, indent = ''): string[] {
  for (const group of ['all', 'any', 'not'] as const) {
    if (!(group in spec)) continue;
    const inner = (spec as Record<string, FilterSpec | readonly FilterSpec[]>)[group] as FilterSpec;
    const members = Array.isArray(inner) ? (inner as readonly FilterSpec[]) : [inner];
    return [
      `${indent}${GROUP_NAMES[group]}`,
      ...members.flatMap((member) => filterLines(member, `${indent}  `)),
    ];
  }
  const { field, op, value } = spec as { field: string; op: string; value?: unknown };
  const operand = Array.isArray(value) ? value.join(', ') : value;
  const text = `${field} ${op.replaceAll('_', ' ')}${operand === undefined ? '' : ` ${String(operand)}`}`;
  return [`${indent}${oneLine(text)}`];
}
