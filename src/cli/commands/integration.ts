// relay integration: where the events of a channel go. Verbs and flags; what they do is in integration/ and destination-verbs.

import type { Command } from 'commander';
import { addNoun, addVerb, type RelayCommand } from '../command.js';
import type { CliContext } from '../context.js';
import { addListFlags, type ListOptions } from '../list-flags.js';
import { addEventFlags, addHeaderFlag } from './delivery-flags.js';
import { addPreviewVerb } from './destination-preview.js';
import { addDestinationVerbs } from './destination-verbs.js';
import { type IntegrationFlags, runIntegrationAdd, runIntegrationEdit } from './integration/change.js';
import { runIntegrationKinds, runIntegrationList, runIntegrationShow } from './integration/read.js';
import { addPaceFlags } from './pace-flags.js';
import { collect } from './unset.js';

function addIntegrationFlags(command: RelayCommand): RelayCommand {
  command
    .optionsGroup('Where:')
    .option('--url <url>', 'where to send, for kinds that have a URL; secret ones as env:NAME');
  addHeaderFlag(command).option(
    '--set <key=value>',
    'any other setting of the kind; secrets as env:NAME; may be repeated',
    collect,
  );
  addEventFlags(command);
  return addPaceFlags(command).optionsGroup('Options:') as RelayCommand;
}

export function registerIntegration(program: Command, context: CliContext): void {
  const integration = addNoun(program, 'integration', 'Where the events of a channel go');
  addListFlags(
    addVerb(integration, 'list', {
      summary: 'List integrations: channel, kind, url, last triggered, state, events',
      examples: [
        'relay integration list',
        'relay integration list --channel ops',
        'relay integration ls --json',
      ],
    }),
    'integrations',
  )
    .option('--channel <name>', 'only those of this channel')
    .action((options: ListOptions & { channel?: string }) => runIntegrationList(options, context));
  addVerb(integration, 'show <name>', {
    summary: 'Show an integration with its settings (secrets masked)',
    examples: ['relay integration show wallboard'],
  }).action((name: string) => runIntegrationShow(name, context));
  addIntegrationFlags(
    addVerb(integration, 'add <kind> <name>', {
      summary: 'Add an integration to a channel',
      about: 'Without --events it hears of incidents triggered, acknowledged, unacknowledged and resolved.',
      examples: [
        'relay integration add console terminal --channel ops',
        'relay integration add webhook wallboard --channel ops --url https://wallboard.example.org/hook',
        'relay integration add webhook closes --channel ops --url env:CLOSES_URL --events incident.resolved',
      ],
      seeAlso: [
        'relay integration kinds: what kinds there are and what each needs',
        'relay webhook add: hears of the whole workspace, not of one channel',
      ],
    }),
  )
    .requiredOption('--channel <name>', 'the channel it listens to')
    .action((kind: string, name: string, flags: IntegrationFlags) =>
      runIntegrationAdd(kind, name, flags, context),
    );
  addIntegrationFlags(
    addVerb(integration, 'edit <name>', {
      summary: 'Change an integration; what is given replaces what was there',
      examples: [
        'relay integration edit wallboard --events "incident.*"',
        'relay integration edit wallboard --timeout 5s --unset retry',
      ],
    }),
  )
    .option('--channel <name>', 'move it to another channel')
    .option('--unset <key>', 'back to the default: any setting', collect)
    .action((name: string, flags: IntegrationFlags) => runIntegrationEdit(name, flags, context));
  addDestinationVerbs(integration, 'integration', 'wallboard', context);
  addPreviewVerb(integration, 'integration', 'wallboard', context);
  addVerb(integration, 'kinds', {
    summary: 'List the kinds of integrations and their settings',
    examples: ['relay integration kinds', 'relay integration kinds -o name'],
  }).action(() => runIntegrationKinds(context));
}
