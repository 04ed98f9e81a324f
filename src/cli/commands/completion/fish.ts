// The completion script for fish.

import type { CompletionTree } from './tree.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export function fishScript(tree: CompletionTree): string {
  const nounNames = tree.nouns.map((noun) => noun.name).join(' ');
  const lines = [
    '# fish completion for relay; made by: relay completion fish',
    'function __relay_names',
    '  set -l plain (string match -v -- "-*" (commandline -opc))',
    '  test (count $plain) -ge 3; and relay __complete $plain[2] $plain[3] 2>/dev/null',
    'end',
    'complete -c relay -f',
  ];
  for (const { name, summary } of tree.nouns) {
    lines.push(
      `complete -c relay -n "not __fish_seen_subcommand_from ${nounNames}" -a ${name} -d ${quoted(summary)}`,
    );
  }
  for (const { name, verbs } of tree.nouns) {
    const names = verbs.map((verb) => verb.name).join(' ');
    for (const verb of verbs) {
      const isOpen = `__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${names}`;
      lines.push(`complete -c relay -n "${isOpen}" -a ${verb.name} -d ${quoted(verb.summary)}`);
    }
  }
  for (const verb of tree.verbs) {
    const seen = verb.path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
    for (const { flag, summary } of verb.flags) {
      lines.push(`complete -c relay -n "${seen.join('; and ')}" -l ${flag.slice(2)} -d ${quoted(summary)}`);
    }
    if (verb.takesName && seen.length === 2) {
      lines.push(`complete -c relay -n "${seen.join('; and ')}" -a "(__relay_names)"`);
    }
  }
  for (const { flag, summary } of tree.globals) {
    lines.push(`complete -c relay -l ${flag.slice(2)} -d ${quoted(summary)}`);
  }
  return `${lines.join('\n')}\n`;
}
