// `event list`, `show` and `types`.

import { RelayError } from '../../../core/errors.js';
import { nearestName } from '../../../core/nearest.js';
import type { EventDetail, EventItem, EventTypeItem, ListAnswer } from '../../../http/wire/api-types.js';
import { pathTo, type Query } from '../../client.js';
import { type CliContext, hintNext, wantsJson } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printJsonLine } from '../../output/json.js';
import { printList } from '../../output/list.js';
import { printObject } from '../../output/object.js';
import { paintState } from '../../output/paint.js';
import { printable } from '../../output/printable.js';
import { oneLine } from '../../output/table.js';
import { showInstant } from '../../output/time.js';
import { checkFollow, follow } from '../follow.js';
import { mustExist } from '../must-exist.js';

export interface EventListFlags extends ListOptions {
  readonly type?: string;
  readonly channel?: string;
  readonly incident?: string;
  readonly unmatched?: boolean;
  readonly follow?: boolean;
}

/** Nothing found is either true or a typing mistake. A type of one's own may never have been sent: it is no error, only suggested against. */
async function explainNone(
  type: string | undefined,
  channel: string | undefined,
  context: CliContext,
): Promise<void> {
  await mustExist('channel', channel, context);
  if (type === undefined) return;
  const { items } = await context.api.get<ListAnswer<EventTypeItem>>('/events/types');
  const known = items.map((each) => each.type);
  const near = known.includes(type) ? undefined : nearestName(type, known);
  if (near) context.hint(`did you mean --type ${near}?`);
}

/** @throws usage.invalid for what is no whole type */
export function refusePattern(type: string | undefined, instead = 'relay event list --search'): void {
  if (type?.includes('*')) {
    throw new RelayError('usage.invalid', `--type ${type} is a pattern`, {
      why: 'it takes one whole type; patterns are for destinations',
      fix: `${instead} ${type.replace(/\*.*$/, '') || 'incident.'}`,
    });
  }
}

/** What a list, an export or `--follow` is narrowed to. @throws usage.invalid */
export function eventFilters({ type, channel, incident, unmatched }: EventListFlags): Query {
  refusePattern(type);
  return { type, channel, incident, unmatched };
}

export async function runEventList(
  flags: EventListFlags,
  context: CliContext,
  signal?: AbortSignal,
): Promise<void> {
  if (!flags.follow || signal === undefined) {
    await printEvents(flags, context);
    return;
  }
  checkFollow(flags);
  const query = { kind: 'event', ...eventFilters(flags), grep: flags.search };
  await follow(query, () => printEvents(flags, context), context, signal);
}

/** Gives the ids of what was printed. */
async function printEvents(flags: EventListFlags, context: CliContext): Promise<readonly string[]> {
  const query = { ...listQuery(flags, context.now()), ...eventFilters(flags) };
  const page = await context.api.get<ListAnswer<EventItem>>('/events', query);
  if (page.items.length === 0) await explainNone(flags.type, flags.channel, context);
  if (!flags.follow) await printPage(flags, page, context);
  // Followed, the newest stands last, before what is to come.
  else if (wantsJson(context)) for (const item of page.items.toReversed()) printJsonLine(context, item);
  else if (page.items.length > 0)
    await printPage(flags, { items: page.items.toReversed(), next: null }, context);
  return page.items.map(({ id }) => id);
}

async function printPage(
  flags: EventListFlags,
  page: ListAnswer<EventItem>,
  context: CliContext,
): Promise<void> {
  await printList(context, {
    ...page,
    searched: flags.search,
    empty: 'no such events',
    columns: [
      { title: 'at', kind: 'time', value: (event) => event.at },
      { title: 'event', kind: 'name', value: (event) => event.id },
      { title: 'type', value: (event) => event.type },
      { title: 'title', value: (event) => event.title, shrinks: true },
      { title: 'channels', value: (event) => event.channels.join(', '), shrinks: true },
      { title: 'incident', value: (event) => event.incident },
      { title: 'by', value: (event) => event.actor, shrinks: true },
      { title: 'matched', wide: true, value: (event) => (event.unmatched ? 'nobody' : 'yes') },
      { title: 'source', wide: true, value: (event) => event.source },
    ],
  });
}

export async function runEventShow(id: string, context: CliContext): Promise<void> {
  const event = await context.api.get<EventDetail>(pathTo('events', id));
  printObject(context, {
    name: event.id,
    json: event,
    fields: [
      ['event', event.id],
      ['type', event.type],
      ['at', showInstant(context, event.at)],
      ['title', oneLine(event.title)],
      ['by', oneLine(event.actor)],
      ['channels', event.channels.join(', ')],
      ['incident', event.incident],
      ['alert', event.alert],
      ['source', event.source],
      ['matched', event.unmatched ? 'no destination wanted it' : null],
    ],
    sections: [
      { title: 'Data', lines: printable(JSON.stringify(event.data, null, 2)).split('\n') },
      {
        title: 'Deliveries',
        lines: event.deliveries.map((delivery) => {
          const state = paintState(context.paint, delivery.state);
          return `${delivery.id}  ${state}  ${delivery.destination}  ${delivery.result || '-'}`;
        }),
      },
    ],
  });
  const first = event.deliveries[0];
  hintNext(context, first ? `delivery show ${first.id}` : `event replay ${event.id} --dry-run`);
}

export async function runEventTypes(type: string | undefined, context: CliContext): Promise<void> {
  const page = await context.api.get<ListAnswer<EventTypeItem>>('/events/types');
  if (type !== undefined) return showType(type, page.items, context);
  await printList(context, {
    ...page,
    columns: [
      { title: 'type', kind: 'name', value: (each) => each.type },
      { title: 'in *', value: (each) => (each.in_star ? 'yes' : 'no') },
      { title: 'description', value: (each) => each.description, shrinks: true },
    ],
  });
}

function showType(type: string, known: readonly EventTypeItem[], context: CliContext): void {
  const found = known.find((each) => each.type === type);
  if (!found) {
    const near = nearestName(
      type,
      known.map((each) => each.type),
    );
    throw new RelayError('object.not_found', `Relay publishes no event type ${type}`, {
      why: 'custom types are yours: their data is what you send',
      fix: near ? `did you mean: relay event types ${near}` : 'see them all: relay event types',
    });
  }
  printObject(context, {
    name: found.type,
    json: found,
    fields: [
      ['type', found.type],
      ['about', found.description],
      ['in *', found.in_star ? 'yes' : 'no: it must be named'],
    ],
    sections: [
      {
        title: 'Example',
        lines: found.example === null ? [] : JSON.stringify(found.example, null, 2).split('\n'),
      },
    ],
  });
}
