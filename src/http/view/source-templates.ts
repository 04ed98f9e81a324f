// The templates of a source as the API shows them: what is in force, where each comes from, and what the pack has today.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { SourceSpec } from '../../config/spec.js';
import { readYaml } from '../../config/yaml-source.js';
import type { Source } from '../../model/topology.js';
import type { Pack } from '../../sources/pack/pack.js';
import { effectiveSplit, effectiveTemplates, snapshotOf } from '../../sources/pack/snapshot.js';
import type { Runtime } from '../runtime.js';
import type { SourceTemplateItem, SourceTemplatesAnswer } from '../wire/api-types.js';
import { specOf } from './find.js';

type Texts = Readonly<Record<string, string>>;
type LineOf = (template: string) => string | null;

/** The source's own setting of how it splits, shown beside the templates because a snapshot keeps it too. */
const SPLIT = 'split';

function findSource(data: unknown, name: string): number {
  const { sources } = (data ?? {}) as { sources?: unknown };
  return Array.isArray(sources) ? sources.findIndex((one) => (one as SourceSpec | null)?.name === name) : -1;
}

/** Where a template of a source of the config file stands: `relay.yaml:14`; the source itself when that cannot be told. */
export function linesInFile(runtime: Runtime, source: Source): LineOf {
  const { path, objects } = runtime.config();
  if (source.origin !== 'file' || path === null) return () => null;
  const at = objects.find(({ noun, name }) => noun === 'source' && name === source.name)?.at;
  const file = basename(path);
  try {
    const yaml = readYaml(readFileSync(path, 'utf8'));
    const index = findSource(yaml.data, source.name);
    if (index >= 0)
      return (template) => {
        const key = template === SPLIT ? [SPLIT] : ['templates', template];
        return `${file}:${yaml.locate(['sources', index, ...key], 'key').at.line}`;
      };
  } catch {
    // The file went away since it was loaded: where it stood is still known.
  }
  return () => (at === undefined ? file : `${file}:${at.line}`);
}

interface Known {
  readonly source: Source;
  readonly spec: Partial<SourceSpec>;
  readonly snapshot: Texts;
  readonly today: Texts;
  readonly lineOf: LineOf;
}

function itemOf(name: string, { source, spec, snapshot, today, lineOf }: Known): SourceTemplateItem {
  const prefix = `${source.split}.`;
  // Where a payload may also be taken whole, a split's texts stand beside the others; one edit goes for both.
  const plain = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const isOwn = name === SPLIT ? spec.split !== undefined : Object.hasOwn(spec.templates ?? {}, plain);
  const inForce = name === SPLIT ? source.split : (source.templates[name] ?? null);
  const isTaken =
    Object.hasOwn(snapshot, name) || (source.split !== null && Object.hasOwn(snapshot, prefix + name));
  const from = isOwn ? source.origin : isTaken ? 'snapshot' : inForce === null ? 'none' : 'pack';
  return {
    name,
    text: inForce,
    from,
    at: isOwn ? lineOf(plain) : null,
    pack_text: today[name] ?? null,
  };
}

/** In the order of the pack: what decides, what is read, then the rest. */
export async function sourceTemplates(runtime: Runtime, source: Source): Promise<SourceTemplatesAnswer> {
  const pack = runtime.packs().get(source.pack) as Pack;
  const spec = (await specOf(runtime, 'source', source.name)) as Partial<SourceSpec>;
  const taken = (await runtime.snapshots()).find((one) => one.source === source.name);
  const packTexts = snapshotOf(pack);
  const own = spec.split === undefined ? {} : { split: spec.split };
  const splitToday = effectiveSplit(packTexts, own);
  const today = {
    ...effectiveTemplates(packTexts, pack, own),
    ...(splitToday === null ? {} : { [SPLIT]: splitToday }),
  };
  const known = {
    source,
    spec,
    snapshot: taken?.templates ?? {},
    today,
    lineOf: linesInFile(runtime, source),
  };
  const names = new Set([...Object.keys(source.templates), ...Object.keys(today)]);
  if (source.split !== null) names.add(SPLIT);
  return {
    source: source.name,
    pack: source.pack,
    snapshot_taken_at: taken === undefined ? null : new Date(taken.takenAt).toISOString(),
    items: [...names].map((name) => itemOf(name, known)),
  };
}
