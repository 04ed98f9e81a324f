// relay source rejects: what a source was sent and refused, and one of these in full.

import { RelayError } from '../../../core/errors.js';
import { formatSize } from '../../../core/units.js';
import type { ListAnswer, RejectItem } from '../../../http/wire/api-types.js';
import { pathTo } from '../../client.js';
import type { CliContext } from '../../context.js';
import { type ListOptions, listQuery } from '../../list-flags.js';
import { printList } from '../../output/list.js';
import { printObject } from '../../output/object.js';
import { bodyLines } from '../../output/printable.js';
import { oneLine } from '../../output/table.js';
import { showInstant } from '../../output/time.js';

export async function runSourceRejects(
  name: string,
  options: ListOptions,
  context: CliContext,
): Promise<void> {
  const page = await context.api.get<ListAnswer<RejectItem>>(
    pathTo('sources', name, 'rejects'),
    listQuery(options, context.now()),
  );
  await printList(context, {
    ...page,
    searched: options.search,
    empty: `${name} refused nothing`,
    columns: [
      { title: 'id', kind: 'name', value: (reject) => reject.id },
      { title: 'at', kind: 'time', value: (reject) => reject.at },
      { title: 'code', value: (reject) => reject.code },
      { title: 'size', align: 'right', value: (reject) => formatSize(reject.body_bytes) },
      { title: 'reason', shrinks: true, value: (reject) => reject.reason },
      { title: 'type', wide: true, value: (reject) => reject.content_type },
    ],
  });
}

/** A search finds ids and their beginnings, and bodies that mention one. @throws object.not_found */
async function findReject(name: string, id: string, context: CliContext): Promise<RejectItem> {
  const { items } = await context.api.get<ListAnswer<RejectItem>>(pathTo('sources', name, 'rejects'), {
    search: id,
  });
  const found = items.filter((reject) => reject.id.startsWith(id.toLowerCase()));
  if (found.length === 1) return found[0] as RejectItem;
  throw new RelayError(
    'object.not_found',
    found.length === 0 ? `${name} has no reject ${id}` : `more than one reject of ${name} begins with ${id}`,
    { fix: `see: relay source rejects ${name}` },
  );
}

/** What is kept of a long one ends within: said so, so that nobody looks for the error there. */
function cutLine({ body, body_bytes: bytes }: RejectItem): string[] {
  const kept = Buffer.byteLength(body);
  return kept < bytes ? [`… the first ${formatSize(kept)} of ${formatSize(bytes)} were kept`] : [];
}

export async function runSourceReject(name: string, id: string, context: CliContext): Promise<void> {
  const reject = await findReject(name, id, context);
  printObject(context, {
    name: reject.id,
    json: reject,
    fields: [
      ['reject', reject.id],
      ['source', reject.source],
      ['at', showInstant(context, reject.at)],
      ['code', reject.code],
      ['reason', oneLine(reject.reason)],
      ['type', oneLine(reject.content_type) || 'none was named'],
      ['size', formatSize(reject.body_bytes)],
    ],
    sections: [
      {
        title: 'Body',
        lines:
          reject.body === ''
            ? ['(not kept: it was refused before it was read)']
            : [...bodyLines(reject.body), ...cutLine(reject)],
      },
    ],
  });
}
