// Secrets on the command line: a flag names where one is kept (`env:NAME`, `file:path`), or is `-`, and then it is typed without being shown or
// comes on stdin. What was typed is never printed.

import { RelayError } from '../../core/errors.js';
import type { CliContext } from '../context.js';
import { secretReference, wrong } from './flag-values.js';

const TYPED = '-';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACES = ['\u007f', '\b'];

/** What was typed so far, and how it ended: with the line, or by Ctrl-C; null while it goes on. */
function typeOn(before: string, characters: string): { text: string; ended: 'line' | 'stop' | null } {
  let text = before;
  for (const character of characters) {
    if (character === CTRL_C) return { text: '', ended: 'stop' };
    if (character === '\r' || character === '\n' || character === CTRL_D) return { text, ended: 'line' };
    text = BACKSPACES.includes(character) ? text.slice(0, -1) : text + character;
  }
  return { text, ended: null };
}

/** The first line of what is typed or piped; null when Ctrl-C was typed. On a terminal nothing is shown. */
function readHidden(input: NodeJS.ReadStream): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (value: string | null): void => {
      input.off('data', hear).off('end', finish).off('error', reject);
      if (input.isTTY) input.setRawMode?.(false);
      input.pause();
      resolve(value);
    };
    const finish = (): void => end(text);
    const hear = (chunk: unknown): void => {
      const typed = typeOn(text, String(chunk));
      text = typed.text;
      if (typed.ended !== null) end(typed.ended === 'stop' ? null : text);
    };
    input.setEncoding('utf8');
    if (input.isTTY) input.setRawMode?.(true);
    input.on('data', hear).on('end', finish).on('error', reject);
    input.resume();
  });
}

async function askFor(flag: string, context: CliContext): Promise<string> {
  const { stdin, err } = context;
  if (stdin.isTTY) err.write(`--${flag} (not shown while you type): `);
  const text = await readHidden(stdin);
  if (stdin.isTTY) err.write('\n');
  if (text === null) throw new RelayError('usage.invalid', 'stopped; nothing was changed');
  if (text !== '') return text;
  throw wrong(`no secret was given for --${flag}`, 'the line was empty', `--${flag} env:MY_SECRET`);
}

type Given = string | readonly string[];

/**
 * Flags by their long names with what was given for each, one or several → references as they stand, and typed secrets for those that
 * are `-`.
 * @throws usage.invalid for a secret in the open, and for two that are to come on one stdin
 */
export async function secretValues<Flag extends string, Value extends Given>(
  flags: Readonly<Partial<Record<Flag, Value | undefined>>>,
  context: CliContext,
): Promise<Partial<Record<Flag, Value>>> {
  const given = (Object.entries(flags) as [Flag, Value | undefined][]).filter(
    (entry): entry is [Flag, Value] => entry[1] !== undefined,
  );
  const named = given.flatMap(([flag, value]) =>
    [value].flat().map((text) => [flag, text as string] as const),
  );
  const typed = named.filter(([, text]) => text === TYPED);
  if (typed.length > 1 && !context.stdin.isTTY)
    throw wrong(
      'only one secret can come on stdin',
      `${typed.map(([flag]) => `--${flag}`).join(' and ')} are to be read from it`,
      'name all but one as env:NAME or file:path',
    );
  // All that can be refused is refused before anybody is asked.
  for (const [flag, text] of named) if (text !== TYPED) secretReference(flag, text);
  const values: Partial<Record<Flag, Value>> = {};
  for (const [flag, value] of given) {
    const texts: string[] = [];
    for (const text of [value].flat() as string[])
      texts.push(text === TYPED ? await askFor(flag, context) : text);
    values[flag] = (Array.isArray(value) ? texts : texts[0]) as Value;
  }
  return values;
}
