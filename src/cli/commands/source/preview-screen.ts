// The screen of `source test`: what an alert becomes, what failed, and what every kind of destination would show. Pure.

import type { KindViewItem, PreviewedAlert } from '../../../http/wire/api-types.js';
import type { CliContext } from '../../context.js';
import { alignFields } from '../../output/object.js';
import { printable } from '../../output/printable.js';
import { oneLine } from '../../output/table.js';

type Look = Pick<CliContext, 'paint'>;

const SMS_CHARACTERS = 160;

/** What would happen with it now, in words. */
export function describeWould({ would, signal }: PreviewedAlert): string {
  const incident = would.incident === 'inc_new' ? 'the incident opened just before' : would.incident;
  switch (would.result) {
    case 'opened':
      return would.silent
        ? 'open an incident that nobody is told of: the source is under maintenance'
        : 'open an incident';
    case 'repeated':
      return `be counted on the open incident ${incident}; nobody is told again`;
    case 'escalated':
      return `raise the open incident ${incident}: it is worse than what was known`;
    case 'acknowledged':
      return `acknowledge the open incident ${incident}`;
    case 'resolved':
      return `resolve the open incident ${incident}`;
    case 'nothing_open':
      return `change nothing: no incident of this group is open to ${signal}`;
    case 'collected':
      return signal === 'resolve'
        ? 'be noted where it is collected: its group is quiet, the incident stays open until the maintenance ends'
        : 'be collected silently: the source is under maintenance';
    case 'ignored':
      return 'be kept and ignored: it is no alert';
  }
}

const labelLines = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => oneLine(`${key}=${value}`))
    .join('\n');

function failedLines(alert: PreviewedAlert, look: Look): string[] {
  const { bold, red } = look.paint;
  if (alert.failed_templates.length === 0) return [];
  return [
    '',
    bold(red('templates that failed')),
    ...alert.failed_templates.flatMap(({ template, error, instead }) => [
      `  ${template}: ${oneLine(error)}`,
      `  ${' '.repeat(template.length)}  in its place: ${oneLine(instead)}`,
    ]),
  ];
}

function viewLines(kind: string, view: KindViewItem): string[] {
  if (kind === 'sms') return [printable(view.title)];
  const subject = kind === 'email' ? `Subject: ${view.title}` : view.title;
  const message = view.message === '' ? [] : printable(view.message).split('\n');
  const image = view.image_url === null ? [] : [`image: ${view.image_url}`];
  return [printable(subject), ...message, ...image, ...(view.url === null ? [] : [view.url])];
}

/** Kinds that show the very same stand together. */
function kindBlocks(kinds: Readonly<Record<string, KindViewItem>>): { names: string[]; lines: string[] }[] {
  const blocks: { names: string[]; lines: string[] }[] = [];
  for (const [kind, view] of Object.entries(kinds)) {
    const lines = viewLines(kind, view);
    const same = blocks.find((block) => block.lines.join('\n') === lines.join('\n'));
    if (same && kind !== 'sms') same.names.push(kind);
    else blocks.push({ names: [kind], lines });
  }
  return blocks;
}

function kindLines(kinds: PreviewedAlert['kinds'], look: Look): string[] {
  if (kinds === null) return [];
  return kindBlocks(kinds).flatMap(({ names, lines }) => {
    const count =
      names[0] === 'sms' ? `  ${[...(lines[0] ?? '')].length} of ${SMS_CHARACTERS} characters` : '';
    return [
      '',
      `${look.paint.bold(names.join(', '))}${look.paint.dim(count)}`,
      ...lines.map((line) => (line === '' ? '' : `  ${line}`)),
    ];
  });
}

/** @param of how many alerts the payload held, and which one this is */
export function previewLines(alert: PreviewedAlert, number: number, of: number, look: Look): string[] {
  const head = of > 1 ? [look.paint.bold(`alert ${number} of ${of}`)] : [];
  return [
    ...head,
    ...alignFields(look, [
      ['title', look.paint.bold(oneLine(alert.title))],
      ['message', printable(alert.message)],
      ['signal', alert.signal],
      ['would', describeWould(alert)],
      ['group', oneLine(alert.grouping_id)],
      ['severity', alert.severity ?? '-'],
      ['priority', alert.priority ?? '-'],
      ['link', alert.link === null ? null : oneLine(alert.link)],
      ['image', alert.image_url === null ? null : oneLine(alert.image_url)],
      ['labels', labelLines(alert.labels)],
      ['members', alert.members > 0 ? alert.members : null],
    ]),
    ...failedLines(alert, look),
    ...kindLines(alert.kinds, look),
  ];
}
