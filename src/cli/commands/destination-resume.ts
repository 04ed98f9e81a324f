// `integration resume` and `webhook resume`: what was held meanwhile is sent or dropped, as the person says. Dropping goes in steps before
// the destination is resumed, so that nothing of it is sent; stopped on the way, the same command goes on.

import { createInterface } from 'node:readline';
import { RelayError } from '../../core/errors.js';
import type { BulkAnswer } from '../../http/wire/api-types.js';
import { pathTo } from '../client.js';
import { type CliContext, hintNext } from '../context.js';
import { printDone } from '../output/object.js';
import { progress } from '../output/progress.js';
import type { DestinationNoun } from './destination-noun.js';

export interface ResumeOptions {
  readonly send?: boolean;
  readonly drop?: boolean;
}

const STEP = 1_000;
const counted = (count: number): string => (count === 1 ? '1 delivery' : `${count} deliveries`);

export async function runResume(
  noun: DestinationNoun,
  name: string,
  options: ResumeOptions,
  context: CliContext,
): Promise<void> {
  if (options.send && options.drop)
    throw new RelayError('usage.invalid', '--send and --drop exclude each other', {
      fix: 'give one of them',
    });
  const destination = `${noun}/${name}`;
  const held = await context.api.post<BulkAnswer>('/deliveries/drop-held', { destination, dry_run: true });
  const total = held.total ?? 0;
  const isDropped = total > 0 && (await isToBeDropped(noun, name, total, options, context));
  const dropped = isDropped ? await drop(destination, held.next ?? undefined, total, context) : 0;
  // What came since the question is sent. With nothing held there was no question: the daemon asks if there is something now.
  await context.api.post(pathTo(`${noun}s`, name, 'resume'), total === 0 ? {} : { held: 'send' });
  printDone(context, `resumed ${noun} ${name}; ${sentenceOf(total, dropped)}`, name, {
    name,
    state: 'active',
    sent: total - dropped,
    dropped,
  });
  hintNext(context, `delivery list --destination ${destination}`);
}

function sentenceOf(total: number, dropped: number): string {
  if (total === 0) return 'nothing was held';
  if (dropped > 0) return `${counted(dropped)} dropped`;
  return `${counted(total)} held: sent now, retries when they are due`;
}

/** @throws RelayError usage.confirmation_required when nobody said what is to be done and nobody can be asked */
async function isToBeDropped(
  noun: DestinationNoun,
  name: string,
  total: number,
  { send, drop: drops }: ResumeOptions,
  context: CliContext,
): Promise<boolean> {
  if (send || drops) return drops === true;
  const undecided = (why: string): RelayError =>
    new RelayError(
      'usage.confirmation_required',
      `${counted(total)} held for ${noun} ${name}: send or drop?`,
      {
        why,
        fix: `relay ${noun} resume ${name} --send, or --drop`,
      },
    );
  if (!context.stdin.isTTY) throw undecided('there is no terminal to ask on');
  context.err.write(`${counted(total)} held for ${noun} ${name}. Type send or drop: `);
  const answer = (await readLine(context.stdin)).trim();
  if (answer !== 'send' && answer !== 'drop') throw undecided('what was typed is neither; it stays as it is');
  return answer === 'drop';
}

/** One line; empty when the input ends first (Ctrl-D). */
async function readLine(input: NodeJS.ReadStream): Promise<string> {
  for await (const line of createInterface({ input })) return line;
  return '';
}

/** @param until what came after the question was asked is not part of the answer */
async function drop(
  destination: string,
  until: string | undefined,
  total: number,
  context: CliContext,
): Promise<number> {
  const bar = progress(context, 'dropping', total);
  let dropped = 0;
  try {
    while (true) {
      const step: BulkAnswer = await context.api.post<BulkAnswer>('/deliveries/drop-held', {
        destination,
        limit: STEP,
        ...(until === undefined ? {} : { until }),
      });
      dropped += step.changed;
      await bar.update(Math.min(dropped, total));
      if (step.changed === 0) return dropped;
    }
  } catch (error) {
    context.hint(`${dropped} of ${total} were dropped, and it is not resumed; run the same command to go on`);
    throw error;
  } finally {
    bar.stop();
  }
}
