// A text whose secrets are out of sight and everything else in its place, and how a line of it is drawn. Light to import: the CLI does on every
// call. What is put out of sight is decided in masked-text.ts.

import { MASK } from '../core/redaction.js';

declare const masked: unique symbol;
/** Holds no secret; same length as the text it was made of. */
export type MaskedText = string & { readonly [masked]: true };

/** Of the private use area: no config needs it. */
export const HIDDEN = '\uE000';
const HIDDEN_RUN = /\uE000+/g;

/** A line as it is shown, and where what stood at `offset` (0-based) stands in it. */
export function showHidden(line: string): { readonly shown: string; at(offset: number): number } {
  const runs = [...line.matchAll(HIDDEN_RUN)].map(
    ({ index, 0: run }) => [index, index + run.length] as const,
  );
  return {
    shown: line.replace(HIDDEN_RUN, MASK),
    at: (offset) =>
      runs.reduce((column, [start, end]) => {
        if (offset >= end) return column - (end - start) + MASK.length;
        return offset > start ? column - (offset - start) : column;
      }, offset),
  };
}
