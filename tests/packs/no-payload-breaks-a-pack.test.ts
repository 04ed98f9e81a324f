import { describe, expect, it } from '@jest/globals';
import type { RelayError } from '../../src/core/errors.js';
import type { PreparedAlert } from '../../src/model/alert.js';
import type { Pack, PackSample } from '../../src/sources/pack/pack.js';
import { sourceOfPack } from '../../src/sources/pack/pack-check.js';
import { lintAlert } from '../../src/sources/pack/pack-lint.js';
import { loadPacks } from '../../src/sources/pack/pack-loader.js';

type Path = readonly (string | number)[];

const GONE = Symbol('gone');
/** A place that several samples share is tried in this many of them. */
const TRIED_PER_PLACE = 2;

/** What tools do send in place of a value: nothing, an empty thing, a number for a text or a text for a number. */
function likely(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return [GONE, null, []];
  if (typeof value === 'object' && value !== null) return [GONE, null, {}];
  return [GONE, null, typeof value === 'string' ? '' : '7', typeof value === 'string' ? 7 : '', 0];
}

/** What nobody sends but a mistake: of another kind altogether. */
const ABSURD: readonly unknown[] = [true, 'x', [null], { toString: null }];

function valueAt(payload: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Record<string | number, unknown>)[key], payload);
}

/** Every place in a payload; of a list the first two members. */
function* placesIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  const keys = Array.isArray(value) ? [...value.keys()].slice(0, 2) : Object.keys(value);
  for (const key of keys) yield* placesIn((value as Record<string | number, unknown>)[key], [...path, key]);
}

function replaced(payload: unknown, path: Path, value: unknown): unknown {
  const copy = structuredClone(payload);
  let parent = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  const last = path.at(-1) as string | number;
  if (value === GONE) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** The payload as an object, whatever it was sent as; null for plain text. */
function contentOf(sample: PackSample): unknown {
  if (sample.contentType === 'application/x-www-form-urlencoded')
    return Object.fromEntries(new URLSearchParams(sample.text));
  try {
    return JSON.parse(sample.text);
  } catch {
    return null;
  }
}

const nameOf = (value: unknown): string => (value === GONE ? 'gone' : JSON.stringify(value));

/** Tries `standIns` in every place of every sample; tells `look` what came. */
function tryAll(
  pack: Pack,
  standIns: (value: unknown) => readonly unknown[],
  look: (where: string, alerts: readonly PreparedAlert[]) => void,
): void {
  const source = sourceOfPack(pack);
  const tried = new Map<string, number>();
  for (const sample of pack.samples) {
    const content = contentOf(sample);
    for (const path of placesIn(content)) {
      const place = path.join('.');
      tried.set(place, (tried.get(place) ?? 0) + 1);
      if ((tried.get(place) as number) > TRIED_PER_PLACE) continue;
      for (const value of standIns(valueAt(content, path))) {
        const text = JSON.stringify(replaced(content, path, value));
        try {
          look(
            `${sample.name}: ${place} = ${nameOf(value)}`,
            source.prepare(text, 'application/json', sample.headers),
          );
        } catch (error) {
          // Refusing is an answer; anything else would be a fault.
          if (!(error as RelayError).code?.startsWith('ingest.')) throw error;
        }
      }
    }
  }
}

/** What a likely payload makes a pack show badly. */
function problemsOf(pack: Pack): string[] {
  const problems = new Set<string>();
  tryAll(pack, likely, (where, alerts) => {
    for (const alert of alerts) for (const problem of lintAlert(alert)) problems.add(`${where}: ${problem}`);
  });
  return [...problems];
}

const packs = [...loadPacks([]).values()];

describe('any part of a payload may be missing or empty', () => {
  it.each(packs.map((pack) => [pack.slug, pack] as const))('and %s reads well all the same', (_, pack) => {
    expect(problemsOf(pack).slice(0, 20)).toEqual([]);
  });

  it('which this test would notice', () => {
    const generic = packs.find((pack) => pack.slug === 'generic') as Pack;
    const fragile = {
      ...generic,
      templates: { title: '{{ payload.labels.host.name }} {{ payload.title }}' },
    };
    expect(problemsOf(fragile).join('\n')).toMatch(/labels = gone: a template failed: title: /);
  });
});

describe('any part of a payload may be absurd', () => {
  it.each(packs.map((pack) => [pack.slug, pack] as const))(
    'and %s still has a title for its alerts',
    (_, pack) => {
      const untitled: string[] = [];
      tryAll(
        pack,
        () => ABSURD,
        (where, alerts) => {
          if (alerts.some((alert) => alert.title.trim() === '')) untitled.push(where);
        },
      );
      expect(untitled).toEqual([]);
    },
  );
});
