// relay status: is it running, what did the last hour bring, and what needs somebody. Exit 8 when something does.

import { relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { RelayError } from '../../core/errors.js';
import { formatSize, formatSpan, parseSpan } from '../../core/units.js';
import type { StatusAnswer } from '../../http/wire/api-types.js';
import { addVerb } from '../command.js';
import { type CliContext, wantsJson } from '../context.js';
import { printFormatted } from '../output/json.js';
import { showTime } from '../output/time.js';

export interface StatusOptions {
  readonly wait?: boolean;
  readonly timeout?: string;
  readonly watch?: boolean;
}

const EXIT_DEGRADED = 8;
const POLL_MS = 250;
const WATCH_MS = 2_000;

/** A path as short as it reads from here: `./data/relay.sock` below this folder, absolute elsewhere. */
function nearPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith('..') || near === '' ? path : `./${near}`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

const DELIVERY_WORDS: readonly (readonly [state: string, word: string])[] = [
  ['delivered', 'delivered'],
  ['pending', 'waiting'],
  ['sending', 'sending'],
  ['held', 'held'],
  ['failed', 'failed'],
  ['dead', 'dead'],
  ['cancelled', 'cancelled'],
];

function deliveriesText(deliveries: Record<string, number>): string {
  const total = Object.values(deliveries).reduce((sum, amount) => sum + amount, 0);
  const parts = DELIVERY_WORDS.filter(([state]) => (deliveries[state] ?? 0) > 0);
  const text = parts.map(([state, word]) => `${deliveries[state]} ${word}`).join(', ');
  return `${total} ${total === 1 ? 'delivery' : 'deliveries'}${text === '' ? '' : `: ${text}`}`;
}

const seeAlso = (command: string, context: CliContext): string =>
  `        see: ${context.invokedAs} ${command.replace(/^relay /, '')}`;

/** The screen of `relay status`, line by line. */
export function statusLines(status: StatusAnswer, context: CliContext): string[] {
  const { paint } = context;
  const uptime = formatSpan(Math.max(0, context.now() - Date.parse(status.started_at)));
  const config = status.config_path === null ? 'none' : nearPath(status.config_path, context.cwd);
  const oldest = status.database.oldest_event_at;
  const hour = status.last_hour;
  const lines = [
    `${paint.bold(`relay ${status.version}`)}  ${paint.green('running')} ${uptime}  config ${config} (loaded ${showTime(context, status.config_loaded_at)})`,
    `  listening   http://${status.listening.replace(/^https?:\/\//, '')}   socket ${nearPath(status.socket, context.cwd)}`,
    `  database    ${nearPath(status.database.path, context.cwd)}  ${formatSize(status.database.size_bytes)}, ${
      oldest === null ? 'no events yet' : `oldest event ${showTime(context, oldest)}`
    }`,
    `  last hour   ${count(hour.events, 'event')}, ${count(hour.incidents_opened, 'incident')} (${hour.incidents_open} open), ${deliveriesText(hour.deliveries)}`,
  ];
  for (const { object, text, see } of status.paused) {
    lines.push(`${paint.yellow('PAUSED')}  ${object}: ${text}${paint.dim(seeAlso(see, context))}`);
  }
  for (const { object, text, see } of status.warnings ?? []) {
    lines.push(`${paint.yellow('UNSAFE')}  ${object}: ${text}${paint.dim(seeAlso(see, context))}`);
  }
  for (const { object, text, see } of status.noticed ?? []) {
    lines.push(`${paint.yellow('NOTICED')}  ${object}: ${text}${paint.dim(seeAlso(see, context))}`);
  }
  for (const problem of status.problems) {
    const see = problem.see ? seeAlso(problem.see, context) : '';
    const about = problem.destination === null ? '' : `${problem.destination}: `;
    lines.push(`${paint.yellow(paint.bold('DEGRADED'))}  ${about}${problem.text}${paint.dim(see)}`);
  }
  return lines;
}

function printStatus(status: StatusAnswer, context: CliContext): void {
  if (wantsJson(context)) printFormatted(context, status);
  else if (context.format === 'name') context.out.write(`${status.healthy ? 'healthy' : 'degraded'}\n`);
  else context.out.write(`${statusLines(status, context).join('\n')}\n`);
  context.exitWith(status.healthy ? 0 : EXIT_DEGRADED);
}

/** @throws usage.invalid */
function timeoutOf(text: string): number {
  const span = parseSpan(text);
  if (span !== undefined) return span;
  throw new RelayError('usage.invalid', `--timeout ${text} is not a span of time`, {
    fix: 'for example: --timeout 30s',
  });
}

/** Asks until the daemon answers. @throws daemon.unreachable when it does not within the time */
export async function waitForDaemon(context: CliContext, timeoutMs: number): Promise<StatusAnswer> {
  const deadline = context.now() + timeoutMs;
  for (;;) {
    try {
      return await context.api.get<StatusAnswer>('/status');
    } catch (error) {
      const isNotThere = error instanceof RelayError && error.code === 'daemon.unreachable';
      if (!isNotThere || context.now() >= deadline) throw error;
      await pause(POLL_MS);
    }
  }
}

async function watch(context: CliContext): Promise<void> {
  for (;;) {
    const status = await context.api.get<StatusAnswer>('/status');
    // Home and clear to the end: a terminal shows one screen that changes; a pipe gets one screen after the other.
    if (context.isTTY) context.out.write('\u001b[H\u001b[J');
    printStatus(status, context);
    await pause(WATCH_MS);
  }
}

export async function runStatus(options: StatusOptions, context: CliContext): Promise<void> {
  const status = options.wait
    ? await waitForDaemon(context, timeoutOf(options.timeout ?? '30s'))
    : await context.api.get<StatusAnswer>('/status');
  if (options.watch) return watch(context);
  printStatus(status, context);
}

export function registerStatus(program: Command, context: CliContext): void {
  addVerb(program, 'status', {
    summary: 'Show whether the daemon runs, the last hour, and what needs somebody',
    about:
      'DEGRADED: a destination that fails, a source whose heartbeat is missed or whose templates failed in the last 24 hours, a daemon that is not ready. PAUSED and NOTICED (payloads refused, wrong keys, a receiver that asked to wait, a body that cannot be made) change no exit code. Exit code: 0 healthy, 8 degraded, 7 not running.',
    examples: [
      'relay status',
      'relay status --wait --timeout 30s',
      'relay status --watch',
      'relay status --json',
    ],
    seeAlso: ['relay doctor', 'relay delivery list --status failed'],
  })
    .option('--wait', 'wait until the daemon answers')
    .option('--timeout <span>', 'how long --wait waits (default 30s)')
    .option('--watch', 'show it again every two seconds, until Ctrl-C')
    .action((options: StatusOptions) => runStatus(options, context));
}
