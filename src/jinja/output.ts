// What statements compile to, and catching what they write as text.

import type { Run } from './limits.js';
import type { Scope } from './scope.js';

export type Execute = (run: Run, scope: Scope) => void;

/** What a part of a template writes, as text instead of output. */
export function capture(run: Run, write: () => void): string {
  const before = run.out;
  run.out = '';
  write();
  const text = run.out;
  run.out = before;
  run.room(text.length);
  return text;
}
