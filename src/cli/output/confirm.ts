// Asks before a severe deed, mostly a deletion: the name has to be typed. `--yes` skips; without a terminal there is nobody to ask.

import { createInterface } from 'node:readline';
import { RelayError } from '../../core/errors.js';
import type { CliContext } from '../context.js';

/** One line; empty when the input ends first (Ctrl-D). */
async function readLine(input: NodeJS.ReadStream): Promise<string> {
  for await (const line of createInterface({ input })) return line;
  return '';
}

/** The verb of what is asked for. */
export interface Deed {
  readonly doing: string;
  readonly does: string;
  readonly done: string;
}

const REMOVING: Deed = { doing: 'removing', does: 'removes', done: 'removed' };

/**
 * @param what `webhook crm`
 * @param consequence what will be gone: `its 12 waiting deliveries are cancelled`
 * @throws usage.confirmation_required when nobody can be asked, or the answer was not the name
 */
export async function confirm(
  context: CliContext,
  what: string,
  name: string,
  consequence: string,
  deed: Deed = REMOVING,
): Promise<void> {
  if (context.yes) return;
  if (!context.stdin.isTTY) {
    throw new RelayError('usage.confirmation_required', `${deed.doing} ${what} needs a confirmation`, {
      why: `${consequence}; there is no terminal to ask on`,
      fix: 'add --yes when you are sure',
    });
  }
  context.err.write(`This ${deed.does} ${what}: ${consequence}.\nType the name (${name}) to go on: `);
  if ((await readLine(context.stdin)).trim() === name) return;
  throw new RelayError('usage.confirmation_required', `${what} was not ${deed.done}`, {
    why: 'what was typed is not its name',
  });
}
