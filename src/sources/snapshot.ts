// Which templates a source renders with. A snapshot holds the pack's templates, variables, default split and what its splits change, so
// that a later pack changes nothing for a source that was seen before, and a source may start to split without taking a new one.
//
// Names in a snapshot: `title` a template, `variables.name` a variable, `split` the default split, and `<split>.title` and
// `<split>.variables.name` what the split puts in their place.

import type { Pack, PackSplit } from './pack.js';
import { NO_SPLIT, VARIABLE_PREFIX } from './pack-schema.js';

type Texts = Readonly<Record<string, string>>;

/** What a source's own settings say about its templates. */
interface OwnTemplates {
  readonly split?: string | undefined;
  readonly templates?: Texts | undefined;
}

const DEFAULT_SPLIT = 'split';

const prefixed = (prefix: string, texts: Texts): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${prefix}${name}`, text]));

const textsOf = ({ variables, templates }: Pick<PackSplit, 'variables' | 'templates'>): Texts => ({
  ...prefixed(VARIABLE_PREFIX, variables),
  ...templates,
});

/** What a snapshot of this pack holds. */
export function snapshotOf(pack: Pack): Texts {
  const splits = Object.entries(pack.splits).map(([name, split]) => prefixed(`${name}.`, textsOf(split)));
  return Object.assign(
    {},
    textsOf(pack),
    pack.split === null ? {} : { [DEFAULT_SPLIT]: pack.split },
    ...splits,
  ) as Texts;
}

/** The split in force: what the source says, or the default of the pack it was made from. */
export function effectiveSplit(snapshot: Texts, spec: OwnTemplates): string | null {
  const split = spec.split ?? snapshot[DEFAULT_SPLIT] ?? null;
  return split === NO_SPLIT ? null : split;
}

/** Snapshot, then the split's texts where the source splits, then the source's own overrides. */
export function effectiveTemplates(snapshot: Texts, pack: Pack, spec: OwnTemplates): Record<string, string> {
  const isOwn = (name: string): boolean =>
    name !== DEFAULT_SPLIT && (!name.includes('.') || name.startsWith(VARIABLE_PREFIX));
  const templates = Object.fromEntries(Object.entries(snapshot).filter(([name]) => isOwn(name)));
  const split = effectiveSplit(snapshot, spec);
  const changes = split === null ? undefined : pack.splits[split];
  // A snapshot without the split was taken from a pack that had none yet.
  for (const [name, text] of Object.entries(changes ? textsOf(changes) : {}))
    templates[name] = snapshot[`${split}.${name}`] ?? text;
  return { ...templates, ...spec.templates };
}
