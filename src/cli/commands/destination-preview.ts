// `integration preview` and `webhook preview`: the exact request for an event, not sent.

import { RelayError } from '../../core/errors.js';
import type { RequestPreview, WebhookItem } from '../../http/wire/api-types.js';
import { pathTo } from '../client.js';
import { addVerb, type RelayCommand } from '../command.js';
import { type CliContext, hintNext } from '../context.js';
import { printJson, printJsonLine } from '../output/json.js';
import { printable } from '../output/printable.js';
import { oneLine } from '../output/table.js';
import type { DestinationNoun } from './destination-noun.js';
import { warnUnverified } from './destination-screen.js';

export interface PreviewOptions {
  readonly event?: string;
  readonly type?: string;
}

/** As it goes over the wire, but for what is masked: request line, headers, an empty line, the body. */
function requestLines(preview: RequestPreview, context: CliContext): string[] {
  const { bold, dim } = context.paint;
  const what = preview.event === null ? 'an example of ' : `${preview.event}  `;
  return [
    `${bold(preview.destination)}  ${dim(`${what}${preview.event_type}`)}`,
    oneLine(`${preview.method} ${preview.url}`),
    ...Object.entries(preview.headers).map(([name, value]) => oneLine(`${name}: ${value}`)),
    '',
    printable(preview.body).trimEnd(),
  ];
}

/** A webhook is asked URL by URL: method and address differ. */
async function ask(
  noun: DestinationNoun,
  name: string,
  options: PreviewOptions,
  context: CliContext,
): Promise<RequestPreview[]> {
  const path = pathTo(`${noun}s`, name, 'preview');
  if (noun === 'integration') return [await context.api.post<RequestPreview>(path, options)];
  const webhook = await context.api.get<WebhookItem>(pathTo('webhooks', name));
  warnUnverified(webhook, context);
  const previews: RequestPreview[] = [];
  for (const { ref } of webhook.urls)
    previews.push(await context.api.post<RequestPreview>(path, { ...options, ref }));
  return previews;
}

/** @throws usage.invalid, object.not_found, object.invalid when the kind cannot say such an event */
async function runPreview(
  noun: DestinationNoun,
  name: string,
  options: PreviewOptions,
  context: CliContext,
): Promise<void> {
  if (options.event !== undefined && options.type !== undefined) {
    throw new RelayError('usage.invalid', '--event and --type exclude each other', {
      why: 'a stored event has its type',
      fix: 'take one of them',
    });
  }
  const { event, type } = options;
  const previews = await ask(
    noun,
    name,
    { ...(event === undefined ? {} : { event }), ...(type === undefined ? {} : { type }) },
    context,
  );
  if (context.format === 'json') return void printJson(context, { items: previews, next: null });
  if (context.format === 'jsonl') {
    for (const preview of previews) printJsonLine(context, preview);
    return;
  }
  if (context.format === 'name') {
    for (const preview of previews) context.out.write(`${preview.destination}\n`);
    return;
  }
  const blocks = previews.map((preview) => requestLines(preview, context).join('\n'));
  context.out.write(`${blocks.join('\n\n')}\n`);
  context.hint('nothing was sent; secrets are masked');
  hintNext(context, `${noun} test ${name}`);
}

export function addPreviewVerb(
  command: RelayCommand,
  noun: DestinationNoun,
  example: string,
  context: CliContext,
): void {
  addVerb(command, 'preview <name>', {
    summary: 'Print the exact request for an event without sending it',
    about:
      'Made by the same code that sends: method, URL, headers with the signature, body. Without --event it is an example.',
    examples: [
      `relay ${noun} preview ${example}`,
      `relay ${noun} preview ${example} --type incident.resolved`,
      `relay ${noun} preview ${example} --event evt_01h8z6 --json`,
    ],
    seeAlso: [`relay ${noun} test: sends one`, 'relay event list: ids of stored events'],
  })
    .option('--event <id>', 'a stored event')
    .option('--type <type>', 'the example of this event type (default: incident.triggered)')
    .action((name: string, options: PreviewOptions) => runPreview(noun, name, options, context));
}
