// One verb over several ids: does what it can, says what failed, and ends with the code of the first failure.

import { asRelayError } from '../../core/errors.js';
import { type CliContext, wantsJson } from '../context.js';
import { printError } from '../output/error.js';
import { printJson, printJsonLine } from '../output/json.js';

/**
 * Runs `act` for each id in turn. Prints `sentence` of each answer (or with --json `{items, next}`), and each failure on stderr.
 * A single id that fails throws.
 */
export async function forEachId<Answer extends { readonly id: string }>(
  ids: readonly string[],
  context: CliContext,
  act: (id: string) => Promise<Answer>,
  sentence: (answer: Answer) => string,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let failedWith: number | undefined;
  for (const id of new Set(ids)) {
    try {
      const answer = await act(id);
      answers.push(answer);
      if (context.format === 'jsonl') printJsonLine(context, answer);
      else if (!wantsJson(context))
        context.out.write(`${context.format === 'name' ? answer.id : sentence(answer)}\n`);
    } catch (error) {
      if (ids.length === 1) throw error;
      failedWith ??= asRelayError(error).exitCode;
      printError(error, context);
    }
  }
  if (context.format === 'json') printJson(context, { items: answers, next: null });
  if (failedWith !== undefined) context.exitWith(failedWith);
  return answers;
}
