// relay channel: named streams of events that integrations listen to.

import type { Command } from 'commander';
import type { ChannelItem, ListAnswer } from '../../http/wire/api-types.js';
import { pathTo } from '../client.js';
import { addNoun, addVerb } from '../command.js';
import { type CliContext, hintNext } from '../context.js';
import { addListFlags, type ListOptions, listQuery } from '../list-flags.js';
import { confirm } from '../output/confirm.js';
import { printList } from '../output/list.js';
import { printDone, printObject } from '../output/object.js';
import { oneLine } from '../output/table.js';

export async function runChannelList(options: ListOptions, context: CliContext): Promise<void> {
  const page = await context.api.get<ListAnswer<ChannelItem>>('/channels', listQuery(options, context.now()));
  await printList(context, {
    ...page,
    searched: options.search,
    empty: 'no channels yet',
    emptyNext: 'channel add ops',
    columns: [
      { title: 'name', kind: 'name', value: (channel) => channel.name },
      { title: 'title', value: (channel) => channel.title, shrinks: true },
      { title: 'integrations', value: (channel) => channel.integrations.join(', '), shrinks: true },
      { title: 'sources', value: (channel) => channel.sources.join(', '), shrinks: true },
      { title: 'origin', value: (channel) => channel.origin },
    ],
  });
}

export async function runChannelShow(name: string, context: CliContext): Promise<void> {
  const channel = await context.api.get<ChannelItem>(pathTo('channels', name));
  printObject(context, {
    name: channel.name,
    json: channel,
    fields: [
      ['channel', channel.name],
      ['title', oneLine(channel.title)],
      ['integrations', channel.integrations.join(', ') || 'none: its events reach webhooks only'],
      ['sources', channel.sources.join(', ') || 'none'],
      ['origin', channel.origin],
    ],
  });
  if (channel.integrations.length === 0)
    hintNext(context, `integration add console ${name}-terminal --channel ${name}`);
}

export async function runChannelAdd(
  name: string,
  flags: { readonly title?: string },
  context: CliContext,
): Promise<void> {
  await context.api.post('/channels', { name, ...(flags.title === undefined ? {} : { title: flags.title }) });
  printDone(context, `added channel ${name}`, name, { name });
  hintNext(context, `integration add webhook ${name}-hook --channel ${name} --url https://host/path`);
}

export async function runChannelRemove(name: string, context: CliContext): Promise<void> {
  const path = pathTo('channels', name);
  if (!context.yes) {
    const channel = await context.api.get<ChannelItem>(path);
    const used = [...channel.integrations, ...channel.sources];
    const consequence = used.length === 0 ? 'nothing uses it' : `it is used by ${used.join(', ')}`;
    await confirm(context, `channel ${name}`, name, consequence);
  }
  await context.api.delete(path);
  printDone(context, `removed channel ${name}`, name, { name, removed: true });
}

export function registerChannel(program: Command, context: CliContext): void {
  const channel = addNoun(program, 'channel', 'Named streams of events that integrations listen to');
  addListFlags(
    addVerb(channel, 'list', {
      summary: 'List channels with their integrations and sources',
      examples: ['relay channel list', 'relay channel list --search ops --json'],
    }),
    'channels',
  ).action((options: ListOptions) => runChannelList(options, context));
  addVerb(channel, 'show <name>', {
    summary: 'Show a channel',
    examples: ['relay channel show ops'],
  }).action((name: string) => runChannelShow(name, context));
  addVerb(channel, 'add <name>', {
    summary: 'Add a channel',
    examples: ['relay channel add ops', 'relay channel add payments --title "Payments team"'],
    seeAlso: ['relay integration add: sends the events of a channel somewhere'],
  })
    .option('--title <text>', 'what people read')
    .action((name: string, flags: { title?: string }) => runChannelAdd(name, flags, context));
  addVerb(channel, 'remove <name>', {
    summary: 'Remove a channel; refused while integrations or sources use it',
    examples: ['relay channel remove payments', 'relay channel remove payments --yes'],
  }).action((name: string) => runChannelRemove(name, context));
}
