// How the result of a pack's check reads. Pure.

import type { PackReport } from '../../../sources/pack/pack-check.js';
import type { PackProblem } from '../../../sources/pack/pack-lint.js';
import type { Paint } from '../../output/paint.js';
import { printable } from '../../output/printable.js';

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

function paintedLine(line: string, paint: Paint): string {
  if (line.startsWith('- ')) return paint.red(line);
  return line.startsWith('+ ') ? paint.green(line) : paint.dim(line);
}

const isDiff = (lines: readonly string[]): boolean => lines.some((line) => /^[-+] /.test(line));

function problemOf({ where, message }: PackProblem, paint: Paint): string[] {
  const lines = printable(message).split('\n');
  if (!isDiff(lines)) return [`${paint.bold(where)}: ${lines.join(' ')}`];
  return [
    `${paint.bold(where)}: ${paint.red('- expected')}  ${paint.green('+ came')}`,
    ...lines.map((line) => `  ${paintedLine(line, paint)}`),
  ];
}

export function problemLines({ problems }: PackReport, paint: Paint): string[] {
  return problems.flatMap((problem) => problemOf(problem, paint));
}

/** `4 cases, 1 story` */
export const countsOf = (report: PackReport): string =>
  `${counted(report.cases, 'case', 'cases')}, ${counted(report.stories, 'story', 'stories')}`;

/** `ok      datadog  4 cases, 2 stories`, and below it what is wrong. */
export function reportLines(report: PackReport, width: number, paint: Paint): string[] {
  const isOk = report.problems.length === 0;
  const state = isOk ? paint.green('ok    ') : paint.red('failed');
  const counts = [
    countsOf(report),
    ...(isOk ? [] : [counted(report.problems.length, 'problem', 'problems')]),
  ].join(', ');
  const head = `${state}  ${paint.bold(report.slug.padEnd(width))}  ${counts}`;
  return [head, ...problemLines(report, paint).map((line) => `        ${line}`)];
}
