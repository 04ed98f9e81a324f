// The flags every list shares, and how they become the query of an API call.

import type { Command } from 'commander';
import { RelayError } from '../core/errors.js';
import { nearestName } from '../core/nearest.js';
import { parseSpan } from '../core/units.js';
import { LISTS, type ListShape } from '../model/lists.js';
import type { Query } from './client.js';

export interface ListOptions {
  readonly sort?: string;
  readonly desc?: boolean;
  readonly search?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly after?: string;
}

const LIMIT_MAX = 1_000;

/** @throws usage.invalid */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new RelayError('usage.invalid', `--limit ${text} is not a number from 1 to ${LIMIT_MAX}`, {
      fix: 'take --limit 100, and --after for the next page',
    });
  }
  return limit;
}

function parseSort(columns: readonly string[]): (text: string) => string {
  return (text) => {
    if (columns.includes(text)) return text;
    const known = nearestName(text, columns);
    throw new RelayError('usage.invalid', `this list has no column ${text} to sort by`, {
      why: `it sorts by: ${columns.join(', ')}`,
      ...(known ? { fix: `did you mean --sort ${known}?` } : {}),
    });
  };
}

/** Adds --sort, --desc, --search, --limit, --after; where the list's rows have a time, --since and --until. */
export function addListFlags<C extends Command>(command: C, name: keyof typeof LISTS): C {
  const { sort, time }: ListShape = LISTS[name];
  command
    .option('--sort <column>', `sort by ${sort.join(', ')}`, parseSort(sort))
    .option('--desc', 'turn the order round: last first')
    .option('--search <text>', 'only rows with this text in a shown column')
    .option('--limit <n>', 'rows a page, 1 to 1000 (default 50)', parseLimit)
    .option('--after <cursor>', 'the next page: what the last one printed');
  return time === undefined ? command : addTimeFlags(command, time);
}

function addTimeFlags<C extends Command>(command: C, time: string): C {
  command
    .option('--since <time>', `from this time on (${time}): 2h ago as 2h, or ISO 8601`)
    .option('--until <time>', `up to this time (${time}): 2h ago as 2h, or ISO 8601`);
  return command;
}

/** What an export of a list takes besides the list's own filters: --search, --since, --until, --after. */
export function addExportFlags<C extends Command>(command: C, name: keyof typeof LISTS): C {
  const { time }: ListShape = LISTS[name];
  command.option('--search <text>', 'only rows with this text in a shown column');
  if (time !== undefined) addTimeFlags(command, time);
  command.option('--after <cursor>', 'go on where an export ended that was interrupted');
  return command;
}

/**
 * `2h` (that long ago), `2026-01-31`, `2026-01-31T10:00:00Z` → ISO 8601 UTC. A date or time without a zone is local, as people mean it.
 * @throws usage.invalid_time
 */
export function instantOf(flag: string, text: string, now: number): string {
  const span = parseSpan(text);
  if (span !== undefined) return new Date(now - span).toISOString();
  const local = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text;
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(local) : Number.NaN;
  if (Number.isFinite(at)) return new Date(at).toISOString();
  throw new RelayError('usage.invalid_time', `${flag} ${text} is not a time`, {
    why: 'it is neither a span back from now nor an ISO 8601 date',
    fix: `for example: ${flag} 2h, ${flag} 1h30m, ${flag} 2026-01-31, ${flag} 2026-01-31T10:00:00Z`,
  });
}

/** `--since` and `--until` as instants. @throws usage.invalid_time, also when nothing can lie between them */
export function rangeOf(
  { since, until }: Pick<ListOptions, 'since' | 'until'>,
  now: number,
): { readonly since?: string; readonly until?: string } {
  const from = since === undefined ? undefined : instantOf('--since', since, now);
  const to = until === undefined ? undefined : instantOf('--until', until, now);
  if (from !== undefined && to !== undefined && from > to) {
    throw new RelayError('usage.invalid_time', `--until ${until} is before --since ${since}`, {
      why: `nothing lies between ${from} and ${to}; a span such as 2h counts back from now`,
      fix: `the other way round: --since ${until} --until ${since}`,
    });
  }
  return { ...(from === undefined ? {} : { since: from }), ...(to === undefined ? {} : { until: to }) };
}

/** The list flags as the query of the API. @throws usage.invalid_time */
export function listQuery(options: ListOptions, now: number): Query {
  const { since, until } = rangeOf(options, now);
  return {
    sort: options.sort,
    desc: options.desc,
    search: options.search,
    since,
    until,
    limit: options.limit,
    after: options.after,
  };
}
