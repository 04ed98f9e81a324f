// What `relay` alone prints, and the order in which verbs stand there and in every help.

import type { Command } from 'commander';
import type { CliContext } from './context.js';
import { NOUN_GROUPS } from './noun-groups.js';

/** Verbs that nouns share, in the order one meets them; others keep theirs after these. */
const VERB_ORDER = ['list', 'show', 'add', 'edit', 'remove', 'pause', 'resume', 'test'];

export function inVerbOrder(commands: readonly Command[]): Command[] {
  const rank = (command: Command): number => {
    const known = VERB_ORDER.indexOf(command.name());
    return known < 0 ? VERB_ORDER.length : known;
  };
  return commands.filter((each) => !each.name().startsWith('__')).sort((a, b) => rank(a) - rank(b));
}

function verbsLine(command: Command): string {
  const verbs = inVerbOrder(command.commands).map((each) => each.name());
  return verbs.length > 0 ? verbs.join(' | ') : command.summary() || command.description();
}

/** What `relay` alone prints: every noun with its verbs, by what one is about to do. @param program with every noun loaded */
export function overview(program: Command, context: CliContext): string {
  const { bold, dim } = context.paint;
  const lines = [
    `${bold('relay')}: ${program.description()}`,
    '',
    `usage: ${context.invokedAs} <noun> <verb> [name] [flags]`,
  ];
  for (const [group, names] of NOUN_GROUPS) {
    lines.push('', bold(group));
    for (const name of names) {
      const command = program.commands.find((each) => each.name() === name);
      if (command) lines.push(`  ${name.padEnd(12)} ${dim(verbsLine(command))}`);
    }
  }
  lines.push('', `Flags and examples of a command: ${context.invokedAs} <noun> <verb> --help`);
  return `${lines.join('\n')}\n`;
}
