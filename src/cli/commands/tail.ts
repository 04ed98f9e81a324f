// relay tail: events and attempts as they happen, one line each, until Ctrl-C. It selects by what the lists of both select by.

import type { Command } from 'commander';
import { RelayError } from '../../core/errors.js';
import type { TailLine } from '../../http/wire/api-types.js';
import type { Query } from '../client.js';
import { addVerb } from '../command.js';
import { type CliContext, wantsJson } from '../context.js';
import { instantOf } from '../list-flags.js';
import { printJsonLine } from '../output/json.js';
import { addDestinationFlags } from './delivery/destination.js';
import { type DeliveryFilterFlags, filterQuery } from './delivery/filters.js';
import { refusePattern } from './event/read.js';
import { untilInterrupted } from './interrupt.js';
import { oneOf } from './one-of.js';
import { tailText } from './tail-text.js';

export interface TailFlags extends DeliveryFilterFlags {
  readonly kind?: string;
  readonly channel?: string;
  readonly type?: string;
  readonly unmatched?: boolean;
  readonly grep?: string;
  readonly search?: string;
  readonly since?: string;
}

/** @throws usage.invalid, usage.invalid_time */
function tailQuery(flags: TailFlags, now: number): Query {
  const { kind, channel, type, unmatched, grep, search, since } = flags;
  if (grep !== undefined && search !== undefined)
    throw new RelayError('usage.invalid', '--grep and --search are the same', {
      fix: 'leave one of them out',
    });
  refusePattern(type, 'relay tail --grep');
  return {
    kind: kind === undefined ? undefined : oneOf('--kind', kind, ['event', 'attempt']),
    channel,
    type,
    unmatched,
    ...filterQuery(flags),
    grep: grep ?? search,
    since: since === undefined ? undefined : instantOf('--since', since, now),
  };
}

export async function runTail(flags: TailFlags, context: CliContext, signal: AbortSignal): Promise<void> {
  const query = tailQuery(flags, context.now());
  let count = 0;
  let farewell = 'it stopped or was restarted';
  try {
    for await (const line of context.api.stream<TailLine>('/tail', query, signal)) {
      count += 1;
      if (line.kind === 'end') farewell = line.text;
      if (wantsJson(context)) printJsonLine(context, line);
      else if (line.kind !== 'end') context.out.write(`${tailText(line, context)}\n`);
    }
  } catch (error) {
    // Before the first line it is an error like any other; later the daemon has gone.
    if (count === 0 || !(error instanceof RelayError) || error.code !== 'daemon.unreachable') throw error;
  }
  if (signal.aborted) return;
  throw new RelayError('daemon.unreachable', 'the daemon ended the stream', {
    why: farewell,
    fix: 'when it runs again: relay tail --since 5m',
  });
}

export function registerTail(program: Command, context: CliContext): void {
  const command = addVerb(program, 'tail', {
    summary: 'Watch events and attempts as they happen, until Ctrl-C',
    about:
      'Selects by what the lists select by. What says something of attempts alone (where they go, their status, their result) leaves events out, and --unmatched leaves attempts out.',
    examples: [
      'relay tail',
      'relay tail --kind event --channel ops',
      'relay tail --webhook crm --result 5xx,error',
      'relay tail --status failed,dead',
      'relay tail --type incident.triggered --grep payments --since 10m',
      'relay tail --json | jq -c \'select(.outcome != "delivered")\'',
    ],
    seeAlso: [
      'relay event list --follow: what happened before, then what happens',
      'relay delivery list --follow: what was sent, then each attempt',
    ],
  });
  command
    .option('--kind <kinds>', 'only event, or only attempt')
    .option('--channel <name>', 'only what was published on this channel')
    .option('--type <type>', 'only this event type')
    .option('--incident <id>', 'only of this incident')
    .option('--event <id>', 'only of this event')
    .option('--unmatched', 'only events that no destination wanted');
  addDestinationFlags(command)
    .option(
      '--status <states>',
      'only attempts whose delivery is now: delivered, pending (to be retried), failed, dead',
    )
    .option('--result <results>', 'only attempts answered so: 503, 5xx, timeout, error (no answer)')
    .option('--body <text>', 'with this text in the event, the request, the answer or the error')
    .option('--grep <text>', 'only with this text in the line, in any case')
    .option('--search <text>', 'the same as --grep, as lists call it')
    .option('--since <time>', 'begin with events since: 10m ago as 10m, or ISO 8601')
    .action((flags: TailFlags) => untilInterrupted((signal) => runTail(flags, context, signal)));
}
