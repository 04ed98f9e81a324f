import { describe, expect, it } from '@jest/globals';
import { checkPack } from '../../src/sources/pack/pack-check.js';
import { loadPacks } from '../../src/sources/pack/pack-loader.js';

const packs = [...loadPacks([]).values()];

describe('the packs that come with Relay', () => {
  it.each(packs.map((pack) => [pack.slug, pack] as const))(
    '%s does what its expected.yaml says',
    (_, pack) => {
      expect(checkPack(pack)).toMatchObject({ problems: [] });
    },
  );
});
