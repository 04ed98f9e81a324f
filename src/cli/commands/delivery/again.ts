// Sending again: `resend` for single deliveries, `redeliver` for many in small steps with progress; and `cancel`.

import { setTimeout as pause } from 'node:timers/promises';
import { RelayError } from '../../../core/errors.js';
import type { BulkAnswer, DeliveryItem, ResentDelivery } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { rangeOf } from '../../list-flags.js';
import { printDone } from '../../output/object.js';
import { progress } from '../../output/progress.js';
import { forEachId } from '../each-id.js';
import { destinationMustExist } from '../must-exist.js';
import { oneOf } from '../one-of.js';
import { type DestinationFlags, destinationOf } from './destination.js';

export interface RedeliverFlags extends DestinationFlags {
  readonly status?: string;
  readonly since?: string;
  readonly until?: string;
  readonly dryRun?: boolean;
}

const REDELIVERABLE = ['failed', 'dead', 'held', 'cancelled'];
/** Rows a step: short transactions, so that alerts coming in meanwhile do not wait. */
const STEP = 500;
/** Between two looks whether a destination has room again. */
const POLL_MS = 500;

const SENDS: Readonly<Record<ResentDelivery['sends'], string>> = {
  same: 'the same bytes under the same id',
  alone: 'alone: it was sent with others before, its body and its id are its own now',
  first: 'which it was not sent to yet',
};

export async function runResend(ids: readonly string[], context: CliContext): Promise<void> {
  const sent = await forEachId(
    ids,
    context,
    (id) => context.api.post<ResentDelivery>(pathTo('deliveries', id, 'resend')),
    ({ id, destination, sends }) => `resending ${id} to ${destination}, ${SENDS[sends]}`,
  );
  if (sent[0]) hintNext(context, `delivery show ${sent[0].id}`);
}

export async function runCancel(ids: readonly string[], context: CliContext): Promise<void> {
  await forEachId(
    ids,
    context,
    (id) => context.api.post<DeliveryItem>(pathTo('deliveries', id, 'cancel')),
    (delivery) => `cancelled ${delivery.id} to ${delivery.destination}`,
  );
}

interface Selection {
  readonly status: string[];
  readonly destination?: string;
  readonly since?: string;
  readonly until: string;
}

/** What the flags select. `until` is always set, so that what fails meanwhile is not taken up in the same run. */
function selectionOf(flags: RedeliverFlags, context: CliContext): Selection {
  const destination = destinationOf(flags);
  const isOpenEnded = [destination, flags.status, flags.since, flags.until].every(
    (each) => each === undefined,
  );
  if (isOpenEnded)
    throw new RelayError('usage.invalid', 'say which deliveries to take up again', {
      why: 'without any flag it would be every failed delivery there is',
      fix: 'for example: relay delivery redeliver --webhook crm --since 2h --dry-run',
    });
  const now = context.now();
  return {
    status: oneOf('--status', flags.status ?? 'failed,dead', REDELIVERABLE),
    ...(destination === undefined ? {} : { destination }),
    until: new Date(now).toISOString(),
    ...rangeOf(flags, now),
  };
}

const counted = (count: number): string => (count === 1 ? '1 delivery' : `${count} deliveries`);

export async function runRedeliver(flags: RedeliverFlags, context: CliContext): Promise<void> {
  const selection = selectionOf(flags, context);
  const counting = await context.api.post<BulkAnswer>('/deliveries/redeliver', {
    ...selection,
    dry_run: true,
  });
  const total = counting.total ?? 0;
  if (total === 0) await destinationMustExist(selection.destination, context);
  if (counting.gone)
    context.hint(
      `${counted(counting.gone)} more: what they were for does not exist any more; they stay as they are. To send their events to today's destinations: ${context.invokedAs} event replay`,
    );
  const what = `${selection.status.join(' or ')}${selection.destination ? `, to ${selection.destination}` : ''}`;
  if (flags.dryRun) {
    const sentence = `${counted(total)} would be taken up again (${what})`;
    return printDone(context, sentence, String(total), { dry_run: true, total, changed: 0 });
  }
  if (total > 0) context.hint(`taking up ${counted(total)} again (${what})`);
  const changed = total === 0 ? 0 : await takeUp(selection, total, context);
  const sentence = `${counted(changed)} taken up again`;
  printDone(context, sentence, String(changed), { dry_run: false, total, changed });
  if (changed > 0) {
    // `#` begins a comment in some shells.
    const ref = selection.destination?.includes('#') ? `'${selection.destination}'` : selection.destination;
    const to = ref === undefined ? '' : ` --destination ${ref}`;
    hintNext(context, `delivery list${to} --status pending,sending,failed`);
  }
}

async function takeUp(selection: Selection, total: number, context: CliContext): Promise<number> {
  const bar = progress(context, 'redelivering', total);
  let changed = 0;
  let after: string | null = null;
  try {
    do {
      const step: BulkAnswer = await context.api.post<BulkAnswer>('/deliveries/redeliver', {
        ...selection,
        dry_run: false,
        limit: STEP,
        ...(after === null ? {} : { after }),
      });
      changed += step.changed;
      after = step.next;
      await bar.update(Math.min(changed, total));
      if (step.waits_for) await pause(POLL_MS);
    } while (after !== null);
  } catch (error) {
    context.hint(`${changed} of ${total} were taken up again; run the same command to go on`);
    throw error;
  } finally {
    bar.stop();
  }
  return changed;
}
