// biome-ignore-all lint/suspicious/noControlCharactersInRegex: Python counts these control characters as line ends.
// What Python's str methods count as white space, and stripping by sets of characters.

import { characters } from './iterate.js';
import { chargeActive } from './limits.js';

const CLASS = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SPLIT = new RegExp(`${CLASS}+`);
const GAPS = new RegExp(`${CLASS}+`, 'g');
const ONLY = new RegExp(`^${CLASS}+$`);
const ONE = new RegExp(CLASS);

export type Side = 'both' | 'left' | 'right';

/** str.strip, lstrip and rstrip; `set` null strips white space. */
export function strip(text: string, set: string | null, side: Side): string {
  const chosen = set === null ? null : new Set(characters(set));
  const strips = (unit: string): boolean => (chosen === null ? ONE.test(unit) : chosen.has(unit));
  let start = 0;
  let end = text.length;
  if (side !== 'right') {
    for (let unit = unitAt(text, start); start < end && strips(unit); unit = unitAt(text, start))
      start += unit.length;
  }
  if (side !== 'left') {
    for (let unit = unitBefore(text, end); end > start && strips(unit); unit = unitBefore(text, end)) {
      end -= unit.length;
    }
  }
  if (text.length - (end - start) > 7) chargeActive((text.length - (end - start)) >>> 3);
  return text.slice(start, end);
}

function unitAt(text: string, offset: number): string {
  return offset < text.length ? String.fromCodePoint(text.codePointAt(offset)!) : '';
}

function unitBefore(text: string, offset: number): string {
  const isPair =
    (text.charCodeAt(offset - 1) & 0xfc00) === 0xdc00 && (text.charCodeAt(offset - 2) & 0xfc00) === 0xd800;
  return text.slice(Math.max(0, offset - (isPair ? 2 : 1)), offset);
}

/** str.split() without a separator. */
export function words(text: string): string[] {
  chargeActive(text.length >>> 2);
  return text.split(SPLIT).filter((word) => word !== '');
}

export function isWhiteSpace(text: string): boolean {
  return ONLY.test(text);
}

/** str.split() with a limit: the rest keeps its inner white space. */
export function splitWords(text: string, limit: number): string[] {
  chargeActive(text.length >>> 2);
  const whole = strip(text, null, 'left');
  const parts: string[] = [];
  let offset = 0;
  for (const gap of whole.matchAll(GAPS)) {
    if (parts.length >= limit) break;
    parts.push(whole.slice(offset, gap.index));
    offset = gap.index + gap[0].length;
  }
  if (offset < whole.length) parts.push(whole.slice(offset));
  return parts;
}

/** str.rsplit() with a limit. */
export function splitWordsFromEnd(text: string, limit: number): string[] {
  const all = words(text);
  if (all.length <= limit + 1) return all;
  const gaps = [...strip(text, null, 'both').matchAll(GAPS)];
  const whole = strip(text, null, 'right');
  const lead = whole.length - strip(whole, null, 'left').length;
  const end = limit === 0 ? whole.length : lead + gaps.at(-limit)!.index;
  return [whole.slice(0, end), ...(limit === 0 ? [] : all.slice(-limit))];
}

/** str.splitlines(), with the line ends Python knows. */
export function splitLines(text: string, keepEnds: boolean): string[] {
  chargeActive(text.length >>> 2);
  const lines =
    text.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g) ?? [];
  if (lines.at(-1) === '') lines.pop();
  return keepEnds
    ? lines
    : lines.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ''));
}
