// JSON on stdout, for programs. The same whether or not stdout is a terminal.

import type { CliContext } from '../context.js';

type Out = Pick<CliContext, 'out'>;

export function printJson(context: Out, value: unknown): void {
  context.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** One value a line, for `-o jsonl` and streams. */
export function printJsonLine(context: Out, value: unknown): void {
  context.out.write(`${JSON.stringify(value)}\n`);
}

/** One object: spread over lines with `-o json`, on one line with `-o jsonl`. */
export function printFormatted(context: Pick<CliContext, 'out' | 'format'>, value: unknown): void {
  if (context.format === 'jsonl') printJsonLine(context, value);
  else printJson(context, value);
}
