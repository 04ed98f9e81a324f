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

/** What the split puts in place; a snapshot without it was taken from a pack that had none yet. */
function splitTexts(snapshot: Texts, pack: Pack, split: string | null): Texts {
  const changes = split === null ? undefined : pack.splits[split];
  const texts = Object.entries(changes ? textsOf(changes) : {});
  return Object.fromEntries(texts.map(([name, text]) => [name, snapshot[`${split}.${name}`] ?? text]));
}

/**
 * The texts a source renders with: its snapshot, what the split changes, the source's own on top. Where a payload without members is taken
 * whole, the split's stand beside the others, as `<split>.title`.
 */
export function effectiveTemplates(
  snapshot: Texts,
  pack: Pack,
  spec: OwnTemplates,
): Readonly<Record<string, string>> {
  const isOwn = (name: string): boolean =>
    name !== DEFAULT_SPLIT && (!name.includes('.') || name.startsWith(VARIABLE_PREFIX));
  const whole = Object.fromEntries(Object.entries(snapshot).filter(([name]) => isOwn(name)));
  const split = effectiveSplit(snapshot, spec);
  const changes = splitTexts(snapshot, pack, split);
  if (split === null || pack.splits[split]?.otherwise !== 'whole')
    return { ...whole, ...changes, ...spec.templates };
  const parts = Object.keys(changes).map((name) => [
    name,
    spec.templates?.[name] ?? (changes[name] as string),
  ]);
  return { ...whole, ...spec.templates, ...prefixed(`${split}.`, Object.fromEntries(parts) as Texts) };
}

/** Of the texts of a source, those for a payload as a whole and those for a member of its split. */
export function textsInUse(
  templates: Texts,
  split: string | null,
): { readonly whole: Texts; readonly part: Texts } {
  const prefix = `${split}.`;
  const entries = Object.entries(templates);
  const isPart = ([name]: readonly [string, string]): boolean => split !== null && name.startsWith(prefix);
  const whole = Object.fromEntries(entries.filter((entry) => !isPart(entry)));
  const parts = entries.filter(isPart).map(([name, text]) => [name.slice(prefix.length), text]);
  return { whole, part: parts.length === 0 ? whole : { ...whole, ...Object.fromEntries(parts) } };
}
