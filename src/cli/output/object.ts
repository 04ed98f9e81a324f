// Detail views: labels aligned on the left, values beside them, blocks of text below. With --json the object as the API gave it.

import { type CliContext, wantsJson } from '../context.js';
import { printFormatted } from './json.js';

/** A label and its value; null leaves the line out, so that a view can list all it might have. */
export type Field = readonly [label: string, value: string | number | null | undefined];

/** A titled block under the fields: templates, a body, a timeline. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface ObjectView {
  /** What `-o name` prints. */
  readonly name: string;
  readonly fields: readonly Field[];
  readonly sections?: readonly Section[];
  /** What --json prints: the API's answer. */
  readonly json: unknown;
}

/** `label   value` lines with the values in one column; values of several lines hang below each other. */
export function alignFields(
  context: Pick<CliContext, 'paint'>,
  fields: readonly Field[],
  leastWidth = 0,
): string[] {
  const shown = fields.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(leastWidth, ...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => {
    const hanging = String(value)
      .split('\n')
      .join(`\n${' '.repeat(width + 2)}`);
    return `${context.paint.dim(label.padEnd(width))}  ${hanging}`;
  });
}

export function printObject(context: CliContext, view: ObjectView): void {
  if (wantsJson(context)) {
    printFormatted(context, view.json);
    return;
  }
  if (context.format === 'name') {
    context.out.write(`${view.name}\n`);
    return;
  }
  const lines = alignFields(context, view.fields);
  for (const section of view.sections ?? []) {
    if (section.lines.length === 0) continue;
    lines.push(
      '',
      context.paint.bold(section.title),
      ...section.lines.map((line) => (line ? `  ${line}` : '')),
    );
  }
  context.out.write(`${lines.join('\n')}\n`);
}

/**
 * What a command that changes something says: one sentence on stdout (`paused source x`), or with --json the answer, or with
 * `-o name` the name alone.
 */
export function printDone(context: CliContext, sentence: string, name: string, json: unknown): void {
  if (wantsJson(context)) {
    printFormatted(context, json);
    return;
  }
  context.out.write(`${context.format === 'name' ? name : sentence}\n`);
}
