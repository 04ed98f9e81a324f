import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ListAnswer, SourceItem } from '../../src/http/wire/api-types.js';
import { ask, type Running, startSocket } from './kit/listener.js';
import { makeRuntime, makeSource } from './kit/runtime.js';

const names = ['delta', 'alpha', 'echo', 'charlie', 'bravo'];
const runtime = makeRuntime(
  { sources: names.map((name) => makeSource(name, { pack: name === 'echo' ? 'datadog' : 'generic' })) },
  {
    store: {
      sourceActivity: async () =>
        new Map(names.map((name, index) => [name, { lastHeardAt: null, alerts: index % 2 }])),
      rejectCounts: async () => new Map(),
    },
  },
);
let server: Running;
beforeAll(async () => {
  server = await startSocket(runtime);
});
afterAll(() => server.close());

async function list(query: string): Promise<ListAnswer<SourceItem>> {
  const answer = await ask(server.at, 'GET', `/api/v1/sources?${query}`);
  expect(answer.status).toBe(200);
  return answer.json;
}
const namesOf = (page: ListAnswer<SourceItem>) => page.items.map((item) => item.name);

async function allPages(query: string): Promise<string[][]> {
  const pages: string[][] = [];
  let after = '';
  do {
    const page = await list(`${query}${after}`);
    pages.push(namesOf(page));
    after = page.next === null ? '' : `&after=${encodeURIComponent(page.next)}`;
  } while (after !== '');
  return pages;
}

describe('a list of objects', () => {
  it('is sorted by name, or by a column, up or down, equal ones by name', async () => {
    expect(namesOf(await list(''))).toEqual(['alpha', 'bravo', 'charlie', 'delta', 'echo']);
    expect(namesOf(await list('desc=true'))).toEqual(['echo', 'delta', 'charlie', 'bravo', 'alpha']);
    expect(namesOf(await list('sort=alerts_24h&desc=true'))).toEqual([
      'charlie',
      'alpha',
      'echo',
      'delta',
      'bravo',
    ]);
  });

  it('is searched in every shown column, whatever the case', async () => {
    expect(namesOf(await list('search=DATADOG'))).toEqual(['echo']);
    expect(namesOf(await list('search=nothing'))).toEqual([]);
  });

  it.each(['limit=2', 'limit=2&desc=true', 'limit=2&sort=alerts_24h', 'limit=2&sort=alerts_24h&desc=true'])(
    'comes in pages that together are the whole list: %s',
    async (query) => {
      const pages = await allPages(query);
      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(namesOf(await list(query.replace('limit=2', 'limit=100'))));
    },
  );

  it('keeps its place when an object before it is added', async () => {
    const first = await list('limit=2');
    runtime.world.sources.push(makeSource('aardvark'));
    const second = await list(`limit=2&after=${first.next}`);
    runtime.world.sources.pop();
    expect([namesOf(first), namesOf(second)]).toEqual([
      ['alpha', 'bravo'],
      ['charlie', 'delta'],
    ]);
  });

  it.each([
    ['an unknown column', 'sort=nmae', 400, 'usage.invalid', 'did you mean "name"?'],
    ['an unknown parameter', 'serach=x', 400, 'usage.invalid', 'did you mean "search"?'],
    ['a limit of zero', 'limit=0', 400, 'usage.invalid', undefined],
    ['a limit over the largest', 'limit=1001', 400, 'usage.invalid', undefined],
    ['a limit that is no number', 'limit=many', 400, 'usage.invalid', undefined],
  ])('refuses %s', async (_what, query, status, code, fix) => {
    const answer = await ask(server.at, 'GET', `/api/v1/sources?${query}`);
    expect([answer.status, answer.json.error.code, answer.json.error.fix]).toEqual([status, code, fix]);
  });

  it('refuses a cursor that is not its own: damaged, or of another order', async () => {
    const { next } = await list('limit=2');
    for (const query of ['after=xyz', `after=${next}&desc=true`, `after=${next}&sort=pack`]) {
      const answer = await ask(server.at, 'GET', `/api/v1/sources?${query}`);
      expect([answer.status, answer.json.error.code]).toEqual([400, 'usage.invalid_cursor']);
    }
  });
});
