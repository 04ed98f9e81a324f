// relay incident: what is wrong now, and what people do about it. Verbs and flags; what they do is in incident/.

import type { Command } from 'commander';
import { addNoun, addVerb, type RelayCommand } from '../command.js';
import type { CliContext } from '../context.js';
import { addExportFlags, addListFlags } from '../list-flags.js';
import { ACTIONS, runIncidentAct, runNote, runPriority, runReassign } from './incident/act.js';
import { type IncidentExportFlags, runIncidentExport } from './incident/export.js';
import { type IncidentListFlags, runIncidentList, runIncidentShow } from './incident/read.js';
import { runIncidentSend, type SendFlags } from './incident/send.js';
import { untilInterrupted } from './interrupt.js';

function addIncidentFilters(command: RelayCommand): RelayCommand {
  return command
    .option('--open', 'only those not resolved')
    .option('--status <states>', 'triggered, acknowledged, resolved; separated by commas')
    .option('--source <name>', 'only those of this source')
    .option('--service <name>', 'only those of this service') as RelayCommand;
}

function registerReading(incident: RelayCommand, context: CliContext): void {
  const list = addListFlags(
    addVerb(incident, 'list', {
      summary: 'List incidents, newest first',
      examples: [
        'relay incident list --open',
        'relay incident list --service payments-api --since 7d',
        'relay incident list --open -o name | xargs relay incident ack',
      ],
    }),
    'incidents',
  );
  addIncidentFilters(list).action((flags: IncidentListFlags) => runIncidentList(flags, context));
  addVerb(incident, 'show <id>', {
    summary: 'Show an incident: how bad, since when, who has it, what happened, who was told',
    examples: ['relay incident show inc_0b4k2m', 'relay incident show 0b4k2m --json'],
  }).action((id: string) => runIncidentShow(id, context));
}

function registerExport(incident: RelayCommand, context: CliContext): void {
  const command = addVerb(incident, 'export', {
    summary: 'Write incidents as JSON lines, oldest first, however many there are',
    about: 'The count, and the cursor to go on from when it was interrupted, are said on stderr.',
    examples: [
      'relay incident export --since 30d > incidents.jsonl',
      'relay incident export --service payments-api --status resolved --details > stories.jsonl',
    ],
    seeAlso: [
      'relay event export: the events they published',
      'relay delivery export: what was sent of them',
    ],
  });
  addExportFlags(addIncidentFilters(command), 'incidents')
    .option(
      '--details',
      'each with its timeline, alerts, events and deliveries, as `incident show --json` prints it',
    )
    .action((flags: IncidentExportFlags) =>
      untilInterrupted((signal) => runIncidentExport(flags, context, signal)),
    );
}

function registerActions(incident: RelayCommand, context: CliContext): void {
  for (const action of ACTIONS) {
    addVerb(incident, `${action.verb} <ids...>`, {
      summary: action.summary,
      about: action.about,
      examples: [
        `relay incident ${action.verb} inc_0b4k2m`,
        `relay incident ${action.verb} inc_0b4k2m inc_0b4k3q`,
      ],
    }).action((ids: string[]) => runIncidentAct(action, ids, context));
  }
  addVerb(incident, 'reassign <ids...>', {
    summary: 'Give incidents to somebody else',
    examples: [
      'relay incident reassign inc_0b4k2m --to user:dana',
      'relay incident reassign inc_0b4k2m --to nobody',
    ],
  })
    .requiredOption('--to <user>', 'user:dana, or nobody')
    .action((ids: string[], flags: { to: string }) => runReassign(ids, flags.to, context));
  addVerb(incident, 'priority <id> <priority>', {
    summary: 'Set the priority of an incident: P1 (most urgent) to P5',
    examples: ['relay incident priority inc_0b4k2m P2'],
  }).action((id: string, priority: string) => runPriority(id, priority, context));
  addVerb(incident, 'send <id>', {
    summary: 'Send an incident to one webhook or integration now',
    about:
      'Its latest state, whatever the destination subscribes to and filters. A delivery like any other: retried, and in the history.',
    examples: [
      'relay incident send inc_0b4k2m --webhook crm',
      'relay incident send inc_0b4k2m --integration wallboard',
    ],
    seeAlso: [
      "relay event replay: today's routing over old events",
      'relay webhook test --explain: why a destination did not get an event',
    ],
  })
    .option('--webhook <name>', 'to this webhook, all its URLs')
    .option('--integration <name>', 'to this integration')
    .action((id: string, flags: SendFlags) => runIncidentSend(id, flags, context));
  addVerb(incident, 'note <id> <text...>', {
    summary: 'Add a note to the timeline of an incident',
    examples: ['relay incident note inc_0b4k2m "rolled back to 1.4.1"'],
  }).action((id: string, words: string[]) => runNote(id, words.join(' '), context));
}

export function registerIncident(program: Command, context: CliContext): void {
  const incident = addNoun(program, 'incident', 'What is wrong, since when, and who has it');
  registerReading(incident, context);
  registerExport(incident, context);
  registerActions(incident, context);
}
