// Taking a pack's templates of today into a source that was made from it before: what its snapshot is then, which edits go. Pure.

import { RelayError } from '../../core/errors.js';
import { suggestion } from '../../core/nearest.js';
import type { TemplatesReset } from '../../http/runtime.js';
import type { Pack } from '../../sources/pack/pack.js';
import { VARIABLE_PREFIX } from '../../sources/pack/pack-schema.js';
import { snapshotOf } from '../../sources/pack/snapshot.js';

type Texts = Readonly<Record<string, string>>;

export interface ResetInput {
  readonly source: string;
  readonly pack: Pack;
  /** The snapshot until now. */
  readonly snapshot: Texts;
  /** The source's own templates. */
  readonly edits: Texts;
  /** Whether these stand in the config file. */
  readonly isInFile: boolean;
  /** Names to reset, or null for all. */
  readonly names: readonly string[] | null;
}

export interface ResetResult extends TemplatesReset {
  readonly snapshot: Texts;
  readonly edits: Texts;
}

const isOf = (name: string, key: string, splits: readonly string[]): boolean =>
  key === name || splits.some((split) => key === `${split}.${name}`);

/** @throws RelayError object.not_found for a name that neither the source nor the pack has */
function checkNames({ source, pack, snapshot, edits, names }: ResetInput, today: Texts): void {
  const known = [...new Set([...Object.keys(snapshot), ...Object.keys(edits), ...Object.keys(today)])];
  const splits = Object.keys(pack.splits);
  for (const name of names ?? []) {
    if (known.some((key) => isOf(name, key, splits))) continue;
    throw new RelayError('object.not_found', `source "${source}" has no template "${name}"`, {
      fix: suggestion(name, known) ?? `see: relay source templates ${source}`,
    });
  }
}

/** @throws RelayError object.not_found */
export function resetTemplates(input: ResetInput): ResetResult {
  const { pack, snapshot, edits, isInFile, names } = input;
  const today = snapshotOf(pack);
  checkNames(input, today);
  const splits = Object.keys(pack.splits);
  const isNamed = (key: string): boolean =>
    names === null || names.some((name) => isOf(name, key, splits)) || isMissingVariable(key);
  // A template of today may read a variable that the snapshot does not have yet; without it, it would render to nothing.
  const isMissingVariable = (key: string): boolean =>
    (key.startsWith(VARIABLE_PREFIX) || key.includes(`.${VARIABLE_PREFIX}`)) && !Object.hasOwn(snapshot, key);
  // In the pack's order: variables see those above them.
  const merged: Record<string, string> = {};
  for (const [key, text] of Object.entries(today))
    if (isNamed(key)) merged[key] = text;
    else if (Object.hasOwn(snapshot, key)) merged[key] = snapshot[key] as string;
  for (const [key, text] of Object.entries(snapshot))
    if (!Object.hasOwn(today, key) && !isNamed(key)) merged[key] = text;
  const named = Object.keys(edits).filter(isNamed);
  return {
    snapshot: merged,
    edits: isInFile
      ? edits
      : Object.fromEntries(Object.entries(edits).filter(([key]) => !named.includes(key))),
    taken: Object.keys(merged).filter((key) => merged[key] !== snapshot[key]),
    gone: Object.keys(snapshot).filter((key) => !Object.hasOwn(merged, key)),
    dropped: isInFile ? [] : named,
    kept: isInFile ? named : [],
  };
}
