// `integration list`, `show` and `kinds`.

import type {
  DestinationItem,
  IntegrationDetail,
  IntegrationKindItem,
  ListAnswer,
} from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printList } from '../../output/list.js';
import { printObject } from '../../output/object.js';
import { oneLine } from '../../output/table.js';
import {
  backlogText,
  fieldSection,
  lastTriggered,
  treatmentSection,
  wantedFields,
} from '../destination-screen.js';
import { describeStanding, standingOf } from '../destination-verbs.js';
import { mustExist } from '../must-exist.js';

export async function runIntegrationList(
  options: ListOptions & { readonly channel?: string },
  context: CliContext,
): Promise<void> {
  const query = { ...listQuery(options, context.now()), channel: options.channel };
  const page = await context.api.get<ListAnswer<DestinationItem>>('/integrations', query);
  if (page.items.length === 0) await mustExist('channel', options.channel, context);
  await printList(context, {
    ...page,
    searched: options.search,
    empty: 'no integrations yet',
    emptyNext: 'integration add console terminal --channel ops',
    columns: [
      { title: 'name', kind: 'name', value: (item) => item.name },
      { title: 'channel', value: (item) => item.channel },
      { title: 'kind', value: (item) => item.kind },
      { title: 'url', value: (item) => item.url, shrinks: true },
      { title: 'last triggered', kind: 'time', value: (item) => item.last_triggered_at },
      { title: 'state', kind: 'state', value: standingOf },
      { title: 'events', value: (item) => item.events.join(', '), shrinks: true },
      { title: 'result', wide: true, value: (item) => item.last_result },
      { title: 'waiting', wide: true, align: 'right', value: (item) => item.waiting },
      { title: 'held', wide: true, align: 'right', value: (item) => item.held },
      { title: 'failed', wide: true, align: 'right', value: (item) => item.failed },
      { title: 'origin', wide: true, value: (item) => item.origin },
    ],
  });
}

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export async function runIntegrationShow(name: string, context: CliContext): Promise<void> {
  const item = await context.api.get<IntegrationDetail>(pathTo('integrations', name));
  printObject(context, {
    name: item.name,
    json: item,
    fields: [
      ['integration', item.name],
      ['kind', item.kind],
      ['channel', item.channel],
      ['url', oneLine(item.url)],
      ['state', describeStanding(item, context)],
      ['last triggered', lastTriggered(item, context)],
      ['deliveries', backlogText(item)],
      ['origin', item.origin],
    ],
    sections: [
      fieldSection(context, 'What is sent', wantedFields(item)),
      {
        title: 'Settings',
        lines: Object.entries(item.settings).map(([key, value]) => oneLine(`${key}: ${inWords(value)}`)),
      },
      treatmentSection(item, context),
    ],
  });
  const status = item.dead > 0 ? 'failed,dead' : 'failed';
  const next =
    item.failed + item.dead > 0 ? [`delivery list --destination ${item.ref} --status ${status}`] : [];
  hintNext(
    context,
    ...next,
    item.state === 'active' ? `integration test ${name}` : `integration resume ${name}`,
  );
}

export async function runIntegrationKinds(context: CliContext): Promise<void> {
  const page = await context.api.get<ListAnswer<IntegrationKindItem>>('/integrations/kinds');
  await printList(context, {
    ...page,
    columns: [
      { title: 'kind', kind: 'name', value: (kind) => kind.kind },
      { title: 'title', value: (kind) => kind.title, shrinks: true },
      {
        title: 'needs',
        value: (kind) =>
          kind.settings
            .filter((each) => each.required)
            .map((each) => each.name)
            .join(', '),
      },
      {
        title: 'takes',
        value: (kind) =>
          kind.settings
            .filter((each) => !each.required)
            .map((each) => each.name)
            .join(', '),
      },
      {
        title: 'secrets',
        wide: true,
        value: (kind) =>
          kind.settings
            .filter((each) => each.secret)
            .map((each) => each.name)
            .join(', '),
      },
    ],
  });
}
