// relay event: the facts Relay published. Verbs and flags; what they do is in event/.

import type { Command } from 'commander';
import { addNoun, addVerb, type RelayCommand } from '../command.js';
import type { CliContext } from '../context.js';
import { addExportFlags, addListFlags } from '../list-flags.js';
import { BULK_VERBS } from './delivery/verbs-text.js';
import { runEventExport } from './event/export.js';
import { type EventListFlags, runEventList, runEventShow, runEventTypes } from './event/read.js';
import { REPLAY_RANGE, type ReplayFlags, runReplay } from './event/replay.js';
import { type EventSendFlags, runEventSend } from './event/send.js';
import { untilInterrupted } from './interrupt.js';

function addEventFilters(command: RelayCommand): RelayCommand {
  return command
    .option('--type <type>', 'only this type')
    .option('--channel <name>', 'only events published on this channel')
    .option('--incident <id>', 'only events of this incident')
    .option('--unmatched', 'only events that no destination wanted') as RelayCommand;
}

function registerList(event: RelayCommand, context: CliContext): void {
  const list = addListFlags(
    addVerb(event, 'list', {
      summary: 'List events, newest first',
      examples: [
        'relay event list --since 2h',
        'relay event list --type incident.triggered --channel ops',
        'relay event list --type incident.triggered --follow',
        'relay event list --unmatched          # nobody wanted these; they can be replayed',
      ],
    }),
    'events',
  );
  addEventFilters(list)
    .option('--follow', 'then go on with every event that is selected, as it happens, until Ctrl-C')
    .action((flags: EventListFlags) =>
      flags.follow
        ? untilInterrupted((signal) => runEventList(flags, context, signal))
        : runEventList(flags, context),
    );
}

function registerExport(event: RelayCommand, context: CliContext): void {
  const command = addVerb(event, 'export', {
    summary: 'Write events with their data as JSON lines, oldest first, however many there are',
    about: 'The count, and the cursor to go on from when it was interrupted, are said on stderr.',
    examples: [
      'relay event export --since 7d > events.jsonl',
      'relay event export --type incident.triggered',
    ],
    seeAlso: ['relay delivery export: what was sent, with --attempts what came back'],
  });
  addExportFlags(addEventFilters(command), 'events').action((flags: EventListFlags) =>
    untilInterrupted((signal) => runEventExport(flags, context, signal)),
  );
}

function registerSend(event: RelayCommand, context: CliContext): void {
  addVerb(event, 'send <type>', {
    summary: 'Publish an event of your own on a channel',
    about: 'The type is area.name in lower case; the data is any JSON.',
    examples: [
      `relay event send deploy.finished --channel ops --data '{"version":"1.4.2"}'`,
      'relay event send deploy.finished --channel ops --data @deploy.json',
      'make-json | relay event send deploy.finished --channel ops --data -',
    ],
    seeAlso: ['relay event types: the types Relay itself publishes'],
  })
    .option('--channel <name>', 'the channel it is published on; webhooks hear of it without one too')
    .option('--data <json>', 'JSON, @file, or - for stdin', '{}')
    .action((type: string, flags: EventSendFlags) => runEventSend(type, flags, context));
}

function registerReplay(event: RelayCommand, context: CliContext): void {
  addVerb(event, 'replay [id]', {
    summary: "Run today's routing over old events: new deliveries to who wants them now",
    about: `${BULK_VERBS.replay}\n${REPLAY_RANGE}`,
    examples: [
      'relay event replay evt_0b4k2m --dry-run',
      'relay event replay --since 2h --channel ops --dry-run',
      'relay event replay --type incident.triggered --since 2026-01-31 --until 2026-02-01',
    ],
    seeAlso: [
      'relay delivery resend: single deliveries once more, to the same place',
      'relay delivery redeliver: many failed deliveries taken up again',
    ],
  })
    .option('--since <time>', 'events from this time on: 2h ago as 2h, or ISO 8601')
    .option('--until <time>', 'events up to this time (default: now)')
    .option('--type <type>', 'only events of this type')
    .option('--channel <name>', 'only events published on this channel')
    .option('--incident <id>', 'only events of this incident')
    .option('--dry-run', 'only count, and say where they would go')
    .option('--run <id>', 'go on with a replay that was interrupted; the command is printed when it begins')
    .action((id: string | undefined, flags: ReplayFlags) => runReplay(id, flags, context));
}

export function registerEvent(program: Command, context: CliContext): void {
  const event = addNoun(
    program,
    'event',
    'What happened: immutable facts with a type, sent to who subscribed',
  );
  registerList(event, context);
  addVerb(event, 'show <id>', {
    summary: 'Show an event: its data and every delivery of it',
    examples: ['relay event show evt_0b4k2m', 'relay event show evt_0b4k2m --json'],
  }).action((id: string) => runEventShow(id, context));
  registerExport(event, context);
  registerSend(event, context);
  registerReplay(event, context);
  addVerb(event, 'types [type]', {
    summary: 'List the event types, or show one with an example of its data',
    examples: ['relay event types', 'relay event types incident.triggered'],
  }).action((type: string | undefined) => runEventTypes(type, context));
}
