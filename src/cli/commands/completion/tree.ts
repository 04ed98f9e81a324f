// The program's tree as completion needs it: nouns, verbs, flags, and which verbs take a name.

import type { Command } from 'commander';

export interface CompletionVerb {
  /** `source show`, or `status` for a command without verbs. */
  readonly path: string;
  readonly summary: string;
  readonly flags: readonly { readonly flag: string; readonly summary: string }[];
  readonly takesName: boolean;
}

export interface CompletionNoun {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly { readonly name: string; readonly summary: string }[];
}

export interface CompletionTree {
  readonly nouns: readonly CompletionNoun[];
  readonly verbs: readonly CompletionVerb[];
  readonly globals: readonly { readonly flag: string; readonly summary: string }[];
}

const visible = (command: Command): Command[] =>
  command.commands.filter((each) => !each.name().startsWith('__'));

const firstLine = (text: string): string => text.split('\n')[0] as string;

function flagsOf(command: Command): CompletionVerb['flags'] {
  return command.options
    .filter((option) => option.long && !option.hidden)
    .map((option) => ({ flag: option.long as string, summary: option.description }));
}

function verbOf(command: Command, path: string): CompletionVerb {
  return {
    path,
    summary: command.summary(),
    flags: flagsOf(command),
    takesName: command.registeredArguments.length > 0,
  };
}

/** @param program with every noun loaded */
export function completionTree(program: Command): CompletionTree {
  const nouns = visible(program);
  return {
    globals: flagsOf(program),
    nouns: nouns.map((noun) => ({
      name: noun.name(),
      summary: firstLine(noun.summary() || noun.description()),
      verbs: visible(noun).map((verb) => ({ name: verb.name(), summary: verb.summary() })),
    })),
    verbs: nouns.flatMap((noun) =>
      visible(noun).length === 0
        ? [verbOf(noun, noun.name())]
        : visible(noun).map((verb) => verbOf(verb, `${noun.name()} ${verb.name()}`)),
    ),
  };
}
