// `--follow` of lists: the list so far, the newest last, then what happens, until told to stop. Who selects what is followed is the daemon.

import { RelayError } from '../../core/errors.js';
import type { TailLine } from '../../http/wire/api-types.js';
import type { Query } from '../client.js';
import { type CliContext, wantsJson } from '../context.js';
import type { ListOptions } from '../list-flags.js';
import { printJsonLine } from '../output/json.js';
import { tailText } from './tail-text.js';

type LiveLine = Exclude<TailLine, { kind: 'end' }>;

/** What is to come has no end, no pages and no order but its own. */
const NOT_FOLLOWED = ['until', 'after', 'sort', 'desc'] as const;

/** @throws usage.invalid for a flag that says nothing of what is to come */
export function checkFollow(flags: ListOptions): void {
  const given = NOT_FOLLOWED.find((flag) => flags[flag] !== undefined);
  if (given === undefined) return;
  throw new RelayError('usage.invalid', `--${given} cannot be used with --follow`, {
    why: 'what is to come has no end, no pages, and the order in which it happens',
    fix: `leave it out; every flag that selects, and --since and --limit for the list before, can be used`,
  });
}

/** What tells a line from a row that the list has shown: an event by its id, an attempt by delivery and time. */
const keyOf = (line: LiveLine): string =>
  line.kind === 'event' ? line.event.id : `${line.delivery} ${line.at}`;

function printLine(line: LiveLine, context: CliContext): void {
  if (!wantsJson(context)) context.out.write(`${tailText(line, context)}\n`);
  else printJsonLine(context, line.kind === 'event' ? line.event : line);
}

/**
 * Follows from before `printPast` asks for the list, so that nothing falls between the two; what the list has shown is not repeated.
 * @param query what is followed, as `GET /tail` takes it
 * @param printPast prints the list so far, and gives the keys of what it printed
 * @throws daemon.unreachable when the daemon ends
 */
export async function follow(
  query: Query,
  printPast: () => Promise<readonly string[]>,
  context: CliContext,
  signal: AbortSignal,
): Promise<void> {
  const lines = context.api.stream<TailLine>('/tail', query, signal)[Symbol.asyncIterator]();
  let next = lines.next();
  // It is awaited below; until then a failure is not yet anybody's.
  next.catch(() => undefined);
  const shown = new Set(await printPast());
  let farewell = 'it stopped or was restarted';
  try {
    for (let step = await next; !step.done; step = await next) {
      const line = step.value;
      next = lines.next();
      next.catch(() => undefined);
      if (line.kind === 'end') farewell = line.text;
      else if (!shown.has(keyOf(line))) printLine(line, context);
    }
  } catch (error) {
    if (!(error instanceof RelayError) || error.code !== 'daemon.unreachable') throw error;
  }
  if (signal.aborted) return;
  throw new RelayError('daemon.unreachable', 'the daemon ended the stream', {
    why: farewell,
    fix: 'when it runs again, run the same command with --since',
  });
}
