// relay source: the inbound side. Declares the verbs and their flags; what each does is in source/.

import type { Command } from 'commander';
import { addNoun, addVerb, type RelayCommand } from '../command.js';
import type { CliContext } from '../context.js';
import { addListFlags, type ListOptions } from '../list-flags.js';
import {
  runSourceAdd,
  runSourceEdit,
  runSourceRemove,
  runSourceRotateKey,
  runSourceSetPaused,
  type SourceFlags,
} from './source/change.js';
import { type MaintenanceOptions, runSourceMaintenance } from './source/maintenance.js';
import { runSourceList, runSourceShow, runSourceUrl } from './source/read.js';
import { runSourceReject, runSourceRejects } from './source/rejects.js';
import { runSourceTemplates, type TemplatesOptions } from './source/templates.js';
import { runSourceTest, type SourceTestOptions } from './source/test.js';

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function addSourceFlags(command: RelayCommand): RelayCommand {
  command
    .option('--service <name>', 'the service its incidents belong to')
    .option('--channel <name>', 'the channel its events are published on')
    .option('--split <name>', 'one of the pack’s splits: one alert per member instead of one per payload')
    .option('--severity <severity>', 'when the payload names none: critical, high, warning, low, info')
    .option('--priority <priority>', 'when the payload names none: P1 to P5')
    .option(
      '--heartbeat <span>',
      'not heard for this long (10m), it opens an incident until it is heard again',
    )
    .option('--auto-resolve-after <span>', 'an open incident without an alert for this long (6h) is resolved')
    .option(
      '--rate-limit <limit>',
      'most requests taken in any such span (300/5m); what is over it is answered 429',
    )
    .option(
      '--secret <env:NAME>',
      'what the sender signs with, from the daemon’s environment or file:path; unsigned requests are refused then (repeatable, while it is rotated)',
      collect,
    )
    .option(
      '--template <name=text>',
      'override a template; @file reads it from a file (repeatable)',
      collect,
    );
  return command;
}

function registerReading(source: RelayCommand, context: CliContext): void {
  addListFlags(
    addVerb(source, 'list', {
      summary: 'List the sources: what they are, when they were last heard',
      examples: [
        'relay source list',
        'relay source list --sort last_heard_at --desc',
        'relay source ls --json',
      ],
    }),
    'sources',
  ).action((options: ListOptions) => runSourceList(options, context));
  addVerb(source, 'show <name>', {
    summary: 'Show a source: its URL, how to connect it, which templates are its own',
    about: 'The Integration URL holds the key: whoever has it can post alerts.',
    examples: ['relay source show datadog-prod', 'relay source show datadog-prod --json'],
  }).action((name: string) => runSourceShow(name, context));
  addVerb(source, 'url <name>', {
    summary: 'Print the Integration URL alone, key included',
    examples: [
      'relay source url datadog-prod',
      'curl -d @alert.json -H "content-type: application/json" "$(relay source url datadog-prod)"',
    ],
  }).action((name: string) => runSourceUrl(name, context));
  addListFlags(
    addVerb(source, 'rejects <name> [id]', {
      summary: 'List payloads that were refused, and why; with an id, show one in full',
      examples: [
        'relay source rejects datadog-prod',
        'relay source rejects datadog-prod --since 2h -o wide',
        'relay source rejects datadog-prod rej_0b4k2m0000d',
        'relay source rejects datadog-prod --json',
      ],
    }),
    'rejects',
  ).action((name: string, id: string | undefined, options: ListOptions) =>
    id === undefined ? runSourceRejects(name, options, context) : runSourceReject(name, id, context),
  );
}

function registerChanging(source: RelayCommand, context: CliContext): void {
  addSourceFlags(
    addVerb(source, 'add <pack> <name>', {
      summary: 'Make a source from a pack; prints its Integration URL',
      examples: [
        'relay source add datadog datadog-prod --channel ops',
        'relay source add alertmanager k8s --channel ops --service payments-api --split alerts',
      ],
      seeAlso: ['relay pack list', 'relay source test <name> --send'],
    }),
  ).action((pack: string, name: string, flags: SourceFlags) => runSourceAdd(pack, name, flags, context));
  addSourceFlags(
    addVerb(source, 'edit <name>', {
      summary: 'Change a source that was made here',
      about:
        'Sources of the config file are edited there. An empty value takes a setting away: --service "", --template title=.',
      examples: [
        'relay source edit datadog-prod --channel ops --priority P2',
        'relay source edit datadog-prod --template title=@title.j2',
        'relay source edit github-acme --secret env:GITHUB_SECRET',
      ],
    }),
  ).action((name: string, flags: SourceFlags) => runSourceEdit(name, flags, context));
  addVerb(source, 'pause <name>', {
    summary: 'Stop taking alerts in from a source',
    about:
      'Its URL answers 409 and keeps what was posted under rejects: no incident comes of it. To stop its noise without losing an alert, silence it instead.',
    examples: ['relay source pause datadog-prod'],
    seeAlso: ['relay source resume <name>', 'relay source maintenance <name> --mode silence'],
  }).action((name: string) => runSourceSetPaused(name, true, context));
  addVerb(source, 'resume <name>', {
    summary: 'Take alerts in again',
    examples: ['relay source resume datadog-prod'],
  }).action((name: string) => runSourceSetPaused(name, false, context));
  addVerb(source, 'rotate-key <name>', {
    summary: 'Make a new key; the old URL ends at once',
    about:
      'Asks for the name. Set the new URL in the tool right after; until then its alerts are answered 403.',
    examples: ['relay source rotate-key datadog-prod', 'relay source rotate-key datadog-prod --yes'],
    seeAlso: ['relay source show <name>: posts that came with a wrong key'],
  }).action((name: string) => runSourceRotateKey(name, context));
  addVerb(source, 'remove <name>', {
    summary: 'Remove a source; its URL ends at once',
    about: 'Asks for the name. Its incidents and their history stay.',
    examples: ['relay source remove datadog-prod', 'relay source rm datadog-prod --yes'],
    seeAlso: ['relay source pause <name>'],
  }).action((name: string) => runSourceRemove(name, context));
}

function registerTrying(source: RelayCommand, context: CliContext): void {
  addVerb(source, 'test <name>', {
    summary: 'Show what a payload becomes, per kind of destination; with --send post it for real',
    about:
      'Renders every template and says what the alert would do now. Without --send nothing is stored and nobody is told. With --send the payload goes through the real Integration URL and opens (or repeats, or resolves) a real incident.',
    examples: [
      'relay source test datadog-prod',
      'relay source test datadog-prod --send',
      'relay source test datadog-prod --send --sample recovered',
      'relay source test datadog-prod --payload alert.json',
      "relay source test github-acme --payload push.json --header 'X-GitHub-Event: push'",
      'cat alert.json | relay source test datadog-prod --payload -',
    ],
    seeAlso: [
      'relay source templates <name>: what it renders with',
      'relay pack show <slug>: the samples',
      'relay source rejects <name>',
    ],
  })
    .option('--send', 'post it to the Integration URL')
    .option('--sample <name>', 'one of the pack’s samples (default: one that opens an incident)')
    .option('--payload <file>', 'a payload of your own; - reads stdin')
    .option(
      '--header <name: value>',
      'a header of the request, besides those of the sample (repeatable)',
      collect,
    )
    .option('--content-type <type>', 'what the payload is (default: after its ending, application/json)')
    .action((name: string, options: SourceTestOptions) => runSourceTest(name, options, context));
  addVerb(source, 'templates <name> [template...]', {
    summary: 'Show its templates and where each comes from; compare with the pack of today, or take it',
    about:
      'A source keeps the templates its pack had when the source was made. --diff shows what the pack has today, --reset takes it: all templates or those named. Edits by CLI or API end then; what the config file says stays.',
    examples: [
      'relay source templates datadog-prod',
      'relay source templates datadog-prod title message',
      'relay source templates datadog-prod --diff',
      'relay source templates datadog-prod title --reset',
    ],
    seeAlso: [
      'relay source edit <name> --template title=@title.j2: change one',
      'relay source test <name>: see what they make of a payload',
    ],
  })
    .option('--diff', 'what is in force (-) against the pack of today (+)')
    .option('--reset', 'take the templates of the pack of today')
    .action((name: string, templates: string[], options: TemplatesOptions) =>
      runSourceTemplates(name, templates, options, context),
    );
}

function registerCare(source: RelayCommand, context: CliContext): void {
  addVerb(source, 'maintenance <name>', {
    summary: 'Silence a source, or collect its alerts in one incident, for a time or until ended',
    about: [
      'Alerts are taken and kept either way. silence: incidents that open meanwhile are told to nobody; those still open at the end are announced then. Without --for this is how to stop the noise of a source without losing anything.',
      'collect: alerts that would open incidents are gathered in one, told of once; what still fires at the end is noted on it. Incidents that were open before go on as ever.',
      'To refuse alerts instead, pause the source.',
    ].join('\n'),
    examples: [
      'relay source maintenance zabbix-prod --mode silence --for 2h',
      'relay source maintenance zabbix-prod --mode silence',
      'relay source maintenance zabbix-prod --mode collect --for 90m',
      'relay source maintenance zabbix-prod --end',
    ],
    seeAlso: [
      'relay incident announce <id>: tell of one silenced incident now',
      'relay source pause <name>: refuse its alerts',
    ],
  })
    .option('--mode <mode>', 'silence or collect')
    .option('--for <span>', 'how long, 1m to 90d: 2h (default: until it is ended)')
    .option('--end', 'end it now')
    .action((name: string, options: MaintenanceOptions) => runSourceMaintenance(name, options, context));
}

export function registerSource(program: Command, context: CliContext): void {
  const source = addNoun(program, 'source', 'Sources: the URLs that monitoring tools post alerts to');
  registerReading(source, context);
  registerChanging(source, context);
  registerTrying(source, context);
  registerCare(source, context);
}
