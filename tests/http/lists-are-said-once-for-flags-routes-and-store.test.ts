// What a list is sorted and selected by is one declaration: every column of it can be asked for over the API, and the command line's flags
// are the route's parameters. A parameter that a list does not have is refused, not ignored.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { buildProgram } from '../../src/cli/program.js';
import type { ApiRoute } from '../../src/http/api-route.js';
import { API_ROUTES } from '../../src/http/routes/all.js';
import { LISTS } from '../../src/model/lists.js';
import { testContext } from '../cli/context.js';
import { ask } from './kit/listener.js';
import { type Served, startServed } from './kit/served.js';

const PATHS: Readonly<Record<keyof typeof LISTS, string>> = {
  packs: '/packs',
  sources: '/sources',
  rejects: '/sources/:name/rejects',
  channels: '/channels',
  services: '/services',
  integrations: '/integrations',
  webhooks: '/webhooks',
  events: '/events',
  incidents: '/incidents',
  deliveries: '/deliveries',
  tokens: '/tokens',
};
const lists = Object.entries(PATHS) as [keyof typeof LISTS, string][];
const routeOf = (path: string): ApiRoute =>
  API_ROUTES.find((route) => route.method === 'GET' && route.path === path) as ApiRoute;
const parametersOf = (path: string): string[] =>
  Object.keys((routeOf(path).query as { properties: object }).properties).sort();

/** Flags that stand for one parameter, or belong to the terminal alone. */
const FLAG_MEANS: Readonly<Record<string, string | null>> = {
  webhook: 'destination',
  integration: 'destination',
  follow: null,
};

async function flagsOf(noun: string, verb: string): Promise<string[]> {
  const program: Command = await buildProgram(testContext(), noun);
  const command = program.commands[0]?.commands.find((each) => each.name() === verb) as Command;
  const names = command.options.map((option) => option.name());
  return [...new Set(names.map((name) => (name in FLAG_MEANS ? FLAG_MEANS[name] : name)))].filter(
    (name): name is string => name !== null,
  ) as string[];
}

let served: Served;
beforeAll(async () => {
  served = await startServed();
});
afterAll(() => served.close());

describe.each(lists)('the list of %s', (name, path) => {
  const url = `/api/v1${path.replace(':name', 'generic')}`;

  it('is sorted by every column it says, and the document says the same', async () => {
    const { sort } = (routeOf(path).query as { properties: { sort: { enum: string[] } } }).properties;
    expect(sort.enum).toEqual(LISTS[name].sort);
    for (const column of sort.enum)
      expect([column, (await ask(served.at, 'GET', `${url}?sort=${column}`)).status]).toEqual([column, 200]);
  });

  it('refuses a column it does not have, with those it has', async () => {
    const { status, json } = await ask(served.at, 'GET', `${url}?sort=colour`);
    expect([status, json.error.code]).toEqual([400, 'usage.invalid']);
    expect(json.error.fix).toBe(`one of: ${LISTS[name].sort.join(', ')}`);
  });

  it('takes since and until only where its rows have a time', async () => {
    const { status, json } = await ask(served.at, 'GET', `${url}?since=2h`);
    if ('time' in LISTS[name]) expect(status).toBe(200);
    else expect([status, json.error.message]).toEqual([400, 'unknown parameter "since"']);
  });

  it('has the same flags on the command line', async () => {
    const [noun, verb] =
      name === 'rejects' ? ['source', 'rejects'] : [name.replace(/ies$/, 'y').replace(/s$/, ''), 'list'];
    expect((await flagsOf(noun as string, verb as string)).sort()).toEqual(parametersOf(path));
  });
});

describe.each(['deliveries', 'events', 'incidents'] as const)('the export of %s', (name) => {
  it('selects by what its list does', async () => {
    const noun = name.replace(/ies$/, 'y').replace(/s$/, '');
    const own = ['attempts', 'details'];
    const inExport = (await flagsOf(noun, 'export')).filter((flag) => !own.includes(flag)).sort();
    const inList = await flagsOf(noun, 'list');
    expect(inExport).toEqual(inList.filter((flag) => !['sort', 'desc', 'limit'].includes(flag)).sort());
  });
});
