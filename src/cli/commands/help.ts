// relay help: help of any command, and the topics that belong to no single one.

import type { Command } from 'commander';
import { RelayError } from '../../core/errors.js';
import { nearestName } from '../../core/nearest.js';
import { addVerb } from '../command.js';
import type { CliContext } from '../context.js';
import { overview } from '../overview.js';

const EXIT_CODES = `Exit codes

   0  ok
   1  failed
   2  usage: an unknown command or flag, a missing confirmation
   3  the config is invalid
   4  not authorised
   5  not found
   6  conflict: it exists already, is in use, or stands in the config file
   7  the daemon cannot be reached
   8  degraded or pending (relay status)
   9  the remote end refused
  70  a bug in Relay

An error is printed on stderr as what happened with a code, why, and how to fix it:

  error: the relay daemon cannot be reached [daemon.unreachable]
  why: ./data/relay.sock: there is no such socket file (ENOENT)
  fix: start it: relay serve

With --json it is one object: {"error":{"code","message","why","fix"}}.
`;

const ENVIRONMENT = `Environment and places

  RELAY_CONFIG     the config file, when --config does not name one
  RELAY_SOCKET     the control socket of the daemon, when --socket does not name one
  RELAY_LOG_LEVEL  of relay serve: trace, debug, info (default), warn, error
  NO_COLOR         no colours, when not empty (also: --no-color, TERM=dumb)
  FORCE_COLOR      colours even when piped

The config file is looked for in this order:
  --config, $RELAY_CONFIG, ./relay.yaml, $XDG_CONFIG_HOME/relay/relay.yaml, /etc/relay/relay.yaml

The control socket is looked for in this order:
  --socket, $RELAY_SOCKET, server.socket of the config file, relay.sock in its data folder

Secrets in the config may be env:NAME or file:path.
`;

const FORMATS = `Output formats

  -o table   columns for people; on a terminal cut to its width (default)
  -o wide    all columns, never cut
  -o json    one JSON document; lists are {"items":[…],"next":…} (also: --json)
  -o jsonl   one JSON object a line
  -o name    names or ids only, for xargs

Data goes to stdout; hints, progress and errors go to stderr. A terminal changes style only: colours, width, and
times as "3m ago" where a pipe gets ISO 8601.

Every list takes --sort <column> --desc --search <text> --limit <n> --after <cursor>, and lists of what happened take
--since and --until: a span back from now (2h, 1h30m) or an ISO 8601 date.
`;

export const TOPICS: Readonly<Record<string, string>> = {
  'exit-codes': EXIT_CODES,
  environment: ENVIRONMENT,
  formats: FORMATS,
};

/** @param program with every noun loaded */
export function runHelp(words: readonly string[], program: Command, context: CliContext): void {
  const topic = TOPICS[words[0] ?? ''];
  if (words.length === 0) context.out.write(overview(program, context));
  else if (topic !== undefined && words.length === 1) context.out.write(topic);
  else context.out.write(commandAt(program, words).helpInformation());
}

function commandAt(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words) {
    const known = command.commands.filter((each) => !each.name().startsWith('__'));
    const next = known.find((each) => each.name() === word || each.aliases().includes(word));
    if (next === undefined) {
      const names = [
        ...known.map((each) => each.name()),
        ...(command === program ? Object.keys(TOPICS) : []),
      ];
      const near = nearestName(word, names);
      throw new RelayError('usage.unknown_command', `there is no help for ${words.join(' ')}`, {
        fix: near ? `did you mean: relay help ${near}` : 'all commands: relay help',
      });
    }
    command = next;
  }
  return command;
}

export function registerHelp(program: Command, context: CliContext): void {
  addVerb(program, 'help [words...]', {
    summary: `Help of a command, or a topic: ${Object.keys(TOPICS).join(', ')}`,
    examples: ['relay help', 'relay help source add', 'relay help exit-codes'],
  }).action((words: string[]) => runHelp(words, program, context));
}
