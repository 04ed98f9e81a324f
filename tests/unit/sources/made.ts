// Sources made from the packs that come with Relay, and their samples.

import { type CompiledSource, compileSource } from '../../../src/sources/alert/compiled-source.js';
import type { Pack } from '../../../src/sources/pack/pack.js';
import { loadPacks } from '../../../src/sources/pack/pack-loader.js';
import { effectiveTemplates, snapshotOf } from '../../../src/sources/pack/snapshot.js';
import { source } from '../model/records.js';

const packs = loadPacks([]);

export function pack(slug: string): Pack {
  const found = packs.get(slug);
  if (!found) throw new Error(`no pack ${slug}`);
  return found;
}

export function sourceOf(
  slug: string,
  change: { split?: string; templates?: Record<string, string> } = {},
): CompiledSource {
  const found = pack(slug);
  const templates = effectiveTemplates(snapshotOf(found), found, change);
  return compileSource(
    { ...source, name: 'prod', pack: slug, split: change.split ?? null, templates },
    found,
  );
}

export function sample(slug: string, name: string): string {
  const found = pack(slug).samples.find((one) => one.name === name);
  if (!found) throw new Error(`pack ${slug} has no sample ${name}`);
  return found.text;
}

export const JSON_TYPE = 'application/json';
