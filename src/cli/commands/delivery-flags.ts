// What `webhook` and `integration` share on add and edit: which events, additional headers, tries and pace → an object in the config file's
// form. The daemon validates the whole.

import { isTypePattern } from '../../model/event-types.js';
import type { RelayCommand } from '../command.js';
import { addFilterFlags, type FilterFlags } from './filter-flags.js';
import { isReference, wrong } from './flag-values.js';
import { type PaceFlags, paceSpec } from './pace-flags.js';
import { collect } from './unset.js';

export interface DeliveryFlags extends FilterFlags, PaceFlags {
  readonly events?: readonly string[];
  readonly header?: readonly string[];
}

const SECRET_HEADER = /^(proxy-)?authorization$|^cookie$|token|secret|api-?key|password/i;

export const addHeaderFlag = (command: RelayCommand): RelayCommand =>
  command.option(
    '--header <name: value>',
    'additional header; secrets as env:NAME; may be repeated',
    collect,
  ) as RelayCommand;

export function addEventFlags(command: RelayCommand): RelayCommand {
  command
    .optionsGroup('Which events:')
    .option('--events <types>', 'event types, separated by commas: exact, area.* or *', collect);
  return addFilterFlags(command);
}

/** `incident.triggered,incident.resolved` given once or several times → each type. @throws usage.invalid */
function parseEvents(texts: readonly string[]): string[] {
  const types = texts.flatMap((list) => list.split(',')).map((type) => type.trim());
  for (const type of types) {
    if (!isTypePattern(type))
      throw wrong(
        `"${type}" is not an event type`,
        'a type is area.name, an area is area.*, everything is *',
        'see them all: relay event types',
      );
  }
  return [...new Set(types)];
}

/** `X-Team: payments` → name and value. Values that are secrets must be `env:NAME` or `file:path`. @throws usage.invalid */
function parseHeader(text: string): [string, string] {
  const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*:\s*(.+)$/.exec(text.trim());
  if (!match)
    throw wrong(`"${text}" is not a header`, 'a header is Name: value', "--header 'X-Team: payments'");
  const [, name, value] = match as unknown as [string, string, string];
  if (SECRET_HEADER.test(name) && !isReference(value))
    throw wrong(
      `the value of ${name} looks like a secret`,
      'flag values stay in the shell history and in the list of processes',
      `put it into the daemon's environment and name it: --header '${name}: env:MY_SECRET'`,
    );
  return [name, value];
}

/** @throws usage.invalid */
export function deliverySpec(flags: DeliveryFlags): Record<string, unknown> {
  return {
    ...(flags.events ? { events: parseEvents(flags.events) } : {}),
    ...(flags.header ? { headers: Object.fromEntries(flags.header.map(parseHeader)) } : {}),
    ...paceSpec(flags),
  };
}
