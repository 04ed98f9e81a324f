// relay webhook: the nouns' verbs and flags. What they do is in webhook/ and destination-verbs.

import type { Command } from 'commander';
import { addNoun, addVerb, type RelayCommand } from '../command.js';
import type { CliContext } from '../context.js';
import { addListFlags, type ListOptions } from '../list-flags.js';
import { addEventFlags, addHeaderFlag } from './delivery-flags.js';
import { addPreviewVerb } from './destination-preview.js';
import { addDestinationVerbs } from './destination-verbs.js';
import { addPaceFlags } from './pace-flags.js';
import { collect } from './unset.js';
import { runWebhookAdd, runWebhookEdit, runWebhookRotate, UNSETTABLE } from './webhook/change.js';
import { addFormatFlags } from './webhook/format-flags.js';
import { runWebhookList, runWebhookShow } from './webhook/read.js';
import type { WebhookFlags } from './webhook/spec.js';
import { addTrustFlags } from './webhook/trust-flags.js';

const EDIT_ABOUT = [
  'A setting is replaced whole. --url, --header and --events replace the whole list.',
  'Flags that make one setting together (--retries and --retry-…, --redelivery…, --circuit, --cloudevents-…, --hmac-…, --tls-…, a way to log in) replace it together: those left out go back to their defaults.',
  '--unset <key> takes any setting back to its default; none, where a flag takes it, switches the thing off.',
].join('\n');

function addWebhookFlags(command: RelayCommand): RelayCommand {
  command
    .optionsGroup('Where:')
    .option('--url <url>', 'where to send; may be repeated: every URL gets every event', collect)
    .option('--method <method>', 'POST (default), PUT or PATCH, for the URLs given here');
  addHeaderFlag(command);
  addEventFlags(command);
  addFormatFlags(command);
  addTrustFlags(command);
  addPaceFlags(command);
  return command
    .optionsGroup('For people:')
    .option('--description <text>', 'what it is for')
    .option(
      '--failure-email <address>',
      'who is mailed when deliveries fail; may be repeated',
      collect,
    ) as RelayCommand;
}

function registerAdd(webhook: RelayCommand, context: CliContext): void {
  addWebhookFlags(
    addVerb(webhook, 'add <name>', {
      summary: 'Add a webhook; its signing secret is made and shown once',
      about: 'Without --events it hears of incidents triggered, reassigned, acknowledged and resolved.',
      examples: [
        'relay webhook add crm --url https://crm.example.org/hook',
        'relay webhook add crm --url https://crm.example.org/hook --events incident.triggered,incident.resolved',
        "relay webhook add crm --url https://a.example.org --url https://b.example.org --header 'Authorization: env:CRM_AUTH'",
        'relay webhook add local --url http://127.0.0.1:9000/hook --retries 3 --timeout 5s',
        'relay webhook add urgent --url https://pager.example.org/hook --filter @urgent.yaml',
        'relay webhook add tickets --url https://tickets.example.org/api --format template --body @ticket.json.j2',
        'relay webhook add slow --url https://slow.example.org --rate 10/s --retries standard-webhooks --retry-on transient',
        'relay webhook add bank --url https://bank.example.org --bearer env:BANK_TOKEN --tls-ca file:/etc/relay/bank-ca.pem',
      ],
      seeAlso: [
        'relay integration add: sends the events of one channel',
        'relay listen: a receiver on this machine',
      ],
    }),
  ).action((name: string, flags: WebhookFlags) => runWebhookAdd(name, flags, context));
}

function registerEdit(webhook: RelayCommand, context: CliContext): void {
  addWebhookFlags(
    addVerb(webhook, 'edit <name>', {
      summary: 'Change a webhook; what is given replaces what was there',
      about: EDIT_ABOUT,
      examples: [
        'relay webhook edit crm --events "incident.*"',
        'relay webhook edit crm --url https://new.example.org/hook --method PUT',
        'relay webhook edit crm --rate 10/s --circuit failures=3,probe=10s',
        'relay webhook edit crm --redelivery none --unset rate --unset headers,timeout',
      ],
    }),
  )
    .optionsGroup('Options:')
    .option('--unset <key>', `back to the default: ${UNSETTABLE.join(', ')}`, collect)
    .action((name: string, flags: WebhookFlags) => runWebhookEdit(name, flags, context));
}

export function registerWebhook(program: Command, context: CliContext): void {
  const webhook = addNoun(program, 'webhook', 'Outgoing webhooks: URLs that are told what happens');
  addListFlags(
    addVerb(webhook, 'list', {
      summary: 'List webhooks: url, last triggered, state, events',
      examples: [
        'relay webhook list',
        'relay webhook list --sort last_triggered_at --desc',
        'relay webhook ls -o wide',
      ],
    }),
    'webhooks',
  ).action((options: ListOptions) => runWebhookList(options, context));
  addVerb(webhook, 'show <name>', {
    summary: 'Show a webhook: URLs, headers, retries, signing keys (never their values)',
    examples: ['relay webhook show crm', 'relay webhook show crm --json'],
  }).action((name: string) => runWebhookShow(name, context));
  registerAdd(webhook, context);
  registerEdit(webhook, context);
  addDestinationVerbs(webhook, 'webhook', 'crm', context);
  addPreviewVerb(webhook, 'webhook', 'crm', context);
  addVerb(webhook, 'rotate-secret <name>', {
    summary: 'Make a new signing secret and show it once; the old one stays valid for a while',
    about: [
      'During the overlap every request carries a signature of each key, so that the receiver can change over in its own time. A later rotation leaves the ends that were promised; without an overlap (0s) every old key ends now, and it asks first.',
      'Keys of your own (--secret, --private-key, or in the config file) are rotated where they stand: name the new one before the old one, and both sign.',
    ].join('\n'),
    examples: ['relay webhook rotate-secret crm', 'relay webhook rotate-secret crm --overlap 0s'],
  })
    .option('--overlap <span>', 'how long the old secret still signs; 0s ends every old one', '24h')
    .action((name: string, flags: { overlap: string }) => runWebhookRotate(name, flags.overlap, context));
}
