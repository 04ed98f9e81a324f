// relay service: what is affected by incidents, and who is asked first.

import type { Command } from 'commander';
import type { ListAnswer, ServiceItem } from '../../http/wire/api-types.js';
import { pathTo } from '../client.js';
import { addNoun, addVerb } from '../command.js';
import { type CliContext, hintNext } from '../context.js';
import { addListFlags, type ListOptions, listQuery } from '../list-flags.js';
import { confirm } from '../output/confirm.js';
import { printList } from '../output/list.js';
import { printDone, printObject } from '../output/object.js';
import { oneLine } from '../output/table.js';
import { collect, withUnset } from './unset.js';

export interface ServiceFlags {
  readonly title?: string;
  readonly assignee?: string;
  readonly unset?: readonly string[];
}

/** `dana` and `user:dana` both name the user. */
export const asAssignee = (text: string): string => (text.includes(':') ? text : `user:${text}`);

function serviceFields(flags: ServiceFlags): Record<string, unknown> {
  return {
    ...(flags.title === undefined ? {} : { title: flags.title }),
    ...(flags.assignee === undefined ? {} : { assignee: asAssignee(flags.assignee) }),
  };
}

export async function runServiceList(options: ListOptions, context: CliContext): Promise<void> {
  const page = await context.api.get<ListAnswer<ServiceItem>>('/services', listQuery(options, context.now()));
  await printList(context, {
    ...page,
    searched: options.search,
    empty: 'no services yet',
    emptyNext: 'service add payments-api --title "Payments API"',
    columns: [
      { title: 'name', kind: 'name', value: (service) => service.name },
      { title: 'title', value: (service) => service.title, shrinks: true },
      { title: 'assignee', value: (service) => service.assignee },
      { title: 'open incidents', value: (service) => service.open_incidents, align: 'right' },
      { title: 'origin', value: (service) => service.origin },
    ],
  });
}

export async function runServiceShow(name: string, context: CliContext): Promise<void> {
  const service = await context.api.get<ServiceItem>(pathTo('services', name));
  printObject(context, {
    name: service.name,
    json: service,
    fields: [
      ['service', service.name],
      ['title', oneLine(service.title)],
      ['assignee', service.assignee ?? 'nobody'],
      ['open incidents', service.open_incidents],
      ['origin', service.origin],
    ],
  });
  if (service.open_incidents > 0) hintNext(context, `incident list --open --service ${name}`);
}

export async function runServiceAdd(name: string, flags: ServiceFlags, context: CliContext): Promise<void> {
  await context.api.post('/services', { name, ...serviceFields(flags) });
  printDone(context, `added service ${name}`, name, { name });
  hintNext(context, `source add generic ${name}-alerts --service ${name}`);
}

export async function runServiceEdit(name: string, flags: ServiceFlags, context: CliContext): Promise<void> {
  const change = withUnset(serviceFields(flags), flags.unset, ['title', 'assignee']);
  await context.api.patch(pathTo('services', name), change);
  printDone(context, `changed service ${name}: ${Object.keys(change).join(', ')}`, name, { name });
}

export async function runServiceRemove(name: string, context: CliContext): Promise<void> {
  const path = pathTo('services', name);
  if (!context.yes) {
    const service = await context.api.get<ServiceItem>(path);
    await confirm(context, `service ${name}`, name, `it has ${service.open_incidents} open incidents`);
  }
  await context.api.delete(path);
  printDone(context, `removed service ${name}`, name, { name, removed: true });
}

export function registerService(program: Command, context: CliContext): void {
  const service = addNoun(program, 'service', 'What is affected by incidents, and who is asked first');
  addListFlags(
    addVerb(service, 'list', {
      summary: 'List services with their assignee and open incidents',
      examples: ['relay service list', 'relay service list --search pay -o wide'],
    }),
    'services',
  ).action((options: ListOptions) => runServiceList(options, context));
  addVerb(service, 'show <name>', {
    summary: 'Show a service',
    examples: ['relay service show payments-api'],
  }).action((name: string) => runServiceShow(name, context));
  addVerb(service, 'add <name>', {
    summary: 'Add a service',
    examples: ['relay service add payments-api --title "Payments API" --assignee user:dana'],
  })
    .option('--title <text>', 'what people read')
    .option('--assignee <user>', 'who new incidents are assigned to: user:dana')
    .action((name: string, flags: ServiceFlags) => runServiceAdd(name, flags, context));
  addVerb(service, 'edit <name>', {
    summary: 'Change a service',
    about: 'Open incidents keep their assignee; see relay incident reassign.',
    examples: [
      'relay service edit payments-api --assignee user:sam',
      'relay service edit payments-api --unset assignee',
    ],
  })
    .option('--title <text>', 'what people read')
    .option('--assignee <user>', 'who new incidents are assigned to: user:dana')
    .option('--unset <key>', 'back to the default: title, assignee', collect)
    .action((name: string, flags: ServiceFlags) => runServiceEdit(name, flags, context));
  addVerb(service, 'remove <name>', {
    summary: 'Remove a service; refused while sources use it',
    examples: ['relay service remove payments-api --yes'],
  }).action((name: string) => runServiceRemove(name, context));
}
