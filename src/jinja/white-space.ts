// biome-ignore-all lint/suspicious/noControlCharactersInRegex: Python counts these control characters as line ends.
// What Python's str methods count as white space, and stripping by sets of characters.

import { characters } from './iterate.js';

const CLASS = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SPLIT = new RegExp(`${CLASS}+`);
const ONLY = new RegExp(`^${CLASS}+$`);
const ONE = new RegExp(CLASS);

export type Side = 'both' | 'left' | 'right';

/** str.strip, lstrip and rstrip; `set` null strips white space. */
export function strip(text: string, set: string | null, side: Side): string {
  const chosen = set === null ? null : new Set(characters(set));
  const units = characters(text);
  const strips = (unit: string): boolean => (chosen === null ? ONE.test(unit) : chosen.has(unit));
  let start = 0;
  let end = units.length;
  if (side !== 'right') while (start < end && strips(units[start]!)) start += 1;
  if (side !== 'left') while (end > start && strips(units[end - 1]!)) end -= 1;
  return start === 0 && end === units.length ? text : units.slice(start, end).join('');
}

/** str.split() without a separator. */
export function words(text: string): string[] {
  return text.split(SPLIT).filter((word) => word !== '');
}

export function isWhiteSpace(text: string): boolean {
  return ONLY.test(text);
}

/** str.split() with a limit: the rest keeps its inner white space. */
export function splitWords(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = strip(text, null, 'left');
  while (parts.length < limit && rest !== '') {
    const gap = SPLIT.exec(rest);
    if (gap === null) break;
    parts.push(rest.slice(0, gap.index));
    rest = rest.slice(gap.index + gap[0].length);
  }
  if (rest !== '') parts.push(strip(rest, null, 'right'));
  return parts;
}

/** str.rsplit() with a limit. */
export function splitWordsFromEnd(text: string, limit: number): string[] {
  const all = words(text);
  if (all.length <= limit + 1) return all;
  const tail = limit === 0 ? [] : all.slice(-limit);
  let rest = strip(text, null, 'right');
  for (const word of tail.toReversed()) rest = strip(rest.slice(0, rest.length - word.length), null, 'right');
  return [rest, ...tail];
}

/** str.splitlines(), with the line ends Python knows. */
export function splitLines(text: string, keepEnds: boolean): string[] {
  const lines =
    text.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g) ?? [];
  if (lines.at(-1) === '') lines.pop();
  return keepEnds
    ? lines
    : lines.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ''));
}
