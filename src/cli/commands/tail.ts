// relay tail: events and attempts as they happen, one line each, until Ctrl-C.

import type { Command } from 'commander';
import { RelayError } from '../../core/errors.js';
import { formatSpan } from '../../core/units.js';
import type { TailLine } from '../../http/wire/api-types.js';
import { addVerb } from '../command.js';
import { type CliContext, wantsJson } from '../context.js';
import { instantOf } from '../list-flags.js';
import { printJsonLine } from '../output/json.js';
import { paintState } from '../output/paint.js';
import { oneLine } from '../output/table.js';
import { showClock } from '../output/time.js';
import { untilInterrupted } from './interrupt.js';
import { oneOf } from './one-of.js';

export interface TailFlags {
  readonly kind?: string;
  readonly channel?: string;
  readonly grep?: string;
  readonly since?: string;
}

/** One line for people. */
export function tailText(
  line: Exclude<TailLine, { kind: 'end' }>,
  context: Pick<CliContext, 'paint' | 'isTTY'>,
): string {
  const { paint } = context;
  if (line.kind === 'event') {
    const { event } = line;
    const about = [
      event.channels.map((channel) => `#${channel}`).join(' '),
      `by ${event.actor}`,
      event.incident,
    ];
    return [
      paint.dim(showClock(context, event.at)),
      paint.bold('event  '),
      event.type,
      oneLine(event.title),
      paint.dim(oneLine(about.filter(Boolean).join('  '))),
      paint.dim(event.id),
    ]
      .filter((part) => part !== '')
      .join('  ');
  }
  const took = line.duration_ms === null ? '' : ` in ${formatSpan(line.duration_ms)}`;
  return [
    paint.dim(showClock(context, line.at)),
    'attempt',
    line.event_type,
    `→ ${line.destination}`,
    `${[paintState(paint, line.outcome), oneLine(line.result)].filter(Boolean).join(' ')}${took}`,
    paint.dim(line.delivery),
  ].join('  ');
}

export async function runTail(flags: TailFlags, context: CliContext, signal: AbortSignal): Promise<void> {
  const query = {
    kind: flags.kind === undefined ? undefined : oneOf('--kind', flags.kind, ['event', 'attempt']),
    channel: flags.channel,
    grep: flags.grep,
    since: flags.since === undefined ? undefined : instantOf('--since', flags.since, context.now()),
  };
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
  addVerb(program, 'tail', {
    summary: 'Watch events and attempts as they happen, until Ctrl-C',
    examples: [
      'relay tail',
      'relay tail --kind event --channel ops',
      'relay tail --grep payments --since 10m',
      'relay tail --json | jq -c \'select(.outcome != "delivered")\'',
    ],
    seeAlso: ['relay event list: what happened before', 'relay delivery list: what was sent'],
  })
    .option('--kind <kinds>', 'only event, or only attempt')
    .option('--channel <name>', 'only what was published on this channel')
    .option('--grep <text>', 'only lines with this text, in any case')
    .option('--since <time>', 'begin with what happened since: 10m ago as 10m, or ISO 8601')
    .action((flags: TailFlags) => untilInterrupted((signal) => runTail(flags, context, signal)));
}
