// What statements compile to, and catching what they write as text.

import { insertedIntoJson } from './json-output.js';
import type { Run } from './limits.js';
import type { Scope } from './scope.js';
import { toText } from './text.js';
import type { Value } from './values.js';

export type Execute = (run: Run, scope: Scope) => void;

/** What a part of a template writes, as text instead of output. */
export function capture(run: Run, write: () => void): string {
  const before = run.out;
  let text: string;
  run.out = '';
  run.captures += 1;
  try {
    write();
    text = run.out;
  } finally {
    run.out = before;
    run.captures -= 1;
  }
  run.room(text.length);
  return text;
}

/** Writes what an expression gave. */
export function writeValue(run: Run, value: Value): void {
  if (run.json !== undefined && run.captures === 0) run.write(insertedIntoJson(run, run.json, value));
  else run.write(typeof value === 'string' ? value : toText(run, value));
}
