import { afterEach, describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import type { ApiClient } from '../../src/cli/client.js';
import { runPackList } from '../../src/cli/commands/pack.js';
import { runSourceList } from '../../src/cli/commands/source/read.js';
import type { CliContext } from '../../src/cli/context.js';
import type { SourceItem } from '../../src/http/wire/api-types.js';
import { testContext } from './context.js';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

const source = (change: Partial<SourceItem>): SourceItem => ({
  name: 'datadog-prod',
  pack: 'datadog',
  service: 'payments-api',
  channel: 'ops',
  split: null,
  origin: 'file',
  state: 'active',
  last_heard_at: '2026-03-01T11:57:00.000Z',
  alerts_24h: 1204,
  rejects_24h: 0,
  wrong_keys: null,
  heartbeat: null,
  maintenance: null,
  ...change,
});
const PAGE = {
  items: [
    source({ rejects_24h: 3 }),
    source({ name: '監視', service: null, state: 'paused', last_heard_at: null, alerts_24h: 0 }),
  ],
  next: 'Y3Vyc29y',
};

const print = async (change: Partial<CliContext>, page: unknown = PAGE) => {
  const api = { get: async () => page } as unknown as ApiClient;
  const context = testContext({ api, ...change });
  await runSourceList({}, context);
  return context.printed;
};

let daemon: FakeDaemon | undefined;
afterEach(async () => {
  await daemon?.remove();
  daemon = undefined;
});

describe('a list', () => {
  it('is a table aligned by display width, with times as people say them on a terminal', async () => {
    const { out, err } = await print({ isTTY: true, width: 100 });
    expect(out).toBe(
      `name          pack     channel  service       state   last heard  alerts 24h  rejects 24h
datadog-prod  datadog  ops      payments-api  active  3m ago            1204            3
監視          datadog  ops      -             paused  -                    0            0
`,
    );
    expect(err).toBe('more: add --after Y3Vyc29y\n');
  });

  it('is never cut when piped, and says instants in ISO 8601', async () => {
    const long = source({ name: 'a'.repeat(200) });
    const { out } = await print({}, { items: [long], next: null });
    expect(out).toContain('a'.repeat(200));
    expect(out).toContain('2026-03-01T11:57:00.000Z');
  });

  it.each([60, 80])(
    'is cut with … to the %i columns of a terminal, only where a column may shrink',
    async (width) => {
      const pack = {
        slug: 'datadog',
        title: 'Datadog',
        description: '監視 '.repeat(40),
        used_by: ['a', 'b'],
      };
      const api = { get: async () => ({ items: [pack], next: null }) } as unknown as ApiClient;
      const context = testContext({ api, isTTY: true, width });
      await runPackList({}, context);
      const [, row] = context.printed.out.split('\n') as [string, string];
      expect(row).toMatch(/^datadog {2}Datadog .*… {2}by hand {2}/);
      expect(stringWidth(row)).toBeLessThanOrEqual(width);
      const wide = testContext({ api, isTTY: true, width, format: 'wide' });
      await runPackList({}, wide);
      expect(wide.printed.out).not.toContain('…');
    },
  );

  it('has every column with -o wide', async () => {
    const { out } = await print({ format: 'wide' });
    expect(out.split('\n')[0]).toMatch(/ split {2}wrong keys {2}origin$/);
  });

  it('keeps what comes from outside on one line, without control characters', async () => {
    const { out } = await print(
      {},
      { items: [source({ service: 'a\nb\u001b[31mc\u202ed\u2066' })], next: null },
    );
    expect(out.split('\n')).toHaveLength(3);
    expect(out).not.toContain('\u001b');
    expect(out).not.toMatch(/[\u202e\u2066]/);
  });

  it('says on stderr what to do when there is nothing', async () => {
    const { out, err } = await print({}, { items: [], next: null });
    expect(out).toBe('');
    expect(err).toBe('no sources\nnext: relay source add generic my-source\n');
  });

  it('does not say that there are none when only the search found none', async () => {
    daemon = await startFakeDaemon({ 'GET /sources': { items: [], next: null } });
    const { code, stdout, stderr } = await daemon.relay(['source', 'list', '--search', 'zzz']);
    expect([code, stdout, stderr]).toEqual([0, '', 'nothing matches "zzz"\n']);
  });

  it('is JSON, JSON lines or names for programs', async () => {
    daemon = await startFakeDaemon({ 'GET /sources': PAGE });
    const json = await daemon.relay(['source', 'list', '--json']);
    expect(JSON.parse(json.stdout)).toEqual(PAGE);
    const jsonl = await daemon.relay(['source', 'ls', '-o', 'jsonl']);
    expect(
      jsonl.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(PAGE.items);
    const names = await daemon.relay(['source', 'ls', '-o', 'name', '--quiet']);
    expect(names).toEqual({ code: 0, stdout: 'datadog-prod\n監視\n', stderr: '' });
  });

  it('passes sort, search, limit and cursor on, and who asks', async () => {
    daemon = await startFakeDaemon({ 'GET /sources': PAGE });
    await daemon.relay('source list --sort pack --desc --search data --limit 2 --after abc'.split(' '));
    expect(Object.fromEntries(daemon.asked[0]?.query ?? [])).toEqual({
      sort: 'pack',
      desc: 'true',
      search: 'data',
      limit: '2',
      after: 'abc',
    });
    expect(daemon.asked[0]?.headers['x-relay-actor']).toMatch(/\S/);
  });
});

describe('the state of a source in a list', () => {
  const maintenance = {
    source: 'a',
    mode: 'silence',
    started_at: '2026-05-01T00:00:00.000Z',
    until: null,
    by: 'cli:dana',
  } as const;
  const missed = { every: '10m', state: 'missed' } as const;

  it.each([
    ['paused', source({ state: 'paused', maintenance, heartbeat: missed })],
    ['silence', source({ maintenance, heartbeat: missed })],
    ['missed', source({ heartbeat: missed })],
    ['active', source({ heartbeat: { every: '10m', state: 'waiting' } })],
  ])('is %s: what matters most', async (state, item) => {
    const { out } = await print({}, { items: [item], next: null });
    expect(out.split('\n')[1]).toContain(` ${state} `);
  });
});
