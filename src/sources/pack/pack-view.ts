// A pack as the API and `relay pack` show it. Knows nothing of who asks, so that it reads the same with and without a daemon.

import type { Pack } from './pack.js';

/** @param usedBy names of sources */
export function packItem(pack: Pack, usedBy: readonly string[]) {
  return {
    slug: pack.slug,
    title: pack.title,
    description: pack.description,
    auto_resolve: pack.autoResolve,
    acknowledges: pack.acknowledges,
    built_in: pack.builtIn,
    used_by: [...usedBy],
  };
}

/** @param usedBy names of sources */
export function packDetail(pack: Pack, usedBy: readonly string[]) {
  return {
    ...packItem(pack, usedBy),
    connect: pack.connect,
    templates: { ...pack.templates },
    variables: { ...pack.variables },
    splits: Object.keys(pack.splits),
    split: pack.split,
    verify: pack.verify.map(({ method }) => method),
    samples: pack.samples.map(({ name, text, contentType, headers }) => ({
      name,
      text,
      content_type: contentType,
      headers: { ...headers },
    })),
  };
}
