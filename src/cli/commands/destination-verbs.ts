// What integrations and webhooks have in common on the command line: pause, resume, test, remove, and how their state reads.
// The nouns keep list, show, add and edit to themselves.

import type { DestinationItem, TestAnswer, WebhookItem } from '../../http/wire/api-types.js';
import { pathTo } from '../client.js';
import type { RelayCommand } from '../command.js';
import { addVerb } from '../command.js';
import { type CliContext, hintNext } from '../context.js';
import { confirm } from '../output/confirm.js';
import { printJson, printJsonLine } from '../output/json.js';
import { printDone } from '../output/object.js';
import { paintState } from '../output/paint.js';
import { oneLine } from '../output/table.js';
import { tookText } from '../output/timings.js';
import { checkTestOptions, runExplain, type TestOptions } from './destination-explain.js';
import type { DestinationNoun } from './destination-noun.js';
import { type ResumeOptions, runResume } from './destination-resume.js';
import { warnUnverified } from './destination-screen.js';

type Standing = Pick<DestinationItem, 'state' | 'state_reason' | 'health'>;

/** One word for lists: `active`, `degraded`, `paused`, `disabled`. */
export function standingOf(item: Standing): string {
  return item.state === 'active' && item.health === 'degraded' ? 'degraded' : item.state;
}

/** For detail views: the word and why. */
export function describeStanding(item: Standing & { readonly name: string }, context: CliContext): string {
  const word = paintState(context.paint, standingOf(item));
  return item.state_reason === null ? word : `${word}: ${oneLine(item.state_reason)}`;
}

const collectionOf = (noun: DestinationNoun): string => `${noun}s`;

async function runPause(noun: DestinationNoun, name: string, context: CliContext): Promise<void> {
  await context.api.post(pathTo(collectionOf(noun), name, 'pause'));
  printDone(context, `paused ${noun} ${name}; its deliveries are held until it resumes`, name, {
    name,
    state: 'paused',
  });
  hintNext(context, `${noun} resume ${name}`);
}

function testLine(test: TestAnswer, context: CliContext): string {
  const { attempt } = test;
  const { status, error } = attempt;
  const answer = status === null ? `no answer${error === null ? '' : ` (${error})`}` : `answered ${status}`;
  const took = attempt.duration_ms === null ? '' : ` in ${tookText(attempt.duration_ms, attempt.timings)}`;
  // A test is one request: nothing retries it.
  const outcome = paintState(context.paint, test.outcome === 'retry' ? 'failed' : test.outcome);
  // `answered 503` alone would say it twice.
  const saysMore = attempt.reason !== '' && attempt.reason !== answer;
  const why = test.outcome !== 'delivered' && saysMore ? `: ${oneLine(attempt.reason)}` : '';
  if (attempt.method === 'PRINT' && why === '') {
    return `${test.destination}  ${outcome}  printed on the ${oneLine(attempt.url)}${took}`;
  }
  return `${test.destination}  ${outcome}  ${oneLine(`${attempt.method} ${attempt.url}`)} ${answer}${took}${why}`;
}

/** A webhook is tested URL by URL. */
async function sendTests(noun: DestinationNoun, name: string, context: CliContext): Promise<TestAnswer[]> {
  const path = pathTo(collectionOf(noun), name, 'test');
  if (noun === 'integration') return [await context.api.post<TestAnswer>(path)];
  const webhook = await context.api.get<WebhookItem>(pathTo('webhooks', name));
  warnUnverified(webhook, context);
  const tests: TestAnswer[] = [];
  for (const { ref } of webhook.urls) tests.push(await context.api.post<TestAnswer>(path, { ref }));
  return tests;
}

/** Sends a real test event. Exit code 9 when a destination did not take it. */
async function runTest(noun: DestinationNoun, name: string, context: CliContext): Promise<void> {
  const tests = await sendTests(noun, name, context);
  if (context.format === 'json') printJson(context, { items: tests, next: null });
  else if (context.format === 'jsonl') for (const test of tests) printJsonLine(context, test);
  else for (const test of tests) context.out.write(`${testLine(test, context)}\n`);
  const failed = tests.filter((test) => test.outcome !== 'delivered');
  if (failed.length > 0) context.exitWith(9);
  const shown = failed[0] ?? tests[0];
  if (shown) hintNext(context, `delivery show ${shown.attempt.delivery}`);
}

async function runRemove(noun: DestinationNoun, name: string, context: CliContext): Promise<void> {
  const path = pathTo(collectionOf(noun), name);
  if (!context.yes) {
    const item = await context.api.get<DestinationItem>(path);
    const owes = item.waiting + item.held;
    const owed = owes === 1 ? 'its 1 waiting delivery is' : `its ${owes} waiting deliveries are`;
    const consequence = owes === 0 ? 'no delivery waits for it' : `${owed} cancelled`;
    await confirm(context, `${noun} ${name}`, name, `${consequence}; its history stays`);
  }
  await context.api.delete(path);
  printDone(context, `removed ${noun} ${name}`, name, { name, removed: true });
}

/** Adds pause, resume, test and remove. */
export function addDestinationVerbs(
  command: RelayCommand,
  noun: DestinationNoun,
  example: string,
  context: CliContext,
): void {
  addVerb(command, 'pause <name>', {
    summary: `Pause ${noun === 'webhook' ? 'a webhook' : 'an integration'}: its deliveries are kept and held`,
    examples: [`relay ${noun} pause ${example}`],
    seeAlso: [`relay ${noun} resume: sends what was held`],
  }).action((name: string) => runPause(noun, name, context));
  addVerb(command, 'resume <name>', {
    summary: 'Resume it: what was held is sent, oldest first, or dropped',
    about:
      'Also enables one that Relay disabled. When deliveries are held it asks what to do with them; without a terminal one of --send and --drop must be given.',
    examples: [`relay ${noun} resume ${example} --send`, `relay ${noun} resume ${example} --drop`],
    seeAlso: [`relay delivery list --destination ${noun}/${example} --status held`],
  })
    .option('--send', 'send what was held; retries when they are due')
    .option('--drop', 'cancel what was held')
    .action((name: string, options: ResumeOptions) => runResume(noun, name, options, context));
  addVerb(command, 'test <name>', {
    summary: 'Send a test event now and show the answer',
    about: 'One request without retries, kept in the history. Exit code 9 when it was not taken.',
    examples: [
      `relay ${noun} test ${example}`,
      `relay ${noun} test ${example} --explain --event evt_01h8z6`,
      `relay ${noun} test ${example} --explain --type incident.resolved`,
    ],
    seeAlso: ['relay listen: a receiver on this machine', 'relay delivery show: the request and the answer'],
  })
    .option('--explain', 'send nothing: say whether it would get an event, and which expression decides')
    .option('--event <id>', 'with --explain: a stored event')
    .option('--type <type>', 'with --explain: the example of this type (default: incident.triggered)')
    .action(async (name: string, options: TestOptions) => {
      checkTestOptions(noun, name, options);
      await (options.explain ? runExplain(noun, name, options, context) : runTest(noun, name, context));
    });
  addVerb(command, 'remove <name>', {
    summary: 'Remove it; deliveries that still wait are cancelled, the history stays',
    examples: [`relay ${noun} remove ${example}`, `relay ${noun} remove ${example} --yes`],
    seeAlso: [`relay ${noun} pause: keeps it and what it is owed`],
  }).action((name: string) => runRemove(noun, name, context));
}
