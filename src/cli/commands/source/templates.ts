// relay source templates: what a source renders with and where each text comes from; how that differs from the pack of today; taking
// the pack's of today.

import { RelayError } from '../../../core/errors.js';
import { changedLines, diffLines } from '../../../core/line-diff.js';
import { nearestName } from '../../../core/nearest.js';
import type {
  SourceTemplateItem,
  SourceTemplatesAnswer,
  TemplatesResetAnswer,
} from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext, wantsJson } from '../../context.js';
import { confirm } from '../../output/confirm.js';
import { printFormatted } from '../../output/json.js';
import { printDone } from '../../output/object.js';
import { printable } from '../../output/printable.js';

export interface TemplatesOptions {
  readonly diff?: boolean;
  readonly reset?: boolean;
}

const linesOf = (text: string | null): string[] =>
  text === null || text === '' ? [] : printable(text).trimEnd().split('\n');

const isEdit = ({ from }: SourceTemplateItem): boolean => from === 'cli' || from === 'api';
const differs = (item: SourceTemplateItem): boolean => (item.text ?? '') !== (item.pack_text ?? '');

/** Where it comes from, in words. */
function originOf(item: SourceTemplateItem): string {
  const place = {
    snapshot: 'snapshot',
    file: item.at ?? 'config file',
    cli: 'edited by CLI',
    api: 'edited by API',
    pack: 'pack of today, the snapshot has none',
    none: 'not in force',
  }[item.from];
  if (item.from === 'none') return `${place}; the pack of today has it`;
  if (item.pack_text === null) return `${place}; the pack has none`;
  return differs(item) ? `${place}; the pack of today differs` : place;
}

/** @throws object.not_found naming the nearest one */
function pick(answer: SourceTemplatesAnswer, names: readonly string[]): SourceTemplateItem[] {
  const known = answer.items.map((item) => item.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    throw new RelayError('object.not_found', `source "${answer.source}" has no template "${name}"`, {
      why: `it has: ${known.join(', ')}`,
      fix: near
        ? `did you mean "${near}"?`
        : `give it one: relay source edit ${answer.source} --template ${name}=@file`,
    });
  }
  return names.length === 0 ? answer.items : answer.items.filter((item) => names.includes(item.name));
}

function printAll(items: readonly SourceTemplateItem[], context: CliContext): void {
  const { bold, dim } = context.paint;
  const blocks = items.map((item) =>
    [`${bold(item.name)}  ${dim(originOf(item))}`, ...linesOf(item.text).map((line) => `  ${line}`)].join(
      '\n',
    ),
  );
  context.out.write(`${blocks.join('\n\n')}\n`);
}

/** For `source show`: every name and where it comes from, in full only what was written for this source. */
export function summaryLines({ source, items }: SourceTemplatesAnswer, context: CliContext): string[] {
  const inForce = items.filter(({ from }) => from !== 'none');
  const width = Math.max(0, ...inForce.map(({ name }) => name.length));
  const lines = inForce.flatMap((item) => [
    `${item.name.padEnd(width)}  ${context.paint.dim(originOf(item))}`,
    ...(item.from === 'file' || isEdit(item) ? linesOf(item.text).map((line) => `  ${line}`) : []),
  ]);
  return [...lines, `see: ${context.invokedAs} source templates ${source}`];
}

function diffOf(item: SourceTemplateItem, pack: string, context: CliContext): string {
  const { bold, red, green, dim } = context.paint;
  const brush = { '-': red, '+': green, ' ': dim };
  const lines = changedLines(diffLines(linesOf(item.text), linesOf(item.pack_text)), 2);
  return [
    bold(`--- ${item.name}  in force: ${originOf(item).split(';')[0]}`),
    bold(`+++ ${item.name}  pack ${pack} of today${item.pack_text === null ? ': none' : ''}`),
    ...lines.map(({ sign, text }) => brush[sign](`${sign}${text}`)),
  ].join('\n');
}

function printDiff(
  answer: SourceTemplatesAnswer,
  items: readonly SourceTemplateItem[],
  named: readonly string[],
  context: CliContext,
): void {
  const changed = items.filter(differs);
  if (wantsJson(context)) {
    printFormatted(context, { ...answer, items: changed });
    return;
  }
  if (context.format === 'name') {
    for (const { name } of changed) context.out.write(`${name}\n`);
    return;
  }
  if (changed.length === 0) {
    context.out.write(`same as the pack's\n`);
    return;
  }
  context.out.write(`${changed.map((item) => diffOf(item, answer.pack, context)).join('\n\n')}\n`);
  const ofFile = changed.filter((item) => item.from === 'file');
  if (ofFile.length > 0) context.hint(`of the file, and changed there: ${ofFile.map(atOf).join(', ')}`);
  if (ofFile.length < changed.length)
    hintNext(context, ['source templates', answer.source, ...named, '--reset'].join(' '));
}

const atOf = ({ name, at }: { name: string; at: string | null }): string =>
  at === null ? name : `${name} (${at})`;

function resetSentence(answer: TemplatesResetAnswer, pack: string): string {
  const parts = [
    answer.taken.length === 0 ? '' : `took from pack ${pack}: ${answer.taken.join(', ')}`,
    answer.gone.length === 0 ? '' : `gone with the pack's: ${answer.gone.join(', ')}`,
    answer.dropped.length === 0 ? '' : `edits taken away: ${answer.dropped.join(', ')}`,
  ].filter((part) => part !== '');
  return parts.length === 0
    ? `${answer.source}: nothing to take, it had the pack's already`
    : parts.join('\n');
}

async function reset(
  answer: SourceTemplatesAnswer,
  items: readonly SourceTemplateItem[],
  named: readonly string[],
  context: CliContext,
): Promise<void> {
  const { source, pack } = answer;
  const edits = items.filter(isEdit).map((item) => item.name);
  if (edits.length > 0)
    await confirm(
      context,
      `edits of source ${source}`,
      source,
      `${edits.join(', ')} will be as the pack has ${edits.length === 1 ? 'it' : 'them'} today`,
    );
  const done = await context.api.post<TemplatesResetAnswer>(
    pathTo('sources', source, 'templates', 'reset'),
    named.length === 0 ? {} : { templates: named },
  );
  printDone(context, resetSentence(done, pack), source, done);
  if (done.kept.length > 0)
    context.hint(`kept, since the config file has them: ${done.kept.map(atOf).join(', ')}`);
  hintNext(context, `source test ${source}`);
}

/** @throws object.not_found, usage.invalid, usage.confirmation_required */
export async function runSourceTemplates(
  name: string,
  templates: readonly string[],
  options: TemplatesOptions,
  context: CliContext,
): Promise<void> {
  if (options.diff && options.reset) {
    throw new RelayError('usage.invalid', '--diff and --reset exclude each other', {
      fix: 'look first with --diff, then take it with --reset',
    });
  }
  const answer = await context.api.get<SourceTemplatesAnswer>(pathTo('sources', name, 'templates'));
  const items = pick(answer, templates);
  if (options.reset) return reset(answer, items, templates, context);
  if (options.diff) return printDiff(answer, items, templates, context);
  if (wantsJson(context)) return printFormatted(context, { ...answer, items });
  if (context.format === 'name') {
    for (const item of items) context.out.write(`${item.name}\n`);
    return;
  }
  printAll(items, context);
  if (items.some(differs)) hintNext(context, ['source templates', name, ...templates, '--diff'].join(' '));
}
