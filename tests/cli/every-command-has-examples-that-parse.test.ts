import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Option } from 'commander';
import type { RelayCommand } from '../../src/cli/command.js';
import { NOUN_NAMES } from '../../src/cli/noun-groups.js';
import { overview } from '../../src/cli/overview.js';
import { buildProgram } from '../../src/cli/program.js';
import { testContext } from './context.js';

let program: RelayCommand;
let leaves: RelayCommand[];

const leavesOf = (command: RelayCommand): RelayCommand[] =>
  command.commands.length === 0
    ? [command]
    : command.commands.flatMap((each) => leavesOf(each as RelayCommand));

const isVisible = (command: RelayCommand): boolean => !command.name().startsWith('__');

/** The words of the first `relay …` in an example, up to a pipe or redirection. */
function wordsOf(example: string): string[] {
  const from = /(?:^|[\s("$])relay (.*)$/.exec(example)?.[1] ?? '';
  return (from.split(/ [|>]|2>>|\)|;/)[0] as string).match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
}

beforeAll(async () => {
  program = await buildProgram(testContext());
  leaves = leavesOf(program).filter(isVisible);
});

describe('every command', () => {
  it('is one of a tree that has every noun', () => {
    expect(program.commands.map((each) => each.name()).filter((name) => !name.startsWith('__'))).toEqual([
      ...NOUN_NAMES,
    ]);
  });

  it('has a summary and an example', () => {
    const without = leaves.filter((each) => each.examples.length === 0 || each.summary() === '');
    expect(without.map((each) => each.path())).toEqual([]);
  });

  it('has examples that name a known command with known flags', () => {
    const wrong: string[] = [];
    for (const leaf of leaves) {
      for (const example of leaf.examples) {
        const words = wordsOf(example);
        if (words[0]?.startsWith('-')) continue;
        let command: RelayCommand = program;
        for (const word of words) {
          const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
          if (next === undefined) break;
          command = next as RelayCommand;
        }
        const flags = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split('=')[0]);
        const known = [...command.options, ...program.options].flatMap((option: Option) => [
          option.long,
          option.short,
        ]);
        const unknown = flags.filter((flag) => !known.includes(flag));
        if (command !== leaf || unknown.length > 0) wrong.push(`${leaf.path()}: ${example} ${unknown}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('shows its examples in its help, named as the user started us', async () => {
    const inClone = await buildProgram(testContext({ invokedAs: 'bin/relay.js' }), 'pack');
    const help = inClone.commands[0]?.commands[0]?.helpInformation() ?? '';
    expect(help).toContain('Examples:\n  bin/relay.js pack list\n');
  });

  it('can be typed as it stands, also after a pipe or in a substitution', async () => {
    const inClone = await buildProgram(testContext({ invokedAs: 'bin/relay.js' }));
    const bare = leavesOf(inClone)
      .filter(isVisible)
      .flatMap((each) => each.helpInformation().split('\n'))
      .filter((line) => /(^|[\s("$|])relay [a-z-]/.test(line));
    expect(bare).toEqual([]);
  });

  it('has an example in the help of its noun', async () => {
    const help = program.commands.find((each) => each.name() === 'webhook')?.helpInformation() ?? '';
    for (const verb of ['list', 'show', 'add', 'rotate-secret']) {
      expect(help.split('Examples:\n')[1]).toMatch(new RegExp(`^  relay webhook ${verb}`, 'm'));
    }
  });

  it('has its noun in the overview', () => {
    const text = overview(program, testContext());
    for (const noun of NOUN_NAMES) expect(text).toMatch(new RegExp(`^  ${noun} `, 'm'));
    expect(text).toContain('  source       list | show | add | edit | remove | pause | resume | test |');
  });
});
