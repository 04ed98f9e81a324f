// Whether the `filter:` and `when:` of a destination can be used; each mistake at its place.

import { compile } from '../jinja/compile.js';
import { readFilter } from '../model/filter/filter.js';
import { childOf, type PathPart, type Problem, problemAt, textOf } from './problem.js';

export function checkFilter(spec: unknown, base: readonly PathPart[]): Problem[] {
  const filter = childOf(spec, 'filter');
  // Anything but an object is told by the schema.
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) return [];
  return readFilter(filter).problems.map(({ path, message, fix, on }) =>
    problemAt([...base, 'filter', ...path], 'invalid_filter', message, fix, { on }),
  );
}

export function checkWhen(spec: unknown, base: readonly PathPart[]): Problem[] {
  const when = textOf(childOf(spec, 'when'));
  if (when === undefined) return [];
  const path = [...base, 'when'];
  try {
    compile(when);
  } catch (error) {
    const { message, fix, line, column } = error as Error & { fix?: string; line?: number; column?: number };
    const within = line === undefined || column === undefined ? {} : { within: { line, column } };
    return [problemAt(path, 'template_syntax', `"when": ${message}`, fix ?? null, within)];
  }
  if (/\{[{%]/.test(when)) return [];
  const fix = `write it as a template: when: "{{ ${when.trim()} }}"`;
  return [problemAt(path, 'invalid_value', '"when" is a plain text, which is the same for every event', fix)];
}
