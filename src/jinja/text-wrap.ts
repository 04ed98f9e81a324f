// Wrapping one line of text to a width, as Python's textwrap does: at white space and hyphens, long words cut.

import { characters, textLength } from './iterate.js';

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

function chunksOf(line: string, atHyphens: boolean): string[] {
  return line.match(atHyphens ? PIECE : /[ \t\v\f\r\n]+|[^ \t\v\f\r\n]+/g) ?? [];
}

/** The line in pieces no longer than the width (unless a word is longer and may not be broken). */
export function wrapLines(line: string, width: number, breakLong: boolean, atHyphens: boolean): string[] {
  const chunks = chunksOf(line, atHyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const current: string[] = [];
    let used = 0;
    if (lines.length > 0 && isBlank(chunks.at(-1)!)) chunks.pop();
    while (chunks.length > 0 && used + textLength(chunks.at(-1)!) <= width) {
      used += textLength(chunks.at(-1)!);
      current.push(chunks.pop()!);
    }
    if (chunks.length > 0 && textLength(chunks.at(-1)!) > width)
      takeLong(chunks, current, width - used, { breakLong, atHyphens });
    if (current.length > 0 && isBlank(current.at(-1)!)) current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function takeLong(
  chunks: string[],
  current: string[],
  left: number,
  { breakLong, atHyphens }: { breakLong: boolean; atHyphens: boolean },
): void {
  if (!breakLong) {
    if (current.length === 0) current.push(chunks.pop()!);
    return;
  }
  const units = characters(chunks.pop()!);
  let end = Math.max(1, left);
  const hyphen = units.slice(0, end).lastIndexOf('-');
  if (atHyphens && hyphen > 0 && units.slice(0, hyphen).some((unit) => unit !== '-')) end = hyphen + 1;
  current.push(units.slice(0, end).join(''));
  if (units.length > end) chunks.push(units.slice(end).join(''));
}

function isBlank(chunk: string): boolean {
  return chunk.trim() === '';
}
