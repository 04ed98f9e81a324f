// How a noun and its verbs are declared: commander's command with examples, `ls`/`rm` aliases and errors in our form with a suggestion.
// Knows no noun.

import { Command, type CommandOptions, type ErrorOptions } from 'commander';
import { RelayError } from '../core/errors.js';
import { nearestName } from '../core/nearest.js';

/** Words people bring from other tools, and what they are called here. Suggested, never run. */
const SYNONYMS: Record<string, string> = {
  create: 'add',
  new: 'add',
  delete: 'remove',
  del: 'remove',
  get: 'show',
  describe: 'show',
  view: 'show',
  info: 'show',
  update: 'edit',
  set: 'edit',
  acknowledge: 'ack',
  unacknowledge: 'unack',
  close: 'resolve',
  retry: 'resend',
  enable: 'resume',
  disable: 'pause',
  start: 'serve',
  run: 'serve',
  logs: 'tail',
  alert: 'incident',
  alerts: 'incident',
  hook: 'webhook',
};

const ALIASES: Record<string, string> = { list: 'ls', remove: 'rm' };

export class RelayCommand extends Command {
  /** Whole command lines beginning with `relay`. */
  examples: readonly string[] = [];
  /** What else a reader of this help may want: `relay delivery redeliver: …`. */
  seeAlso: readonly string[] = [];
  /** Words a suggestion may come from although they are not loaded commands (the nouns of the program). */
  knownWords: readonly string[] = [];

  override createCommand(name?: string): RelayCommand {
    return new RelayCommand(name);
  }

  /** commander's misuse errors as ours: what, why, the nearest known word, where the help is. */
  override error(message: string, options?: ErrorOptions): never {
    throw misuse(this, options?.code ?? '', message.replace(/^error: /, ''));
  }

  /** `source show`, without the program's name. */
  path(): string {
    const names: string[] = [];
    for (let each: Command = this; each.parent; each = each.parent) names.unshift(each.name());
    return names.join(' ');
  }
}

function flagsOf(command: Command): string[] {
  const flags = command.options.flatMap((option) => [option.long, option.short]);
  const inherited = command.parent ? flagsOf(command.parent) : [];
  return [...flags.filter((flag): flag is string => flag !== undefined), ...inherited, '--help'];
}

function verbsOf(command: RelayCommand): string[] {
  const loaded = command.commands.filter((each) => !each.name().startsWith('__'));
  return [...new Set([...command.knownWords, ...loaded.flatMap((each) => [each.name(), ...each.aliases()])])];
}

function misuse(command: RelayCommand, code: string, message: string): RelayError {
  const path = command.path();
  const word = /'([^']*)'/.exec(message)?.[1] ?? '';
  const help = `relay ${path ? `${path} ` : ''}--help`;
  if (code === 'commander.unknownOption') {
    const known = nearestName(word.split('=')[0] as string, flagsOf(command));
    return new RelayError('usage.unknown_flag', `unknown flag ${word}`, {
      why: path ? `relay ${path} does not have it` : 'relay does not have it',
      fix: known ? `did you mean ${known}? all flags: ${help}` : `all flags: ${help}`,
    });
  }
  if (code === 'commander.unknownCommand') {
    const known = nearestName(word, verbsOf(command), SYNONYMS);
    return new RelayError(
      'usage.unknown_command',
      `unknown command: relay ${path ? `${path} ` : ''}${word}`,
      {
        why: path ? `${path} has: ${verbsOf(command).join(', ')}` : `relay has no ${word}`,
        fix: known ? `did you mean: relay ${path ? `${path} ` : ''}${known}` : `all commands: ${help}`,
      },
    );
  }
  return new RelayError('usage.invalid', message, {
    why: `relay ${path} is used as: relay ${path} ${command.usage()}`,
    fix: `examples: ${help}`,
  });
}

export interface VerbText {
  readonly summary: string;
  /** At least one; whole command lines beginning with `relay`. */
  readonly examples: readonly string[];
  /** More than the summary: what it does not do, which other verb to take. */
  readonly about?: string;
  readonly seeAlso?: readonly string[];
}

/** A noun: the command that its verbs hang on. */
export function addNoun(program: Command, name: string, summary: string): RelayCommand {
  return (program.command(name) as RelayCommand).description(summary).helpCommand(false) as RelayCommand;
}

/**
 * A verb of a noun (or a command of the program itself). `list` and `remove` get their aliases.
 * @param usage commander's form: `show <name>`, `resend <id...>`, `init [dir]`
 */
export function addVerb(
  noun: Command,
  usage: string,
  text: VerbText,
  options: CommandOptions = {},
): RelayCommand {
  const verb = noun.command(usage, options) as RelayCommand;
  verb.description(text.about ? `${text.summary}\n\n${text.about}` : text.summary).summary(text.summary);
  verb.examples = text.examples;
  verb.seeAlso = text.seeAlso ?? [];
  const alias = ALIASES[verb.name()];
  if (alias) verb.alias(alias);
  return verb;
}
