// The nouns by what one is about to do, in the order of the overview. Names alone: where the commands of each are is in nouns.ts.

export const NOUN_GROUPS = [
  ['RUN', ['serve', 'init', 'status', 'doctor', 'version']],
  ['CONFIGURE', ['config', 'pack', 'source', 'channel', 'integration', 'webhook', 'service']],
  ['OPERATE', ['tail', 'event', 'incident', 'delivery', 'listen', 'db']],
  ['ACCESS', ['token']],
  ['OTHER', ['completion', 'help']],
] as const;

export type NounName = (typeof NOUN_GROUPS)[number][1][number];

export const NOUN_NAMES: readonly NounName[] = NOUN_GROUPS.flatMap(([, names]) => names);
