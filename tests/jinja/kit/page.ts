// Reads the examples out of docs/templates.md: in fences marked `jinja`, template lines, then ` → ` or lines of `→` with the answer, or `✗` with
// the error. A line that begins with `# name, name(parameters): …` says whose examples follow.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../../../src/jinja/json.js';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'templates.md');

export interface Example {
  readonly section: string;
  /** Line of the page, from 1. */
  readonly line: number;
  /** What stands behind the `#` above it. */
  readonly subject: string;
  readonly template: string;
  readonly answer: string | null;
  readonly error: string | null;
}

export interface Page {
  readonly text: string;
  readonly context: Record<string, unknown>;
  readonly examples: readonly Example[];
}

/** White space at the ends of lines is lost on a page, so it does not count. */
export const shown = (text: string): string => text.replace(/[ \t]+$/gm, '');

export function readPage(text = readFileSync(PAGE, 'utf8')): Page {
  const context = parseJson(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '{}') as Record<string, unknown>;
  return { text, context, examples: examplesOf(text.split('\n')) };
}

function examplesOf(lines: readonly string[]): Example[] {
  const examples: Example[] = [];
  let section = '';
  let subject = '';
  let inside = false;
  let template: string[] = [];
  let answer: string[] = [];
  const close = (index: number): void => {
    const given = answer.map((line) => line.slice(1).replace(/^ /, '')).join('\n');
    const isError = answer[0]?.startsWith('✗') === true;
    if (answer.length > 0) {
      const source = template.join('\n');
      examples.push({
        section,
        line: index,
        subject,
        template: source,
        answer: isError ? null : given,
        error: isError ? given : null,
      });
    } else if (template.join('').trim() !== '')
      throw new Error(`docs/templates.md:${index}: an example without an answer`);
    template = [];
    answer = [];
  };
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('```')) {
      if (inside) close(index);
      inside = !inside && line === '```jinja';
      subject = '';
      continue;
    }
    if (!inside) {
      if (/^##+ /.test(line)) section = line.replace(/^#+ /, '');
      continue;
    }
    if (/^[→✗]/.test(line)) {
      answer.push(line);
      continue;
    }
    if (answer.length > 0) close(index);
    if (line.startsWith('# ')) {
      subject = line.slice(2);
      continue;
    }
    const [, left, right] = /^(.*?) {3}([→✗].*)$/.exec(line) ?? [undefined, line, undefined];
    template.push(left as string);
    if (right !== undefined) answer.push(right);
  }
  return examples;
}

export interface Entry {
  readonly name: string;
  /** Names of the parameters, without what they are when left out; null where the page gives none. */
  readonly parameters: readonly string[] | null;
}

/** The names that a subject such as `min(a=1), max(a=1): …` is about. */
export function entriesOf(subject: string): Entry[] {
  const head = /^((?:[\w<>=!]+(?:\([^)]*\))?(?:, )?)+):/.exec(subject)?.[1] ?? '';
  return [...head.matchAll(/([\w<>=!]+)(?:\(([^)]*)\))?/g)].map(([, name, list]) => ({
    name: name as string,
    parameters:
      list === undefined ? null : list.split(/, (?=\w+(?:=|,|$))/).map((part) => part.replace(/=.*$/, '')),
  }));
}
