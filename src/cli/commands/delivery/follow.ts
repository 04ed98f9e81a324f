// `delivery list --follow`: the newest deliveries as a list, then every attempt as it is made, until told to stop.

import { RelayError } from '../../../core/errors.js';
import type { DeliveryItem, TailLine } from '../../../http/wire/api-types.js';
import { NO_ANSWER } from '../../../model/delivery.js';
import { type CliContext, wantsJson } from '../../context.js';
import { printJsonLine } from '../../output/json.js';
import { tailText } from '../tail.js';
import { destinationOf } from './destination.js';
import { resultsOf } from './filters.js';
import type { DeliveryListFlags } from './read.js';

type AttemptLine = Extract<TailLine, { kind: 'attempt' }>;

/** An attempt is followed as it is made: it has no body, incident or later state to select by. */
const NOT_FOLLOWED = ['status', 'event', 'incident', 'body', 'until', 'after', 'sort', 'desc'] as const;

/** @throws usage.invalid for a flag that says nothing of an attempt */
export function checkFollow(flags: DeliveryListFlags): void {
  const given = NOT_FOLLOWED.find((flag) => flags[flag] !== undefined);
  if (given === undefined) return;
  throw new RelayError('usage.invalid', `--${given} cannot be used with --follow`, {
    why: 'attempts are followed as they are made, by destination, result and text',
    fix: 'follow with --webhook, --integration, --destination, --result or --search',
  });
}

function hasResult(result: string, wanted: readonly string[]): boolean {
  return wanted.some(
    (one) =>
      one === result ||
      (one.endsWith('xx') && /^\d{3}$/.test(result) && result[0] === one[0]) ||
      (one === 'error' && (NO_ANSWER as readonly string[]).includes(result)),
  );
}

/** Whether the flags select an attempt. */
export function followFilter(flags: DeliveryListFlags): (line: AttemptLine) => boolean {
  const destination = destinationOf(flags);
  const results = flags.result === undefined ? undefined : resultsOf(flags.result);
  return (line) =>
    (destination === undefined ||
      line.destination === destination ||
      line.destination.startsWith(`${destination}#`)) &&
    (results === undefined || hasResult(line.result, results));
}

/**
 * Follows from before `printPast` asks for the list, so that no attempt falls between the two; those the list has shown are not repeated.
 * @param printPast prints the list so far, and gives what it printed
 * @throws daemon.unreachable when the daemon ends
 */
export async function follow(
  flags: DeliveryListFlags,
  printPast: () => Promise<readonly DeliveryItem[]>,
  context: CliContext,
  signal: AbortSignal,
): Promise<void> {
  const wants = followFilter(flags);
  const lines = context.api
    .stream<TailLine>('/tail', { kind: 'attempt', grep: flags.search }, signal)
    [Symbol.asyncIterator]();
  let next = lines.next();
  // It is awaited below; until then a failure is not yet anybody's.
  next.catch(() => undefined);
  const shown = new Set((await printPast()).map(({ id, sent_at }) => `${id} ${sent_at}`));
  let farewell = 'it stopped or was restarted';
  try {
    for (let step = await next; !step.done; step = await next) {
      const line = step.value;
      next = lines.next();
      next.catch(() => undefined);
      if (line.kind === 'end') farewell = line.text;
      if (line.kind !== 'attempt' || !wants(line) || shown.has(`${line.delivery} ${line.at}`)) continue;
      if (wantsJson(context)) printJsonLine(context, line);
      else context.out.write(`${tailText(line, context)}\n`);
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
