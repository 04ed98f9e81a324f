// What the daemon says of an object that it took although something in it is probably not meant. On stderr; with --json it is in the answer.

import type { ChangeAnswer } from '../../http/wire/api-types.js';
import type { CliContext } from '../context.js';
import { oneLine } from '../output/table.js';

export function printWarnings({ warnings = [] }: ChangeAnswer, context: CliContext): void {
  const label = context.paintErr.yellow('warning:');
  for (const { path, message, fix } of warnings) {
    const said = fix === null ? message : `${message}; ${fix}`;
    context.hint(`${label} ${oneLine(`${path}: ${said}`)}`);
  }
}
