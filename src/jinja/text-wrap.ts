// Wrapping one line of text to a width, as Python's textwrap does: at white space and hyphens, long words cut.

import { characters } from './iterate.js';

const SPACE = '[\\t\\n\\v\\f\\r ]';
const SOLID = '[^\\t\\n\\v\\f\\r ]';
const WORD = '[\\p{L}\\p{N}_!"\'&.,?]';
const LETTER = '[\\p{L}_]';
// Python's own pieces: white space, long dashes between words, and words cut after hyphens between letters.
const HYPHENATED = `-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${WORD}-))(?=${LETTER}-?${LETTER})`;
const PIECE = new RegExp(
  `${SPACE}+|(?<=${WORD})-{2,}(?=[\\p{L}\\p{N}_])|${SOLID}+?(?:${HYPHENATED}|(?=${SPACE}|$)|(?<=${WORD})(?=-{2,}[\\p{L}\\p{N}_]))`,
  'gu',
);

/** A piece of text of which the first `from` characters are done with, so that cutting a long word stays cheap. */
interface Chunk {
  readonly units: readonly string[];
  from: number;
}

function chunksOf(line: string, atHyphens: boolean): Chunk[] {
  const pieces = line.match(atHyphens ? PIECE : /[ \t\v\f\r\n]+|[^ \t\v\f\r\n]+/g) ?? [];
  return pieces.map((piece) => ({ units: characters(piece), from: 0 }));
}

const lengthOf = (chunk: Chunk): number => chunk.units.length - chunk.from;
const textOf = (chunk: Chunk): string => chunk.units.slice(chunk.from).join('');
const isBlank = (text: string): boolean => text.trim() === '';

/** The line in pieces no longer than the width (unless a word is longer and may not be broken). */
export function wrapLines(line: string, width: number, breakLong: boolean, atHyphens: boolean): string[] {
  const chunks = chunksOf(line, atHyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const current: string[] = [];
    let used = 0;
    if (lines.length > 0 && lengthOf(chunks.at(-1)!) <= width && isBlank(textOf(chunks.at(-1)!)))
      chunks.pop();
    while (chunks.length > 0 && used + lengthOf(chunks.at(-1)!) <= width) {
      used += lengthOf(chunks.at(-1)!);
      current.push(textOf(chunks.pop()!));
    }
    if (chunks.length > 0 && lengthOf(chunks.at(-1)!) > width) {
      takeLong(chunks, current, width - used, { breakLong, atHyphens });
    }
    if (current.length > 0 && isBlank(current.at(-1)!)) current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function takeLong(
  chunks: Chunk[],
  current: string[],
  left: number,
  { breakLong, atHyphens }: { breakLong: boolean; atHyphens: boolean },
): void {
  const chunk = chunks.at(-1)!;
  if (!breakLong) {
    if (current.length === 0) current.push(textOf(chunks.pop()!));
    return;
  }
  // Nothing fits behind what the line has: it ends here, with its trailing blank, as Python's does.
  if (left <= 0) {
    current.push('');
    return;
  }
  const window = chunk.units.slice(chunk.from, chunk.from + left);
  const hyphen = window.lastIndexOf('-');
  const cutAtHyphen = atHyphens && hyphen > 0 && window.slice(0, hyphen).some((unit) => unit !== '-');
  const taken = cutAtHyphen ? window.slice(0, hyphen + 1) : window;
  current.push(taken.join(''));
  chunk.from += taken.length;
  if (lengthOf(chunk) === 0) chunks.pop();
}
