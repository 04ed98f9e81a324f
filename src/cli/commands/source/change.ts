// Making, changing, pausing and removing sources.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { RelayError } from '../../../core/errors.js';
import type { ChangeAnswer, ListAnswer, SecretAnswer } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext } from '../../context.js';
import { confirm } from '../../output/confirm.js';
import { printDone } from '../../output/object.js';
import { printWarnings } from '../change-warnings.js';
import { secretReference } from '../flag-values.js';

export interface SourceFlags {
  readonly service?: string;
  readonly channel?: string;
  readonly split?: string;
  readonly severity?: string;
  readonly priority?: string;
  readonly heartbeat?: string;
  readonly autoResolveAfter?: string;
  readonly rateLimit?: string;
  readonly template?: readonly string[];
  readonly secret?: readonly string[];
}

/** `title=@title.j2` → the file's text; `title={{ … }}` → the text. @throws usage.invalid */
function readTemplate(given: string, cwd: string): readonly [name: string, text: string] {
  const split = given.indexOf('=');
  const name = given.slice(0, split);
  const text = given.slice(split + 1);
  if (split < 1) {
    throw new RelayError('usage.invalid', `--template ${given} is not name=text`, {
      fix: 'for example: --template title=@title.j2',
    });
  }
  if (!text.startsWith('@')) return [name, text];
  const path = resolve(cwd, text.slice(1));
  try {
    return [name, readFileSync(path, 'utf8').replace(/\n$/, '')];
  } catch (cause) {
    throw new RelayError('usage.invalid', `the template file ${path} cannot be read`, {
      why: (cause as Error).message,
      cause,
    });
  }
}

/** One reference, or several while a secret is rotated; an empty one takes the secret away. @throws usage.invalid */
function secretsOf(given: readonly string[]): string | readonly string[] | null {
  if (given.length === 1 && given[0] === '') return null;
  const references = given.map((one) => secretReference('secret', one));
  return references.length === 1 ? (references[0] as string) : references;
}

/** The flags in the config file's form; an empty value becomes null, which takes the key away. */
export function sourceChange(flags: SourceFlags, cwd: string): Record<string, unknown> {
  const change: Record<string, unknown> = {};
  const plain = ['service', 'channel', 'split', 'severity', 'priority', 'heartbeat'] as const;
  const given = plain.map((key) => [key, flags[key]] as const);
  const twoWords = [
    ['auto_resolve_after', flags.autoResolveAfter],
    ['rate_limit', flags.rateLimit],
  ] as const;
  for (const [key, value] of [...given, ...twoWords]) {
    if (value !== undefined) change[key] = value === '' ? null : value;
  }
  if (flags.secret !== undefined) change.secret = secretsOf(flags.secret);
  if (flags.template) {
    change.templates = Object.fromEntries(flags.template.map((given) => readTemplate(given, cwd)));
  }
  return change;
}

export async function runSourceAdd(
  pack: string,
  name: string,
  flags: SourceFlags,
  context: CliContext,
): Promise<void> {
  const settings = Object.entries(sourceChange(flags, context.cwd)).filter(([, value]) => value !== null);
  const spec = { name, pack, ...Object.fromEntries(settings) };
  printWarnings(await context.api.post<SecretAnswer>('/sources', spec), context);
  const { url } = await context.api.get<{ url: string }>(pathTo('sources', name, 'url'));
  printDone(context, `added source ${name} (${pack}); post alerts to its Integration URL:\n  ${url}`, name, {
    name,
    url,
  });
  if (!flags.channel) {
    context.hint('note: it is on no channel: its alerts open incidents, but only webhooks hear of them');
    hintNext(context, `source edit ${name} --channel <channel>`, `source show ${name}`);
    return;
  }
  hintNext(context, `source show ${name}`, `source test ${name} --send`);
}

interface ExportedSources {
  readonly sources?: readonly { readonly name: string; readonly templates?: Record<string, string> }[];
}

/** The overrides in force with the named ones put in; an empty text takes one away. The API replaces them as a whole. */
async function mergeTemplates(
  name: string,
  named: Readonly<Record<string, string>>,
  context: CliContext,
): Promise<Record<string, string> | null> {
  const { yaml } = await context.api.get<{ yaml: string }>('/config/export');
  const { sources } = (await import('yaml')).parse(yaml) as ExportedSources;
  const merged = { ...sources?.find((source) => source.name === name)?.templates, ...named };
  const kept = Object.entries(merged).filter(([, text]) => text !== '');
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

export async function runSourceEdit(name: string, flags: SourceFlags, context: CliContext): Promise<void> {
  const change = sourceChange(flags, context.cwd);
  const keys = Object.keys(change);
  if (change.templates !== undefined) {
    change.templates = await mergeTemplates(name, change.templates as Record<string, string>, context);
  }
  if (keys.length === 0) {
    throw new RelayError('usage.invalid', 'nothing to change', {
      why: 'no flag says what',
      fix: 'relay source edit --help',
    });
  }
  printWarnings(await context.api.patch<ChangeAnswer>(pathTo('sources', name), change), context);
  printDone(context, `changed source ${name}: ${keys.join(', ')}`, name, { name, changed: keys });
  if (keys.includes('templates')) hintNext(context, `source test ${name}`);
}

export async function runSourceSetPaused(name: string, paused: boolean, context: CliContext): Promise<void> {
  await context.api.post(pathTo('sources', name, paused ? 'pause' : 'resume'));
  const state = paused ? 'paused' : 'active';
  printDone(context, `source ${name} is ${state}`, name, { name, state });
  if (paused) hintNext(context, `source resume ${name}`);
}

export async function runSourceRotateKey(name: string, context: CliContext): Promise<void> {
  const deed = { doing: 'replacing', does: 'replaces', done: 'replaced' };
  const consequence = 'what still posts to the old URL is answered 403, its alerts are lost';
  await confirm(context, `the key of source ${name}`, name, consequence, deed);
  const answer = await context.api.post<{ url: string }>(pathTo('sources', name, 'rotate-key'));
  printDone(context, `the old URL of ${name} has ended; post alerts to:\n  ${answer.url}`, name, {
    name,
    ...answer,
  });
}

export async function runSourceRemove(name: string, context: CliContext): Promise<void> {
  await confirm(
    context,
    `source ${name}`,
    name,
    'its Integration URL ends at once, alerts posted to it are lost',
  );
  await context.api.delete(pathTo('sources', name));
  printDone(context, `removed source ${name}`, name, { name, removed: true });
  // Nothing posts to it any more, so nothing but a person will ever end these. The removal is done, whatever this look says.
  const open = await context.api
    .get<ListAnswer<{ id: string }>>('/incidents', { source: name, open: true, limit: 1 })
    .catch(() => ({ items: [] }));
  if (open.items.length === 0) return;
  context.hint('note: incidents of it are still open, and it will not resolve them any more');
  hintNext(context, `incident list --open --source ${name}`);
}
