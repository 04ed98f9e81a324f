// Checks a pack against its own `expected.yaml`: every sample rendered, every story folded. Touches nothing but the pack's folder.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { RelayError } from '../../core/errors.js';
import { changedLines, diffLines } from '../../core/line-diff.js';
import type { AlertResult, PreparedAlert } from '../../model/alert.js';
import { foldAlert } from '../../model/fold.js';
import type { Incident } from '../../model/incident.js';
import type { Source } from '../../model/topology.js';
import { type CompiledSource, compileSource } from '../alert/compiled-source.js';
import { describeAlert, type Expected, type ExpectedCase, parseExpected, type Story } from './expected.js';
import type { Pack, PackSample } from './pack.js';
import { lintAlert, lintPack, type PackProblem } from './pack-lint.js';
import { NO_SPLIT } from './pack-schema.js';
import { effectiveSplit, effectiveTemplates, snapshotOf } from './snapshot.js';

export interface PackReport {
  readonly slug: string;
  readonly cases: number;
  readonly stories: number;
  readonly problems: readonly PackProblem[];
}

/** What templates that ask for the time are told, so that a check has one answer. */
const CHECKED_AT = Date.UTC(2026, 0, 1);

/** A source made of a pack as `relay source add` makes it. @throws RelayError, TemplateError when a template does not parse */
export function sourceOfPack(pack: Pack, split?: string): CompiledSource {
  const snapshot = snapshotOf(pack);
  const source: Source = {
    name: pack.slug,
    pack: pack.slug,
    service: null,
    channel: null,
    split: effectiveSplit(snapshot, { split }),
    key: 'a key that nobody posts to',
    paused: false,
    origin: 'cli',
    templates: effectiveTemplates(snapshot, pack, { split }),
    defaults: { severity: null, priority: null },
    verify: null,
    rateLimit: null,
    heartbeatMs: null,
    pings: pack.pings,
    autoResolveMs: null,
  };
  return compileSource(source, pack, () => CHECKED_AT);
}

function membersOf(source: CompiledSource, alert: PreparedAlert): string[] {
  return source
    .membersOf(alert.payload)
    .map(({ title, state }) => (state === 'resolved' ? `resolved: ${title}` : title));
}

function prepare(source: CompiledSource, sample: PackSample): readonly PreparedAlert[] {
  return source.prepare(sample.text, sample.contentType, sample.headers);
}

const splitOf = (split: string | undefined): { split?: string } => (split === undefined ? {} : { split });

/** What a sample becomes today. @throws TemplateError */
export function describeSample(pack: Pack, sample: PackSample, split?: string): ExpectedCase {
  const source = sourceOfPack(pack, split);
  const named = { sample: sample.name, ...splitOf(split) };
  try {
    const alerts = prepare(source, sample).map((alert) => describeAlert(alert, membersOf(source, alert)));
    return { ...named, alerts };
  } catch (error) {
    if (error instanceof RelayError && error.code.startsWith('ingest.'))
      return { ...named, refused: error.message };
    throw error;
  }
}

/** Folds samples one after the other, as posted to one source. @returns one result per alert */
export function tellStory(pack: Pack, { samples, split }: Pick<Story, 'samples' | 'split'>): AlertResult[] {
  const compiled = sourceOfPack(pack, split);
  const open = new Map<string, Incident>();
  let at = 0;
  return samples.flatMap((name) => {
    const sample = pack.samples.find((one) => one.name === name);
    if (sample === undefined) throw new RelayError('pack.invalid', `there is no sample "${name}"`);
    return prepare(compiled, sample).map((alert) => {
      at += 1;
      const { decision, result } = foldAlert(alert, open.get(alert.groupingId) ?? null, {
        at,
        by: 'source:pack',
        source: compiled.source,
        assignee: null,
        newIncidentId: `inc_${at}`,
      });
      if (decision.incident?.status === 'resolved') open.delete(alert.groupingId);
      else if (decision.incident) open.set(alert.groupingId, decision.incident);
      return result;
    });
  });
}

/** Line by line, what is expected (`-`) and what came (`+`), with the lines beside each change. */
function difference(expected: unknown, actual: unknown): string {
  const lines = (value: unknown): string[] => stringify(value, { lineWidth: 0 }).trimEnd().split('\n');
  const changed = changedLines(diffLines(lines(expected), lines(actual)));
  return changed.length === 0
    ? '(written in another form)'
    : changed.map(({ sign, text }) => `${sign} ${text}`).join('\n');
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function checkCase(pack: Pack, expected: ExpectedCase): PackProblem[] {
  const where = `sample ${expected.sample}${expected.split ? ` (split ${expected.split})` : ''}`;
  const sample = pack.samples.find((one) => one.name === expected.sample);
  if (sample === undefined) return [{ where, message: 'there is no such sample' }];
  if (
    expected.split !== undefined &&
    expected.split !== NO_SPLIT &&
    !Object.hasOwn(pack.splits, expected.split)
  )
    return [{ where, message: `the pack has no split "${expected.split}"` }];
  const actual = describeSample(pack, sample, expected.split);
  const problems: PackProblem[] = [];
  if (!isDeepStrictEqual(plain(actual), plain(expected)))
    problems.push({ where, message: difference(expected, actual) });
  const alerts = actual.alerts === undefined ? [] : prepare(sourceOfPack(pack, expected.split), sample);
  for (const alert of alerts) problems.push(...lintAlert(alert).map((message) => ({ where, message })));
  return problems;
}

function checkStory(pack: Pack, story: Story, index: number): PackProblem[] {
  const where = `story ${index + 1} (${story.samples.join(', ')})`;
  try {
    const results = tellStory(pack, story);
    if (story.results.length === 0)
      return [{ where, message: `it has no results yet; they would be: ${results.join(', ')}` }];
    return isDeepStrictEqual(results, [...story.results])
      ? []
      : [{ where, message: difference(story.results, results) }];
  } catch (error) {
    return [{ where, message: (error as Error).message }];
  }
}

/** @returns null when the pack has none. @throws RelayError pack.invalid */
function readExpected(pack: Pack): Expected | null {
  const file = join(pack.dir, 'expected.yaml');
  return existsSync(file) ? parseExpected(readFileSync(file, 'utf8'), file) : null;
}

/** @throws RelayError pack.invalid, TemplateError when a template does not parse */
export function checkPack(pack: Pack): PackReport {
  const expected = readExpected(pack);
  if (expected === null) {
    const message = 'there is none: write it with relay pack check <dir> --write, then read what it says';
    return { slug: pack.slug, cases: 0, stories: 0, problems: [{ where: 'expected.yaml', message }] };
  }
  const stories = expected.stories ?? [];
  return {
    slug: pack.slug,
    cases: expected.cases.length,
    stories: stories.length,
    problems: [
      ...lintPack(pack, expected),
      ...expected.cases.flatMap((one) => checkCase(pack, one)),
      ...stories.flatMap((story, index) => checkStory(pack, story, index)),
    ],
  };
}

/** Today's answers for all samples (and splits named before), keeping the stories' samples. @throws TemplateError */
export function expectedOfToday(pack: Pack): Expected {
  const before = readExpected(pack);
  const known = before?.cases ?? [];
  const asked = pack.samples.flatMap((sample) => {
    const cases = known.filter((one) => one.sample === sample.name);
    return cases.length > 0 ? cases.map(({ split }) => ({ sample, split })) : [{ sample, split: undefined }];
  });
  const stories = (before?.stories ?? []).map((story) => ({ ...story, results: tellStory(pack, story) }));
  return {
    cases: asked.map(({ sample, split }) => describeSample(pack, sample, split)),
    ...(stories.length > 0 ? { stories } : {}),
  };
}
