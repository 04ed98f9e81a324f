// `incident export`: JSON lines, oldest first, selected as the list is; whole stories with --details, in small pages; resumable.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Asked, type CannedApi, cannedApi } from './kit/canned-api.js';
import { ago, run } from './kit/run.js';
import { INCIDENT, INCIDENT_DETAIL, MINUTE } from './kit/samples.js';

let api: CannedApi;
beforeEach(async () => {
  api = await cannedApi();
});
afterEach(() => api.close());

/** So many incidents, in pages as large as is asked for; the cursor is the number of the next row. */
const pages = (total: number) => (asked: Asked) => {
  const from = Number(asked.query.after ?? 0);
  const to = Math.min(total, from + Number(asked.query.limit));
  const items = Array.from({ length: to - from }, (_, index) => ({ ...INCIDENT, id: `inc_${from + index}` }));
  return { items, next: to < total ? String(to) : null };
};
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; deliveries?: unknown });

describe('relay incident export', () => {
  it('writes every page, oldest first, selected by what the list is selected by', async () => {
    api.answer('GET /incidents', pages(1_500));
    const flags = ['--open', '--status', 'triggered', '--source', 'a', '--service', 'b', '--search', 'cpu'];
    const ran = await run(api.socket, ['incident', 'export', ...flags, '--since', '10m']);
    expect(linesOf(ran.stdout).map(({ id }) => id)).toEqual(
      Array.from({ length: 1_500 }, (_, index) => `inc_${index}`),
    );
    expect([ran.code, ran.stderr]).toEqual([0, '1500 incidents exported\n']);
    expect(api.asked.map(({ query }) => query.after)).toEqual([undefined, '1000']);
    expect(api.asked[0]?.query).toEqual({
      open: 'true',
      status: 'triggered',
      source: 'a',
      service: 'b',
      search: 'cpu',
      since: ago(10 * MINUTE),
      sort: 'opened_at',
      desc: 'false',
      limit: '1000',
    });
  });

  it('writes whole stories with --details, a few of them at a time', async () => {
    const total = 25;
    api.answer('GET /incidents', pages(total));
    for (let index = 0; index < total; index++)
      api.answer(`GET /incidents/inc_${index}`, { ...INCIDENT_DETAIL, id: `inc_${index}` });
    api.answer('GET /deliveries', (asked: Asked) => ({
      items: [{ id: `of ${asked.query.incident}` }],
      next: null,
    }));
    const ran = await run(api.socket, ['incident', 'export', '--details']);
    const lines = linesOf(ran.stdout);
    expect(lines).toHaveLength(total);
    expect(lines[24]).toEqual({ ...INCIDENT_DETAIL, id: 'inc_24', deliveries: [{ id: 'of inc_24' }] });
    const asked = api.asked.filter(({ path }) => path === '/incidents');
    expect(asked.map(({ query }) => [query.limit, query.after])).toEqual([
      ['20', undefined],
      ['20', '20'],
    ]);
  });

  it('goes on after what an earlier export wrote, and says when a name is mistyped', async () => {
    api.answer('GET /incidents', pages(3));
    const rest = await run(api.socket, ['incident', 'export', '--after', '2']);
    expect([linesOf(rest.stdout).map(({ id }) => id), rest.stderr]).toEqual([
      ['inc_2'],
      '1 incident exported\n',
    ]);
    api.answer('GET /incidents', { items: [], next: null });
    const none = await run(api.socket, ['incident', 'export', '--source', 'datadgo']);
    expect([none.code, none.stdout]).toEqual([5, '']);
    expect(api.asked.at(-1)?.path).toBe('/sources/datadgo');
  });
});
