// relay completion: scripts for the shells, made from the program's own tree; names are asked from the daemon as one types.

import type { Command } from 'commander';
import { RelayError } from '../../core/errors.js';
import { nearestName } from '../../core/nearest.js';
import type { ListAnswer } from '../../http/wire/api-types.js';
import type { Query } from '../client.js';
import { addVerb } from '../command.js';
import type { CliContext } from '../context.js';
import { bashScript } from './completion/bash.js';
import { fishScript } from './completion/fish.js';
import { type CompletionTree, completionTree } from './completion/tree.js';
import { zshScript } from './completion/zsh.js';

const SHELLS: Readonly<Record<string, (tree: CompletionTree) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const NAMED: Readonly<Record<string, readonly [path: string, key: string, query?: Query]>> = {
  pack: ['/packs', 'slug'],
  source: ['/sources', 'name'],
  channel: ['/channels', 'name'],
  integration: ['/integrations', 'name'],
  webhook: ['/webhooks', 'name'],
  service: ['/services', 'name'],
  event: ['/events', 'id', { limit: 20 }],
  incident: ['/incidents', 'id', { open: true, limit: 50 }],
  delivery: ['/deliveries', 'id', { limit: 20 }],
};

/** What stands first after a verb, when it is not a name of the verb's own noun. */
const OTHER_FIRST: Readonly<Record<string, keyof typeof NAMED>> = { 'source add': 'pack' };
const NO_NAMES = new Set(['add', 'list', 'ls', 'send', 'types', 'kinds', 'redeliver', 'new', 'schema']);
const ASK_TIMEOUT_MS = 1_000;

export function runCompletion(shell: string, program: Command, context: CliContext): void {
  const script = SHELLS[shell];
  if (script === undefined) {
    const near = nearestName(shell, Object.keys(SHELLS));
    throw new RelayError('usage.invalid', `there is no completion for ${shell}`, {
      why: `shells: ${Object.keys(SHELLS).join(', ')}`,
      ...(near ? { fix: `did you mean: relay completion ${near}` } : {}),
    });
  }
  context.out.write(script(completionTree(program)));
}

/** Prints the names that may stand after `noun verb`, one a line. Silent when the daemon cannot say: a shell waits for us. */
export async function runComplete(noun: string, verb: string, context: CliContext): Promise<void> {
  const other = OTHER_FIRST[`${noun} ${verb}`];
  const named = NAMED[other ?? noun];
  if (named === undefined || (other === undefined && NO_NAMES.has(verb))) return;
  const [path, key, query] = named;
  const page = await context.api
    .get<ListAnswer<Record<string, string>>>(path, query ?? { limit: 1_000 }, { timeoutMs: ASK_TIMEOUT_MS })
    .catch(() => null);
  for (const item of page?.items ?? []) context.out.write(`${item[key]}\n`);
}

export function registerCompletion(program: Command, context: CliContext): void {
  addVerb(program, 'completion <shell>', {
    summary: 'Print a completion script: bash, zsh or fish',
    examples: [
      'relay completion bash > ~/.local/share/bash-completion/completions/relay',
      'relay completion zsh > ~/.zfunc/_relay',
      'relay completion fish > ~/.config/fish/completions/relay.fish',
    ],
  }).action((shell: string) => runCompletion(shell, program, context));
  addVerb(
    program,
    '__complete <noun> [verb]',
    { summary: 'names for the completion scripts', examples: ['relay __complete source show'] },
    { hidden: true },
  ).action((noun: string, verb: string | undefined) => runComplete(noun, verb ?? '', context));
}
