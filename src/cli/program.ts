// The program: global flags, the nouns (only those needed are loaded), help in our form.

import { type Command, Help, Option } from 'commander';
import { RelayError } from '../core/errors.js';
import { nearestName } from '../core/nearest.js';
import { RelayCommand } from './command.js';
import type { CliContext, OutputFormat } from './context.js';
import { NOUN_NAMES } from './noun-groups.js';
import { NOUNS } from './nouns.js';
import { asInvoked } from './output/error.js';
import { inVerbOrder } from './overview.js';

const FORMATS: readonly OutputFormat[] = ['table', 'wide', 'json', 'jsonl', 'name'];

export interface GlobalFlags {
  config?: string;
  socket?: string;
  json?: boolean;
  output?: OutputFormat;
  color?: boolean;
  yes?: boolean;
  quiet?: boolean;
  debug?: boolean;
}

function parseFormat(text: string): OutputFormat {
  if (FORMATS.includes(text as OutputFormat)) return text as OutputFormat;
  const known = nearestName(text, FORMATS);
  throw new RelayError('usage.invalid', `there is no output format ${text}`, {
    why: `formats: ${FORMATS.join(', ')}`,
    fix: known ? `did you mean -o ${known}?` : 'relay help formats',
  });
}

function addGlobalFlags(program: Command): void {
  program
    .addOption(
      new Option(
        '--config <file>',
        'config file (default: ./relay.yaml and where relay help environment says)',
      ),
    )
    .addOption(new Option('--socket <path>', 'control socket of the daemon'))
    .addOption(new Option('--json', 'print JSON (the same as -o json)'))
    .addOption(new Option('-o, --output <format>', `print as ${FORMATS.join(', ')}`).argParser(parseFormat))
    .addOption(new Option('--no-color', 'no colours (also: NO_COLOR=1)'))
    .addOption(new Option('-y, --yes', 'do not ask before removing, or before a key ends'))
    .addOption(new Option('-q, --quiet', 'no hints and no progress on stderr'))
    .addOption(new Option('--debug', 'show where an error came from'));
}

/** Its own examples; of a noun, the first of each of its verbs. */
function examplesOf(command: RelayCommand): readonly string[] {
  if (command.examples.length > 0) return command.examples;
  return inVerbOrder(command.commands).flatMap((verb) => (verb as RelayCommand).examples.slice(0, 1));
}

/** Help with examples; examples and usage name us as the user started us. */
function helpOf(command: RelayCommand, helper: Help, invokedAs: string): string {
  const text = asInvoked(Help.prototype.formatHelp.call(helper, command, helper), invokedAs);
  const block = (title: string, lines: readonly string[]): string =>
    lines.length === 0
      ? ''
      : `\n${title}:\n${lines.map((line) => `  ${asInvoked(line, invokedAs)}`).join('\n')}\n`;
  return `${text}${block('Examples', examplesOf(command))}${block('See also', command.seeAlso)}`;
}

/**
 * The whole program with the commands of one noun, or of all.
 * @param noun what to load; undefined loads every noun (help, completion, an unknown command)
 */
export async function buildProgram(context: CliContext, noun?: string): Promise<RelayCommand> {
  const program = new RelayCommand('relay');
  program.description('Takes alerts in, folds them into incidents, tells everybody who should know.');
  program.knownWords = NOUN_NAMES;
  program.helpCommand(false).showSuggestionAfterError(false).exitOverride();
  program.configureOutput({
    writeOut: (text) => context.out.write(text),
    writeErr: (text) => context.err.write(text),
    getOutHelpWidth: () => Math.min(context.width, 110),
    getErrHelpWidth: () => Math.min(context.width, 110),
    // Colours of help follow the context, not commander's own look at the environment.
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  program.configureHelp({
    showGlobalOptions: true,
    visibleCommands: (command) => inVerbOrder(command.commands),
    formatHelp: (command, helper) => helpOf(command as RelayCommand, helper, context.invokedAs),
  });
  addGlobalFlags(program);
  program.addOption(new Option('-V, --version', 'print the version').hideHelp());
  const needed = NOUN_NAMES.filter((name) => noun === undefined || name === noun);
  for (const name of needed) (await NOUNS[name]())(program, context);
  return program;
}
