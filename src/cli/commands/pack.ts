// relay pack: the kinds of sources, and how each is connected.

import type { Command } from 'commander';
import type { ListAnswer, PackDetail, PackItem } from '../../http/api-types.js';
import { pathTo } from '../client.js';
import { addNoun, addVerb } from '../command.js';
import { type CliContext, hintNext } from '../context.js';
import { addListFlags, type ListOptions, listQuery } from '../list-flags.js';
import { printList } from '../output/list.js';
import { printObject } from '../output/object.js';

export async function runPackList(options: ListOptions, context: CliContext): Promise<void> {
  const page = await context.api.get<ListAnswer<PackItem>>('/packs', listQuery(options, context.now()));
  await printList(context, {
    ...page,
    searched: options.search,
    empty: 'no packs',
    columns: [
      { title: 'pack', kind: 'name', value: (pack) => pack.slug },
      { title: 'title', value: (pack) => pack.title },
      { title: 'resolves', value: (pack) => (pack.auto_resolve ? 'by itself' : 'by hand') },
      { title: 'used by', value: (pack) => pack.used_by.join(', '), shrinks: true },
      { title: 'description', value: (pack) => pack.description, shrinks: true },
      { title: 'acknowledges', wide: true, value: (pack) => (pack.acknowledges ? 'yes' : 'no') },
      { title: 'from', wide: true, value: (pack) => (pack.built_in ? 'Relay' : 'your folder') },
    ],
  });
}

export async function runPackShow(slug: string, context: CliContext): Promise<void> {
  const pack = await context.api.get<PackDetail>(pathTo('packs', slug));
  printObject(context, {
    name: pack.slug,
    json: pack,
    fields: [
      ['pack', pack.slug],
      ['title', pack.title],
      ['description', pack.description],
      ['resolves', pack.auto_resolve ? 'by itself, when the condition is gone' : 'by hand'],
      ['splits', pack.splits.join(', ')],
      ['samples', pack.samples.map((sample) => sample.name).join(', ')],
      ['used by', pack.used_by.join(', ') || 'no source yet'],
    ],
    sections: [
      { title: 'How to connect', lines: pack.connect.trimEnd().split('\n') },
      {
        title: 'Templates',
        lines: Object.entries(pack.templates).flatMap(([name, text]) => [
          `${name}:`,
          ...text
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
        ]),
      },
    ],
  });
  hintNext(context, `source add ${pack.slug} ${pack.slug}-prod`);
}

export function registerPack(program: Command, context: CliContext): void {
  const pack = addNoun(program, 'pack', 'Kinds of sources: what they send and how to connect them');
  addListFlags(
    addVerb(pack, 'list', {
      summary: 'List the packs a source can be made from',
      examples: ['relay pack list', 'relay pack list --search prometheus', 'relay pack list -o name'],
    }),
    { sort: ['slug', 'title'] },
  ).action((options: ListOptions) => runPackList(options, context));
  addVerb(pack, 'show <slug>', {
    summary: 'Show a pack: how to connect it, its templates and samples',
    examples: ['relay pack show datadog', 'relay pack show alertmanager --json'],
  }).action((slug: string) => runPackShow(slug, context));
  addVerb(pack, 'check <dir>', {
    summary: 'Check that a pack does what its expected.yaml says; needs no daemon',
    examples: [
      'relay pack check packs/my-tool',
      'relay pack check packs',
      'relay pack check packs/my-tool --write',
    ],
  })
    .option('--write', 'take what the samples become today as what is expected')
    .action(async (dir: string, options: { write?: boolean }) =>
      (await import('./pack/check.js')).runPackCheck(dir, options, context),
    );
}
