// What a pack that follows its own expectations can still get wrong: texts no person would be glad to read, and tests that are missing.

import type { PreparedAlert } from '../../model/alert.js';
import type { Expected } from './expected.js';
import type { Pack } from './pack.js';

/** One thing that is not as it should be. */
export interface PackProblem {
  /** `sample firing`, `story 1`, `connect.md`. */
  readonly where: string;
  readonly message: string;
}

/** Longer ones are cut on a telephone's lock screen. */
const TITLE_CHARACTERS = 150;
/** A dict or list as the template language prints it, or JSON: what a forgotten `.field` looks like. */
const RAW_DUMP = /\{\s*['"][^'"]*['"]\s*:|\[\s*\{\s*['"]/;
const PLACEHOLDER = /\bNone\b|\bundefined\b|\[object Object\]|\bnull\b|\{\{|\}\}/;

/** @returns what is wrong with how an alert reads */
export function lintAlert(alert: PreparedAlert): string[] {
  const problems = alert.renderErrors.map((error) => `a template failed: ${error}`);
  if (alert.signal === 'ignore') return problems;
  if (alert.title.length > TITLE_CHARACTERS)
    problems.push(
      `the title has ${alert.title.length} characters, at most ${TITLE_CHARACTERS} are read: ${alert.title}`,
    );
  const texts = Object.entries(alert.texts).flatMap(([kind, text]) => [
    [`${kind}_title`, text.title ?? ''] as const,
    [`${kind}_message`, text.message ?? ''] as const,
  ]);
  for (const [name, text] of [
    ['title', alert.title] as const,
    ['message', alert.message] as const,
    ...texts,
  ]) {
    const dump = RAW_DUMP.exec(text) ?? PLACEHOLDER.exec(text);
    if (dump) problems.push(`the ${name} holds a raw value: ${text.slice(dump.index, dump.index + 60)}`);
  }
  for (const [name, url] of [['source_link', alert.link] as const, ['image_url', alert.imageUrl] as const]) {
    if (url !== null && !/^https?:\/\/\S+$/.test(url)) problems.push(`the ${name} is no URL: ${url}`);
  }
  return problems;
}

/** @returns what is missing in the pack or its expectations */
export function lintPack(pack: Pack, expected: Expected): PackProblem[] {
  const problems: PackProblem[] = [];
  const add = (where: string, message: string): void => {
    problems.push({ where, message });
  };
  if (pack.samples.length === 0) add('samples', 'there are none');
  for (const { name } of pack.samples) {
    if (!expected.cases.some((one) => one.sample === name))
      add(`sample ${name}`, 'expected.yaml has no case for it');
  }
  const results = (expected.stories ?? []).flatMap((story) => [...story.results]);
  if (pack.autoResolve && !results.includes('resolved'))
    add(
      'stories',
      'the pack resolves by itself (auto_resolve), but no story ends in "resolved": add one with its samples and results: []',
    );
  if (pack.acknowledges && !results.includes('acknowledged'))
    add(
      'stories',
      'the pack acknowledges, but no story says "acknowledged": add one with its samples and results: []',
    );
  if (!/\{\{\s*url\s*\}\}/.test(pack.connect))
    add('connect.md', 'it does not say where to post: {{ url }} stands for the Integration URL');
  return problems;
}
