// Maintenance of a source: silence it or collect its alerts in one incident, for a time or until it is ended.

import { RelayError } from '../../../core/errors.js';
import type { MaintenanceEndAnswer, MaintenanceItem, SourceItem } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { printDone } from '../../output/object.js';
import { showTime } from '../../output/time.js';

export interface MaintenanceOptions {
  readonly mode?: string;
  readonly for?: string;
  readonly end?: boolean;
}

const MEANING: Readonly<Record<string, string>> = {
  silence: 'incidents that open meanwhile are kept and told to nobody until it ends',
  collect: 'alerts that would open incidents are gathered in one',
};

/** `silence until 2026-11-21T14:00:00.000Z`, `in 2h` on a terminal. */
export function maintenanceText(
  { mode, until }: Pick<MaintenanceItem, 'mode' | 'until'>,
  context: CliContext,
): string {
  return `${mode} until ${until === null ? 'it is ended' : showTime(context, until)}`;
}

/** `10m: heard`, `10m: waiting for the first beat`, `10m: missed`; null without a heartbeat. */
export function heartbeatText({ heartbeat }: Pick<SourceItem, 'heartbeat'>): string | null {
  if (heartbeat === null) return null;
  const state = heartbeat.state === 'waiting' ? 'waiting for the first beat' : heartbeat.state;
  return `${heartbeat.every}: ${state}`;
}

/** The one word for a list: paused goes before maintenance, maintenance before a missed heartbeat. */
export function stateText({ state, maintenance, heartbeat }: SourceItem): string {
  if (state !== 'active') return state;
  return maintenance?.mode ?? (heartbeat?.state === 'missed' ? 'missed' : state);
}

/** @throws RelayError usage.invalid */
function checkOptions(name: string, { mode, for: span, end }: MaintenanceOptions): void {
  const given = end ? mode !== undefined || span !== undefined : mode === undefined;
  if (!given) return;
  throw new RelayError(
    'usage.invalid',
    end ? '--end goes with no other flag' : 'say how with --mode, or --end it',
    {
      why: '--mode silence keeps new incidents from being told, --mode collect gathers their alerts in one',
      fix: `relay source maintenance ${name} --mode silence --for 2h`,
    },
  );
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

async function end(name: string, context: CliContext): Promise<void> {
  const answer = await context.api.delete<MaintenanceEndAnswer>(pathTo('sources', name, 'maintenance'));
  const told = [
    ...(answer.announced > 0 ? [`${count(answer.announced, 'silenced incident')} announced`] : []),
    ...(answer.still_firing > 0 ? [`${count(answer.still_firing, 'collected group')} still firing`] : []),
  ];
  printDone(context, [`maintenance of ${name} has ended`, ...told].join('; '), name, answer);
  if (told.length > 0) hintNext(context, `incident list --open --source ${name}`);
}

export async function runSourceMaintenance(
  name: string,
  options: MaintenanceOptions,
  context: CliContext,
): Promise<void> {
  checkOptions(name, options);
  if (options.end) return end(name, context);
  const body = { mode: options.mode, ...(options.for === undefined ? {} : { for: options.for }) };
  const started = await context.api.post<MaintenanceItem>(pathTo('sources', name, 'maintenance'), body);
  const text = `source ${name} is in maintenance: ${maintenanceText(started, context)}; ${MEANING[started.mode]}`;
  printDone(context, text, name, started);
  hintNext(context, `source maintenance ${name} --end`);
}
