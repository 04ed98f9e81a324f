// A table on a narrow terminal: of a URL that has no room, what is left still says where it goes.

import { describe, expect, it } from '@jest/globals';
import { layTable } from '../../src/cli/output/table.js';

const rowsAt = async (width: number): Promise<string[]> => {
  const cells = (...texts: string[]) => texts.map((text) => ({ text, painted: text }));
  const columns = [{ title: 'url', shrinks: true }, { title: 'state' }];
  const rows = [cells('https://crm.example.org/hook', 'active'), cells('http://[::1]:9000/', 'active')];
  return (await layTable(columns, rows, width, (title) => title)).slice(1);
};

describe('a URL without room', () => {
  it.each([
    [
      Number.POSITIVE_INFINITY,
      ['https://crm.example.org/hook  active', 'http://[::1]:9000/            active'],
    ],
    [28, ['crm.example.org/hook  active', 'http://[::1]:9000/    active']],
    [16, ['crm.exa…  active', '[::1]:9…  active']],
  ])('at %p columns loses its scheme first', async (width, rows) => {
    expect(await rowsAt(width)).toEqual(rows);
  });
});
