// Which templates a source renders with. A snapshot holds the pack's templates and those of its splits, so that a later pack changes
// nothing for a source that was seen before, and a source may start to split without taking a new one.

import type { Pack } from '../sources/pack.js';
import type { SourceSpec } from './spec.js';

/** In a snapshot, template `title` of split `alerts` is called `alerts.title`. */
const splitName = (split: string, template: string): string => `${split}.${template}`;

/** What a snapshot of this pack holds. */
export function snapshotOf(pack: Pack): Readonly<Record<string, string>> {
  const splits = Object.entries(pack.splits).flatMap(([split, { templates }]) =>
    Object.entries(templates).map(([name, template]) => [splitName(split, name), template] as const),
  );
  return { ...pack.templates, ...Object.fromEntries(splits) };
}

/** Snapshot, then the split's templates where the source splits, then the source's own overrides. */
export function effectiveTemplates(
  snapshot: Readonly<Record<string, string>>,
  pack: Pack,
  spec: Pick<SourceSpec, 'split' | 'templates'>,
): Record<string, string> {
  const templates: Record<string, string> = {};
  for (const [name, template] of Object.entries(snapshot)) {
    if (!name.includes('.')) templates[name] = template;
  }
  if (spec.split !== undefined) {
    // A snapshot without the split was taken from a pack that had none yet.
    for (const [name, template] of Object.entries(pack.splits[spec.split]?.templates ?? {})) {
      templates[name] = snapshot[splitName(spec.split, name)] ?? template;
    }
  }
  return { ...templates, ...spec.templates };
}
