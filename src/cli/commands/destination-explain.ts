// `webhook test --explain` and `integration test --explain`: would it get this event, and which expression decides. Sends nothing.

import { RelayError } from '../../core/errors.js';
import type { ExplainAnswer, ExplainedExpression, ExplainedStep } from '../../http/wire/api-types.js';
import { pathTo } from '../client.js';
import { type CliContext, hintNext, wantsJson } from '../context.js';
import { printFormatted } from '../output/json.js';
import { oneLine } from '../output/table.js';
import type { DestinationNoun } from './destination-noun.js';

export interface TestOptions {
  readonly explain?: boolean;
  readonly event?: string;
  readonly type?: string;
}

/** A payload may hold anything: enough of it to see why. */
const FOUND_CHARACTERS = 120;

/** Without --explain a test is a real request with an event of its own. @throws usage.invalid */
export function checkTestOptions(noun: DestinationNoun, name: string, options: TestOptions): void {
  const { explain, event, type } = options;
  if (event !== undefined && type !== undefined) {
    throw new RelayError('usage.invalid', '--event and --type exclude each other', {
      why: 'a stored event has its type',
      fix: 'take one of them',
    });
  }
  if (explain || (event === undefined && type === undefined)) return;
  const flag = event === undefined ? `--type ${type}` : `--event ${event}`;
  throw new RelayError('usage.invalid', `${flag.split(' ')[0]} needs --explain`, {
    why: 'a test sends an event of its own, marked as a test',
    fix: `relay ${noun} test ${name} ${flag} --explain; to send what happened: relay incident send <id> --${noun} ${name}`,
  });
}

function foundText({ found, error }: ExplainedExpression, isCondition: boolean): string {
  if (error !== undefined) return `failed: ${error}`;
  if (found === undefined) return isCondition ? '' : 'not there';
  const told =
    Array.isArray(found) && found.every((one) => typeof one === 'string') ? found.join(', ') : found;
  const text = typeof told === 'string' ? told : JSON.stringify(told);
  const short = text.length > FOUND_CHARACTERS ? `${text.slice(0, FOUND_CHARACTERS)}…` : text;
  return `${isCondition ? 'rendered to' : 'found'} ${short === '' ? 'nothing' : short}`;
}

/** `✗ no   severity gte high   found low   <- decides`: mark and word, so that it reads without colour and without the sign. */
function expressionLines(
  one: ExplainedExpression,
  indent: string,
  context: CliContext,
  step?: ExplainedStep['step'],
): string[] {
  const { paint } = context;
  const mark = one.holds ? paint.green('✓ yes') : paint.red('✗ no ');
  const isGroup = one.inner.length > 0;
  const found = isGroup ? '' : foundText(one, step === 'when');
  const name = step === 'filter' ? `filter: ${one.expression}` : one.expression;
  const parts = [
    `${indent}${mark}  ${oneLine(name)}`,
    ...(found === '' ? [] : [paint.dim(oneLine(found))]),
    ...(one.decided && !isGroup ? [paint.bold('<- decides')] : []),
  ];
  return [parts.join('   '), ...one.inner.flatMap((inner) => expressionLines(inner, `${indent}  `, context))];
}

function explainLines(answer: ExplainAnswer, context: CliContext): string[] {
  const { bold, dim, green, red } = context.paint;
  const what =
    answer.event === null ? `an example of ${answer.event_type}` : `${answer.event}  ${answer.event_type}`;
  const verdict = answer.would_get ? green('would get it') : red('would not get it');
  return [
    `${bold(answer.destination)}  ${verdict}  ${dim(what)}`,
    ...answer.steps.flatMap((step) =>
      // Where all hold, all of them decide: nothing is pointed at but what lets it through a group of which not all do.
      expressionLines(
        answer.would_get && leavesOf(step).every(({ decided }) => decided) ? unmarked(step) : step,
        '  ',
        context,
        step.step,
      ),
    ),
    ...answer.notes.map((note) => `  note: ${oneLine(note)}`),
  ];
}

const leavesOf = (one: ExplainedExpression): readonly ExplainedExpression[] =>
  one.inner.length === 0 ? [one] : one.inner.flatMap(leavesOf);

function unmarked(one: ExplainedExpression): ExplainedExpression {
  return { ...one, decided: false, inner: one.inner.map(unmarked) };
}

/** All URLs of a webhook want the same: the first one stands for them. @throws object.not_found */
export async function runExplain(
  noun: DestinationNoun,
  name: string,
  { event, type }: TestOptions,
  context: CliContext,
): Promise<void> {
  const answer = await context.api.post<ExplainAnswer>(pathTo(`${noun}s`, name, 'explain'), {
    ...(event === undefined ? {} : { event }),
    ...(type === undefined ? {} : { type }),
  });
  if (wantsJson(context)) return printFormatted(context, answer);
  if (context.format === 'name') return void context.out.write(`${answer.destination}\n`);
  context.out.write(`${explainLines(answer, context).join('\n')}\n`);
  context.hint('nothing was sent');
  const about = event === undefined ? (type === undefined ? '' : ` --type ${type}`) : ` --event ${event}`;
  hintNext(context, answer.would_get ? `${noun} preview ${name}${about}` : `${noun} show ${name}`);
}
