// The packs when no daemon runs: those that come with Relay, and those of the config file's `packs:` when it can be read. Choosing a pack
// is done before there is anything to start.

import { RelayError } from '../../../core/errors.js';
import { suggestion } from '../../../core/nearest.js';
import type { ListAnswer, PackDetail, PackItem } from '../../../http/wire/api-types.js';
import type { Pack } from '../../../sources/pack/pack.js';
import { loadPacks } from '../../../sources/pack/pack-loader.js';
import { packDetail, packItem } from '../../../sources/pack/pack-view.js';
import { readConfigFile, requireConfigPath } from '../../config-file.js';
import type { CliContext } from '../../context.js';
import type { ListOptions } from '../../list-flags.js';

interface Found {
  readonly packs: ReadonlyMap<string, Pack>;
  /** Where those of the user are from; null when there are none. */
  readonly config: string | null;
}

async function findPacks(context: CliContext): Promise<Found> {
  try {
    const loaded = await readConfigFile(requireConfigPath(context), context);
    if (loaded.ok && loaded.config.packDirs.length > 0)
      return { packs: loadPacks(loaded.config.packDirs), config: loaded.config.path };
  } catch (error) {
    // No config file, or one with mistakes: Relay's own packs are there all the same.
    if (!(error instanceof RelayError)) throw error;
  }
  return { packs: loadPacks([]), config: null };
}

/** The packs on disk, said so on stderr. @throws error, unless it is that no daemon can be reached */
async function fromDisk<T>(
  error: unknown,
  context: CliContext,
  read: (packs: ReadonlyMap<string, Pack>) => T,
): Promise<T> {
  if (!(error instanceof RelayError) || error.code !== 'daemon.unreachable') throw error;
  const { packs, config } = await findPacks(context);
  const answer = read(packs);
  const whose = config === null ? 'the packs that come with Relay' : `the packs of Relay and of ${config}`;
  context.hint(`no daemon was asked: these are ${whose}`);
  return answer;
}

function listed(packs: ReadonlyMap<string, Pack>, options: ListOptions): ListAnswer<PackItem> {
  const wanted = options.search?.toLowerCase() ?? '';
  const by = options.sort === 'title' ? 'title' : 'slug';
  const items = [...packs.values()]
    .map((pack) => packItem(pack, []))
    .filter((item) =>
      [item.slug, item.title, item.description].some((text) => text.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => (options.desc ? -1 : 1) * a[by].localeCompare(b[by]));
  return { items, next: null };
}

export const packsFromDisk = (
  error: unknown,
  options: ListOptions,
  context: CliContext,
): Promise<ListAnswer<PackItem>> => fromDisk(error, context, (packs) => listed(packs, options));

/** @throws pack.not_found */
export const packFromDisk = (error: unknown, slug: string, context: CliContext): Promise<PackDetail> =>
  fromDisk(error, context, (packs) => {
    const pack = packs.get(slug);
    if (pack !== undefined) return packDetail(pack, []);
    throw new RelayError('pack.not_found', `there is no pack "${slug}"`, {
      why: 'no daemon runs: only packs on disk were looked at',
      fix: suggestion(slug, packs.keys()) ?? 'see: relay pack list',
    });
  });
