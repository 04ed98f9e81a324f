// relay pack show: how a kind of source is connected, what its templates are; or one of its samples as it is sent.

import { RelayError } from '../../../core/errors.js';
import { nearestName } from '../../../core/nearest.js';
import type { PackDetail } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import { type CliContext, hintNext, wantsJson } from '../../context.js';
import { printFormatted } from '../../output/json.js';
import { printObject } from '../../output/object.js';

/** @throws usage.invalid naming the nearest sample */
function printSample(pack: PackDetail, wanted: string, context: CliContext): void {
  const sample = pack.samples.find((each) => each.name === wanted);
  if (sample === undefined) {
    const names = pack.samples.map((each) => each.name);
    const near = nearestName(wanted, names);
    throw new RelayError('usage.invalid', `the pack ${pack.slug} has no sample ${wanted}`, {
      why: `its samples: ${names.join(', ')}`,
      ...(near ? { fix: `did you mean --sample ${near}?` } : {}),
    });
  }
  if (wantsJson(context)) {
    printFormatted(context, sample);
    return;
  }
  context.out.write(sample.text.endsWith('\n') ? sample.text : `${sample.text}\n`);
  context.hint(`sent as ${sample.content_type}`);
  for (const [name, value] of Object.entries(sample.headers))
    context.hint(`with the header ${name}: ${value}`);
}

const textBlocks = (texts: Readonly<Record<string, string>>): string[] =>
  Object.entries(texts).flatMap(([name, text]) => {
    const lines = text.trimEnd().split('\n');
    return lines.length === 1 ? [`${name}: ${lines[0]}`] : [`${name}:`, ...lines.map((line) => `  ${line}`)];
  });

function signatureOf({ verify }: PackDetail): string {
  if (verify.length > 0 && verify.every((method) => method === 'sns')) return 'checked (sns)';
  if (verify.length === 0) return 'not checked; the key in the URL is what protects it';
  return `checked once the source has a secret (${verify.join(', ')})`;
}

/** The connect text of a pack has no URL yet: what stands for it is said once, above. */
function connectLines(pack: PackDetail): string[] {
  const explained = /\{\{\s*url\s*\}\}/.test(pack.connect)
    ? [
        '({{ url }} is the Integration URL: relay source add makes it, relay source show fills it in here)',
        '',
      ]
    : [];
  return [...explained, ...pack.connect.trimEnd().split('\n')];
}

/** @throws pack.not_found, usage.invalid */
export async function runPackShow(
  slug: string,
  options: { readonly sample?: string },
  context: CliContext,
): Promise<void> {
  const pack = await context.api
    .get<PackDetail>(pathTo('packs', slug))
    .catch(async (error: unknown) =>
      (await import('./without-daemon.js')).packFromDisk(error, slug, context),
    );
  if (options.sample !== undefined) return printSample(pack, options.sample, context);
  const splits = pack.splits.map((name) => (name === pack.split ? `${name} (unless told otherwise)` : name));
  printObject(context, {
    name: pack.slug,
    json: pack,
    fields: [
      ['pack', pack.slug],
      ['title', pack.title],
      ['description', pack.description],
      ['resolves', pack.auto_resolve ? 'by itself, when the condition is gone' : 'by hand'],
      ['acknowledges', pack.acknowledges ? 'when the tool says so' : null],
      ['signature', signatureOf(pack)],
      ['splits', splits.join(', ')],
      ['samples', pack.samples.map((sample) => sample.name).join(', ')],
      ['used by', pack.used_by.join(', ') || 'no source yet'],
      ['from', pack.built_in ? 'Relay' : 'your folder'],
    ],
    sections: [
      { title: 'How to connect', lines: connectLines(pack) },
      { title: 'Variables', lines: textBlocks(pack.variables) },
      { title: 'Templates', lines: textBlocks(pack.templates) },
    ],
  });
  const [first] = pack.samples;
  hintNext(
    context,
    `source add ${pack.slug} ${pack.slug}-prod`,
    ...(first ? [`pack show ${pack.slug} --sample ${first.name}`] : []),
  );
}
