// What a schema cannot say about one object: templates compile and are known, headers may be set, what it refers to exists. Works on
// data that may still be wrong in other ways, so that all mistakes are told at once.

import { suggestion } from '../core/nearest.js';
import { isReservedHeader } from '../destinations/webhook/headers.js';
import { compile } from '../jinja/compile.js';
import { meantPattern } from '../model/event-types.js';
import type { Noun } from '../model/topology.js';
import { isTemplateName, KNOWN_TEMPLATES, NO_SPLIT, TEMPLATE_NAMES } from '../sources/pack/pack-schema.js';
import { checkBatching } from './batching.js';
import { checkFilter, checkWhen } from './check-filter.js';
import { checkFilterNames } from './check-filter-names.js';
import { checkFormat } from './check-format.js';
import { checkVerify } from './check-verify.js';
import { checkWebhookSecurity } from './check-webhook-security.js';
import { type KnownNames, refersTo } from './known-names.js';
import { checkPace } from './pace.js';
import { childOf, entriesIn, type PathPart, type Problem, problemAt, suggest, textOf } from './problem.js';
import { checkRetry } from './retry.js';
import { isReference } from './secrets.js';

const WEAK_KEY_CHARACTERS = 16;

/** Everything wrong with one object beyond its schema. `base` is the path of the object. */
export function checkObject(
  noun: Noun,
  spec: unknown,
  base: readonly PathPart[],
  known: KnownNames,
): Problem[] {
  switch (noun) {
    case 'source':
      return [
        ...checkPack(spec, base, known),
        ...refersTo(spec, 'service', 'service', known.services, base),
        ...refersTo(spec, 'channel', 'channel', known.channels, base),
        ...checkTemplates(spec, base),
        ...checkKey(spec, base),
        ...checkVerify(spec, base, known),
      ];
    case 'service':
      return checkAssignee(spec, base, known);
    case 'integration':
      return [
        ...refersTo(spec, 'channel', 'channel', known.channels, base),
        ...checkHeaders(spec, base),
        ...checkEvents(spec, base),
        ...checkFilter(spec, base),
        ...checkFilterNames(spec, base, known),
        ...checkWhen(spec, base),
        ...checkRetry(spec, base),
        ...checkPace(spec, base),
      ];
    case 'webhook':
      return [
        ...checkHeaders(spec, base),
        ...checkEvents(spec, base),
        ...checkFilter(spec, base),
        ...checkFilterNames(spec, base, known),
        ...checkWhen(spec, base),
        ...checkRetry(spec, base),
        ...checkPace(spec, base),
        ...checkFormat(spec, base),
        ...checkBatching(spec, base),
        ...checkWebhookSecurity(spec, base),
      ];
    case 'channel':
      return [];
  }
}

function checkAssignee(spec: unknown, base: readonly PathPart[], known: KnownNames): Problem[] {
  const assignee = textOf(childOf(spec, 'assignee'));
  if (!assignee?.startsWith('user:')) return [];
  const [problem] = refersTo({ assignee: assignee.slice(5) }, 'assignee', 'user', known.users, base);
  if (!problem) return [];
  const isEmpty = known.users?.size === 0;
  return [
    { ...problem, fix: isEmpty ? `add it to directory.users: - name: ${assignee.slice(5)}` : problem.fix },
  ];
}

function checkPack(spec: unknown, base: readonly PathPart[], known: KnownNames): Problem[] {
  const unknown = refersTo(spec, 'pack', 'pack', known.packs, base);
  const pack = known.packs?.get(textOf(childOf(spec, 'pack')) ?? '');
  const split = textOf(childOf(spec, 'split'));
  if (!pack || split === undefined || split === '' || split === NO_SPLIT || Object.hasOwn(pack.splits, split))
    return unknown;
  const fix =
    suggest(split, Object.keys(pack.splits), 'known splits') ??
    `pack "${pack.slug}" cannot split: take "split" out`;
  return [
    problemAt([...base, 'split'], 'unknown_reference', `pack "${pack.slug}" has no split "${split}"`, fix),
  ];
}

function checkTemplates(spec: unknown, base: readonly PathPart[]): Problem[] {
  return entriesIn(spec, 'templates').flatMap(([name, template]) => {
    const path = [...base, 'templates', name];
    const problems: Problem[] = [];
    if (!isTemplateName(name)) {
      const near = suggestion(name, KNOWN_TEMPLATES);
      const fix = near ?? suggest(name, TEMPLATE_NAMES, 'templates');
      problems.push(problemAt(path, 'unknown_key', `there is no template "${name}"`, fix, { on: 'key' }));
    }
    if (typeof template === 'string') problems.push(...compileProblems(name, template, path));
    return problems;
  });
}

function compileProblems(name: string, template: string, path: readonly PathPart[]): Problem[] {
  try {
    compile(template);
    return [];
  } catch (error) {
    const { message, fix, line, column } = error as Error & { fix?: string; line?: number; column?: number };
    const within = line === undefined || column === undefined ? {} : { within: { line, column } };
    return [problemAt(path, 'template_syntax', `template "${name}": ${message}`, fix ?? null, within)];
  }
}

function checkHeaders(spec: unknown, base: readonly PathPart[]): Problem[] {
  return entriesIn(spec, 'headers').flatMap(([name]) => {
    const path = [...base, 'headers', name];
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) {
      const fix = 'use letters, digits and "-"';
      return [problemAt(path, 'invalid_value', `"${name}" is not the name of a header`, fix, { on: 'key' })];
    }
    if (!isReservedHeader(name)) return [];
    return [
      problemAt(path, 'invalid_value', `the header "${name}" is set by Relay itself`, 'take it out', {
        on: 'key',
      }),
    ];
  });
}

/** A mistyped type would be a destination that nobody ever tells anything. */
function checkEvents(spec: unknown, base: readonly PathPart[]): Problem[] {
  const events = childOf(spec, 'events');
  return (Array.isArray(events) ? events : []).flatMap((type: unknown, index) => {
    const meant = typeof type === 'string' ? meantPattern(type) : undefined;
    if (meant === undefined) return [];
    const message = `Relay itself publishes nothing of type "${type}"`;
    const at = [...base, 'events', index];
    return [
      problemAt(at, 'unknown_event_type', message, `did you mean "${meant}"?`, { severity: 'warning' }),
    ];
  });
}

function checkKey(spec: unknown, base: readonly PathPart[]): Problem[] {
  const key = textOf(childOf(spec, 'key'));
  if (!key || isReference(key) || key.length >= WEAK_KEY_CHARACTERS) return [];
  return [
    problemAt(
      [...base, 'key'],
      'weak_key',
      `a key of ${key.length} characters can be guessed`,
      `use ${WEAK_KEY_CHARACTERS} or more, or take it out and let Relay make one`,
      { severity: 'warning' },
    ),
  ];
}
