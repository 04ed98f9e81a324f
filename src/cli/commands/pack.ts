// relay pack: the kinds of sources, and how each is connected.

import type { Command } from 'commander';
import type { ListAnswer, PackItem } from '../../http/wire/api-types.js';
import { addNoun, addVerb, type RelayCommand } from '../command.js';
import type { CliContext } from '../context.js';
import { addListFlags, type ListOptions, listQuery } from '../list-flags.js';
import { printList } from '../output/list.js';
import type { PackNewOptions } from './pack/new.js';

export async function runPackList(options: ListOptions, context: CliContext): Promise<void> {
  const ask = () => context.api.get<ListAnswer<PackItem>>('/packs', listQuery(options, context.now()));
  // The loader of packs is large: it is loaded only where no daemon answers.
  const page = await ask().catch(async (error: unknown) =>
    (await import('./pack/without-daemon.js')).packsFromDisk(error, options, context),
  );
  await printList(context, {
    ...page,
    searched: options.search,
    empty: 'no packs',
    columns: [
      { title: 'pack', kind: 'name', value: (pack) => pack.slug },
      { title: 'title', value: (pack) => pack.title, shrinks: true },
      { title: 'description', value: (pack) => pack.description, shrinks: true },
      { title: 'resolves', value: (pack) => (pack.auto_resolve ? 'by itself' : 'by hand') },
      { title: 'used by', value: (pack) => pack.used_by.join(', '), shrinks: true },
      { title: 'acknowledges', wide: true, value: (pack) => (pack.acknowledges ? 'yes' : 'no') },
      { title: 'from', wide: true, value: (pack) => (pack.built_in ? 'Relay' : 'your folder') },
    ],
  });
}

function registerMaking(pack: RelayCommand, context: CliContext): void {
  addVerb(pack, 'new <slug>', {
    summary: 'Start a pack of your own: a folder that explains itself and passes its check',
    about:
      'With --payload the templates are guessed from what the tool sent; read them. Overwrites nothing and needs no daemon.',
    examples: [
      'relay pack new my-tool --payload alert.json',
      'relay pack new my-tool',
      'relay pack new my-datadog --from datadog',
    ],
    seeAlso: ['relay pack check packs/my-tool: after every change', 'relay pack schema: for editors'],
  })
    .option('--payload <file>', 'something the tool sent: .json, .form or .txt')
    .option('--from <pack>', 'start from a pack that comes with Relay')
    .option('--dir <dir>', 'the folder of your packs', 'packs')
    .action(async (slug: string, options: PackNewOptions) =>
      (await import('./pack/new.js')).runPackNew(slug, options, context),
    );
  addVerb(pack, 'schema', {
    summary: 'Print the JSON Schema of pack.yaml, for editors',
    examples: [
      'relay pack schema > packs/pack.schema.json',
      'relay pack schema --expected > packs/expected.schema.json',
    ],
  })
    .option('--expected', 'of expected.yaml instead')
    .action(async (options: { expected?: boolean }) =>
      (await import('./pack/schema.js')).runPackSchema(options, context),
    );
}

export function registerPack(program: Command, context: CliContext): void {
  const pack = addNoun(program, 'pack', 'Kinds of sources: what they send and how to connect them');
  addListFlags(
    addVerb(pack, 'list', {
      summary: 'List the packs a source can be made from',
      about: 'Without a daemon: those that come with Relay and those of the config file.',
      examples: ['relay pack list', 'relay pack list --search prometheus', 'relay pack list -o name'],
    }),
    'packs',
  ).action((options: ListOptions) => runPackList(options, context));
  addVerb(pack, 'show <slug>', {
    summary: 'Show a pack: how to connect it, its templates and samples',
    about: 'Without a daemon: of those that come with Relay and those of the config file.',
    examples: [
      'relay pack show datadog',
      'relay pack show datadog --sample recovered',
      'relay pack show alertmanager --json',
    ],
    seeAlso: ['relay source show <name>: the same with the real URL of a source filled in'],
  })
    .option('--sample <name>', 'print one of its samples, as it is sent')
    .action(async (slug: string, options: { sample?: string }) =>
      (await import('./pack/show.js')).runPackShow(slug, options, context),
    );
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
  registerMaking(pack, context);
}
