// relay delivery: what was sent where, and sending it again. Verbs and flags; what they do is in delivery/.

import type { Command } from 'commander';
import { addNoun, addVerb, type RelayCommand } from '../command.js';
import type { CliContext } from '../context.js';
import { addExportFlags, addListFlags } from '../list-flags.js';
import { type RedeliverFlags, runCancel, runRedeliver, runResend } from './delivery/again.js';
import { addDestinationFlags } from './delivery/destination.js';
import { addDeliveryFilters } from './delivery/filters.js';
import {
  type DeliveryExportFlags,
  type DeliveryListFlags,
  runDeliveryExport,
  runDeliveryList,
  runDeliveryShow,
} from './delivery/read.js';
import { BULK_VERBS } from './delivery/verbs-text.js';
import { untilInterrupted } from './interrupt.js';

function registerReading(delivery: RelayCommand, context: CliContext): void {
  const list = addListFlags(
    addVerb(delivery, 'list', {
      summary: 'List deliveries: sent at, event, destination, url, result, tries, state',
      examples: [
        'relay delivery list --status failed,dead --since 2h',
        'relay delivery list --webhook crm --result 5xx,timeout',
        "relay delivery list --body 'order 4711' --since 6h",
        'relay delivery list --webhook crm --status failed,dead --follow',
        'relay delivery list --incident inc_0b4k2m -o wide',
      ],
    }),
    'deliveries',
  );
  addDeliveryFilters(addDestinationFlags(list))
    .option('--follow', 'then go on with every attempt that is selected, as it is made, until Ctrl-C')
    .action((flags: DeliveryListFlags) =>
      flags.follow
        ? untilInterrupted((signal) => runDeliveryList(flags, context, signal))
        : runDeliveryList(flags, context),
    );
  addVerb(delivery, 'show <id>', {
    summary: 'Show a delivery: each attempt with its request and the answer',
    examples: ['relay delivery show dlv_0b4k2m', 'relay delivery show dlv_0b4k2m --attempts --body'],
  })
    .option('--attempts', 'every attempt, not only the last five')
    .option('--body', 'whole bodies')
    .action((id: string, flags: { attempts?: boolean; body?: boolean }) =>
      runDeliveryShow(id, flags, context),
    );
}

function registerExport(delivery: RelayCommand, context: CliContext): void {
  const command = addVerb(delivery, 'export', {
    summary: 'Write deliveries as JSON lines, oldest first, however many there are',
    about: 'The count, and the cursor to go on from when it was interrupted, are said on stderr.',
    examples: [
      'relay delivery export --since 7d > deliveries.jsonl',
      'relay delivery export --webhook crm --result 5xx --attempts > failures.jsonl',
    ],
    seeAlso: ['relay event export: the events themselves'],
  });
  addExportFlags(addDeliveryFilters(addDestinationFlags(command)), 'deliveries')
    .option('--attempts', 'each with its event and every attempt, as `delivery show --json` prints it')
    .action((flags: DeliveryExportFlags) =>
      untilInterrupted((signal) => runDeliveryExport(flags, context, signal)),
    );
}

export function registerDelivery(program: Command, context: CliContext): void {
  const delivery = addNoun(program, 'delivery', 'What was sent where, what came back, and sending it again');
  registerReading(delivery, context);
  registerExport(delivery, context);
  addVerb(delivery, 'resend <ids...>', {
    summary: 'Send deliveries once more, each by itself',
    about: BULK_VERBS.resend,
    examples: ['relay delivery resend dlv_0b4k2m', 'relay delivery resend dlv_0b4k2m dlv_0b4k3q'],
    seeAlso: [
      'relay delivery redeliver: many failed deliveries taken up again',
      "relay event replay: today's routing over an old event",
    ],
  }).action((ids: string[]) => runResend(ids, context));
  addDestinationFlags(
    addVerb(delivery, 'redeliver', {
      summary: 'Take many failed deliveries up again',
      about: `${BULK_VERBS.redeliver}\nInterrupted, it goes on where it was when it is run again.`,
      examples: [
        'relay delivery redeliver --webhook crm --since 2h --dry-run',
        'relay delivery redeliver --webhook crm --since 2h',
        'relay delivery redeliver --status failed,dead --since 2026-01-31T10:00:00Z --until 2026-01-31T12:00:00Z',
      ],
      seeAlso: [
        'relay delivery resend: single deliveries, whatever their state',
        "relay event replay: today's routing over an old event",
      ],
    }),
  )
    .option('--status <states>', 'failed, dead, held, cancelled; separated by commas (default: failed,dead)')
    .option('--since <time>', 'made from this time on: 2h ago as 2h, or ISO 8601')
    .option('--until <time>', 'made up to this time')
    .option('--dry-run', 'only count them')
    .action((flags: RedeliverFlags) => runRedeliver(flags, context));
  addVerb(delivery, 'cancel <ids...>', {
    summary: 'Give up deliveries that still wait',
    examples: ['relay delivery cancel dlv_0b4k2m'],
    seeAlso: ['relay delivery redeliver --status cancelled: takes them up again'],
  }).action((ids: string[]) => runCancel(ids, context));
}
