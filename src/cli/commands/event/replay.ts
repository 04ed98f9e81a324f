// `event replay`: one event, or all of a range in steps, counted first, with progress, and gone on from where it was interrupted.

import { setTimeout as pause } from 'node:timers/promises';
import { RelayError } from '../../../core/errors.js';
import type { ReplayAnswer, ReplayRangeAnswer } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { rangeOf } from '../../list-flags.js';
import { printDone } from '../../output/object.js';
import { type Progress, progress } from '../../output/progress.js';
import { mustExist } from '../must-exist.js';

export interface ReplayFlags {
  readonly since?: string;
  readonly until?: string;
  readonly type?: string;
  readonly channel?: string;
  readonly incident?: string;
  readonly dryRun?: boolean;
  readonly run?: string;
}

export const REPLAY_RANGE = `Without an id it takes all events of a range, oldest first and with no cap. While 1,000 deliveries wait at a destination it goes on
no faster than that one takes them; one that is paused, disabled or in trouble is not waited for, what it gets is kept for it.
Interrupted, it goes on with the command it printed when it began: no event is replayed twice in one run.`;

/** Events a step: short, so that alerts coming in meanwhile do not wait. */
const STEP = 100;
const COUNTING_STEP = 500;
const POLL_MS = 500;

const counted = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count} ${noun.replace(/y$/, 'ie')}s`;

async function replayOne(id: string, dryRun: boolean, context: CliContext): Promise<void> {
  const answer = await context.api.post<ReplayAnswer>(pathTo('events', id, 'replay'), { dry_run: dryRun });
  const { destinations } = answer;
  const to = destinations.length === 0 ? 'nobody: no destination wants it today' : destinations.join(', ');
  const sentence = dryRun
    ? `${answer.event} would go to ${to}`
    : `replayed ${answer.event}, ${counted(answer.deliveries.length, 'delivery')} made, to ${to}`;
  printDone(context, sentence, answer.event, answer);
  if (destinations.length === 0) return;
  hintNext(context, dryRun ? `event replay ${answer.event}` : `delivery list --event ${answer.event}`);
}

interface Selection {
  readonly type?: string;
  readonly channel?: string;
  readonly incident?: string;
  readonly since?: string;
  readonly until: string;
}

/** `until` is always set: what happens meanwhile is no part of it. @throws usage.invalid, usage.invalid_time */
function selectionOf(flags: ReplayFlags, context: CliContext): Selection {
  const { type, channel, incident, since, until } = flags;
  if ([type, channel, incident, since, until].every((each) => each === undefined))
    throw new RelayError('usage.invalid', 'say which events to replay', {
      why: 'without an id or any flag it would be every event there is',
      fix: 'for example: relay event replay --since 2h --dry-run',
    });
  if (flags.run !== undefined && until === undefined)
    throw new RelayError('usage.invalid', '--run needs the --until it began with', {
      fix: 'give the command that was printed when it began',
    });
  const now = context.now();
  return {
    ...(type === undefined ? {} : { type }),
    ...(channel === undefined ? {} : { channel }),
    ...(incident === undefined ? {} : { incident }),
    until: new Date(now).toISOString(),
    ...rangeOf({ since, until }, now),
  };
}

const quoted = (word: string): string =>
  /^[\w.:@/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** What goes on with this run, to the letter. */
function commandFor(selection: Selection, run: string, context: CliContext): string {
  const flags = ['since', 'until', 'type', 'channel', 'incident'] as const;
  const words = flags.flatMap((flag) =>
    selection[flag] === undefined ? [] : [`--${flag}`, quoted(selection[flag])],
  );
  return `${context.invokedAs} event replay ${words.join(' ')} --run ${run}`;
}

interface Totals {
  events: number;
  wanted: number;
  deliveries: number;
  readonly destinations: Record<string, number>;
}

function add(totals: Totals, step: ReplayRangeAnswer): void {
  totals.events += step.looked;
  totals.wanted += step.wanted;
  totals.deliveries += step.deliveries;
  for (const [ref, count] of Object.entries(step.destinations))
    totals.destinations[ref] = (totals.destinations[ref] ?? 0) + count;
}

const noTotals = (): Totals => ({ events: 0, wanted: 0, deliveries: 0, destinations: {} });
const ask = (context: CliContext, body: object): Promise<ReplayRangeAnswer> =>
  context.api.post<ReplayRangeAnswer>('/events/replay', body);

/** Looks at all of them with today's routing and writes nothing. */
async function count(selection: Selection, context: CliContext): Promise<Totals> {
  const totals = noTotals();
  let after: string | null = null;
  do {
    const step: ReplayRangeAnswer = await ask(context, {
      ...selection,
      dry_run: true,
      limit: COUNTING_STEP,
      ...(after === null ? {} : { after }),
    });
    add(totals, step);
    after = step.next;
  } while (after !== null);
  return totals;
}

function whereTo(totals: Totals): string {
  const lines = Object.entries(totals.destinations).sort(([, one], [, other]) => other - one);
  return lines.map(([ref, deliveries]) => `\n  ${ref}  ${counted(deliveries, 'delivery')}`).join('');
}

interface Replaying {
  readonly selection: Selection;
  readonly total: number;
  readonly context: CliContext;
  readonly bar: Progress;
}

/** @param run of a replay that goes on; null for a new one */
async function replayAll(
  replaying: Replaying,
  run: string | null,
): Promise<Totals & { run: string | null; done_before: number }> {
  const { selection, total, context, bar } = replaying;
  const totals = noTotals();
  const state = { run, done_before: 0 };
  const tellHowToGoOn = (): void => {
    if (state.run !== null)
      context.hint(`interrupted, it goes on with: ${commandFor(selection, state.run, context)}`);
  };
  let after: string | null = null;
  let isWaitTold = false;
  for (;;) {
    const step: ReplayRangeAnswer = await ask(context, {
      ...selection,
      limit: STEP,
      ...(state.run === null ? {} : { run: state.run }),
      ...(after === null ? {} : { after }),
    }).catch((error: unknown) => {
      // What was said when it began is out of sight behind the bar.
      tellHowToGoOn();
      throw error;
    });
    if (state.run === null && step.run !== null) {
      state.run = step.run;
      tellHowToGoOn();
    }
    add(totals, step);
    state.done_before += step.done_before;
    await bar.update(Math.min(totals.events, total));
    after = step.next;
    if (step.waits_for !== null) {
      if (!isWaitTold)
        context.hint(
          `${step.waits_for.destination} has ${step.waits_for.waiting} deliveries waiting; the replay keeps its pace`,
        );
      isWaitTold = true;
      await pause(POLL_MS);
    } else if (after === null) return { ...totals, ...state };
  }
}

async function replayRange(flags: ReplayFlags, context: CliContext): Promise<void> {
  const selection = selectionOf(flags, context);
  const found = await count(selection, context);
  if (found.events === 0) await mustExist('channel', selection.channel, context);
  const what = `${counted(found.events, 'event')}, ${found.wanted} of them wanted by somebody today`;
  if (flags.dryRun || found.deliveries === 0) {
    const sentence = `${what}: ${counted(found.deliveries, 'delivery')} would be made${whereTo(found)}`;
    const nothing = { dry_run: flags.dryRun === true, run: flags.run ?? null, ...found };
    return printDone(context, sentence, String(found.deliveries), nothing);
  }
  context.hint(`replaying ${what}`);
  const bar = progress(context, 'replaying', found.events);
  try {
    const done = await replayAll({ selection, total: found.events, context, bar }, flags.run ?? null);
    const before =
      done.done_before === 0 ? '' : `; ${counted(done.done_before, 'event')} had been replayed before`;
    const sentence = `replayed ${counted(done.wanted - done.done_before, 'event')}, ${counted(done.deliveries, 'delivery')} made${before}`;
    printDone(context, sentence, String(done.deliveries), { dry_run: false, ...done });
  } finally {
    bar.stop();
  }
  hintNext(context, 'delivery list --status pending,sending,failed');
}

/** @throws usage.invalid, usage.invalid_time, retention.too_old, object.not_found */
export async function runReplay(
  id: string | undefined,
  flags: ReplayFlags,
  context: CliContext,
): Promise<void> {
  const { dryRun, ...range } = flags;
  if (id === undefined) return replayRange(flags, context);
  const [extra] = Object.keys(range);
  if (extra !== undefined)
    throw new RelayError('usage.invalid', `--${extra} does not go with an event's id`, {
      why: 'it is one event, or a range',
      fix: 'leave one of them out',
    });
  return replayOne(id, dryRun === true, context);
}
