// Work on text that methods and filters share: case, padding, replacing. Everything that can grow asks for room first.

import { characters, textLength } from './iterate.js';
import type { Run } from './limits.js';

export function capitalize(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0x20);
  if (text === '') return '';
  const upper = first.toUpperCase();
  // One letter that becomes two, ß to SS, is Ss at the start of a word.
  const start = upper.length > first.length ? upper[0] + upper.slice(1).toLowerCase() : upper;
  return start + text.slice(first.length).toLowerCase();
}

/** str.title(): every run of letters starts with a capital. */
export function pythonTitle(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => capitalize(word));
}

function padding(run: Run, text: string, width: number, fill: string): number {
  const missing = width - textLength(text);
  if (missing <= 0) return 0;
  run.room(text.length + missing * fill.length);
  return missing;
}

export function padLeft(run: Run, text: string, width: number, fill: string): string {
  return fill.repeat(padding(run, text, width, fill)) + text;
}

export function padRight(run: Run, text: string, width: number, fill: string): string {
  return text + fill.repeat(padding(run, text, width, fill));
}

/** str.center(): of an odd gap the larger part goes left when the width is odd, as CPython does. */
export function center(run: Run, text: string, width: number, fill: string): string {
  const missing = padding(run, text, width, fill);
  const left = (missing >> 1) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** Charges what looking for a long text takes beyond one pass: engines may go over it again at each place. */
export function chargeSearch(run: Run, text: string, needle: string): void {
  if (needle.length > 64) run.charge((text.length >>> 6) * (needle.length >>> 6));
}

/** str.replace(); a negative count replaces all. */
export function replaceText(run: Run, text: string, old: string, fresh: string, count: number): string {
  chargeSearch(run, text, old);
  const parts = old === '' ? ['', ...characters(text), ''] : text.split(old);
  const times = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1);
  run.charge(parts.length >>> 3);
  run.room(text.length + times * (fresh.length - old.length));
  if (times === parts.length - 1) return parts.join(fresh);
  return [...parts.slice(0, times), parts.slice(times).join(old)].join(fresh);
}
