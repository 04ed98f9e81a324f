// relay source test: what a payload becomes, without storing it; or with --send posted through the real Integration URL.

import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { RelayError } from '../../../core/errors.js';
import { nearestName } from '../../../core/nearest.js';
import type { PackDetail, SourceDetail, SourcePreview } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext, wantsJson } from '../../context.js';
import { printFormatted } from '../../output/json.js';
import { printList } from '../../output/list.js';
import { postPayload, type TestPayload } from './post.js';
import { previewLines } from './preview-screen.js';

export interface SourceTestOptions {
  readonly send?: boolean;
  readonly sample?: string;
  readonly payload?: string;
  readonly contentType?: string;
  /** Each as `Name: value`. */
  readonly header?: readonly string[];
}

/** What packs call the sample that opens an incident: the one to try first. */
const OPENING = ['triggered', 'firing', 'alerting'];
/** What they call those that do not; a pack's example comes first, but not every pack names one. */
const NOT_OPENING = /^(resolv|recover|ok\b|clos|ack|test|ping|up\b)/;

const TYPES: Readonly<Record<string, string>> = {
  '.form': 'application/x-www-form-urlencoded',
  '.txt': 'text/plain',
};

/** The sample asked for; else one that opens an incident, else the pack's first. @throws usage.invalid */
function chooseSample(pack: PackDetail, wanted: string | undefined): TestPayload {
  const names = pack.samples.map((sample) => sample.name);
  const [first] = pack.samples;
  const opening =
    first === undefined || NOT_OPENING.test(first.name)
      ? pack.samples.find((each) => OPENING.includes(each.name))
      : first;
  const sample =
    wanted === undefined ? (opening ?? first) : pack.samples.find((each) => each.name === wanted);
  if (sample) {
    const { name, text, content_type: contentType, headers } = sample;
    return { sample: name, text, contentType, headers };
  }
  if (wanted === undefined) {
    throw new RelayError('usage.invalid', `the pack ${pack.slug} has no samples`, {
      fix: 'give a payload of your own: --payload alert.json',
    });
  }
  const known = nearestName(wanted, names);
  throw new RelayError('usage.invalid', `the pack ${pack.slug} has no sample ${wanted}`, {
    why: `its samples: ${names.join(', ')}`,
    ...(known ? { fix: `did you mean --sample ${known}?` } : {}),
  });
}

async function readPayload(file: string, context: CliContext): Promise<string> {
  if (file === '-') return readStream(context.stdin);
  try {
    return readFileSync(resolve(context.cwd, file), 'utf8');
  } catch (cause) {
    throw new RelayError('usage.invalid', `the payload ${file} cannot be read`, {
      why: (cause as Error).message,
      cause,
    });
  }
}

/** `X-GitHub-Event: push` → its name in lower case, and its value. @throws usage.invalid */
function readHeaders(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((header) => {
      const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(header) ?? [];
      if (name !== undefined && value !== undefined) return [name.toLowerCase(), value];
      throw new RelayError('usage.invalid', `--header ${header} is not "Name: value"`, {
        fix: "for example: --header 'X-GitHub-Event: push'",
      });
    }),
  );
}

async function choosePayload(
  pack: string,
  options: SourceTestOptions,
  context: CliContext,
): Promise<TestPayload> {
  const headers = readHeaders(options.header);
  if (options.payload === undefined) {
    const sample = chooseSample(await context.api.get<PackDetail>(pathTo('packs', pack)), options.sample);
    const contentType = options.contentType ?? sample.contentType;
    return { ...sample, contentType, headers: { ...sample.headers, ...headers } };
  }
  if (options.sample !== undefined) {
    throw new RelayError('usage.invalid', '--sample and --payload exclude each other', {
      fix: 'take one of them',
    });
  }
  const text = await readPayload(options.payload, context);
  const contentType = options.contentType ?? TYPES[extname(options.payload)] ?? 'application/json';
  return { sample: null, text, contentType, headers };
}

function printPreview(name: string, preview: SourcePreview, context: CliContext): void {
  if (wantsJson(context)) {
    printFormatted(context, preview);
    return;
  }
  const count = preview.alerts.length;
  const lines = preview.alerts.flatMap((alert, index) => [
    ...(index > 0 ? [''] : []),
    ...previewLines(alert, index + 1, count, context),
  ]);
  context.out.write(`${lines.join('\n')}\n`);
  context.hint('nothing was stored and nobody was told');
  const sample = preview.sample === null ? '--payload …' : `--sample ${preview.sample}`;
  hintNext(context, `source test ${name} --send ${sample}`);
}

async function send(source: SourceDetail, payload: TestPayload, context: CliContext): Promise<void> {
  const answer = await postPayload(source, payload, context);
  if (wantsJson(context)) {
    printFormatted(context, answer);
    return;
  }
  const what = payload.sample === null ? 'the payload' : `the sample ${payload.sample}`;
  context.hint(`posted ${what} to ${source.name}: accepted`);
  await printList(context, {
    items: answer.alerts,
    next: null,
    empty: 'the payload held no alerts',
    columns: [
      { title: 'alert', kind: 'name', value: (alert) => alert.id },
      { title: 'result', value: (alert) => (alert.duplicate ? 'duplicate' : alert.result.replace('_', ' ')) },
      { title: 'incident', value: (alert) => alert.incident },
    ],
  });
  const incident = answer.alerts.find((alert) => alert.incident !== null)?.incident;
  if (incident) hintNext(context, `incident show ${incident}`, `delivery list --search ${incident}`);
}

/** @throws object.not_found, usage.invalid, and with --send whatever the Integration URL answers */
export async function runSourceTest(
  name: string,
  options: SourceTestOptions,
  context: CliContext,
): Promise<void> {
  const source = await context.api.get<SourceDetail>(pathTo('sources', name));
  const payload = await choosePayload(source.pack, options, context);
  if (options.send) return send(source, payload, context);
  const preview = await context.api.post<SourcePreview>(pathTo('sources', name, 'preview'), {
    text: payload.text,
    content_type: payload.contentType,
    headers: payload.headers,
  });
  printPreview(name, { ...preview, sample: payload.sample }, context);
}
