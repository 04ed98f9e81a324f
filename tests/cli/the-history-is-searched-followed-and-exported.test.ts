// `delivery list` with its filters, what it says when a search ends in part, `--follow`, and exports: whole, resumable, no faster than read.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/cli/client.js';
import { runExport } from '../../src/cli/commands/export.js';
import type { DeliveryItem, EventItem, TailLine } from '../../src/http/wire/api-types.js';
import { type Asked, type CannedApi, cannedApi } from '../cli-operate/kit/canned-api.js';
import { ago, run } from '../cli-operate/kit/run.js';
import { DELIVERED, DELIVERY, INCIDENT_DETAIL, MINUTE } from '../cli-operate/kit/samples.js';
import { testContext } from './context.js';

const EMPTY = { items: [], next: null };
const attempt = (change: Partial<Extract<TailLine, { kind: 'attempt' }>>): TailLine => ({
  kind: 'attempt',
  delivery: 'dlv_9',
  destination: 'webhook/crm',
  url: 'https://crm.example.org/hook',
  event: 'evt_1',
  event_type: 'incident.triggered',
  incident: 'inc_1',
  outcome: 'retry',
  state: 'pending',
  result: '503',
  duration_ms: 34,
  at: ago(0),
  ...change,
});
let api: CannedApi;
beforeEach(async () => {
  api = await cannedApi();
});
afterEach(() => api.close());

/** Writes the lines and ends. */
const stream =
  (lines: readonly TailLine[]) =>
  (_asked: Asked, response: ServerResponse): undefined => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  };

/** A list of so many rows, in pages of `size`, whose cursor is the number of the next row. */
const pages = (total: number, size: number) => (asked: Asked) => {
  const from = Number(asked.query.after ?? 0);
  const to = Math.min(total, from + size);
  const items = Array.from({ length: to - from }, (_, index) => ({ ...DELIVERY, id: `dlv_${from + index}` }));
  return { items, next: to < total ? String(to) : null };
};

describe('relay delivery list', () => {
  it('asks for results and bodies, in the words of the API', async () => {
    api.answer('GET /deliveries', EMPTY);
    await run(api.socket, [
      'delivery',
      'list',
      '--result',
      '5XX, timeout',
      '--body',
      'order 4711',
      '--since',
      '10m',
    ]);
    expect(api.asked[0]?.query).toEqual({
      result: '5xx,timeout',
      body: 'order 4711',
      since: ago(10 * MINUTE),
    });
  });

  it('asks for a whole event type, and refuses a pattern', async () => {
    api.answer('GET /deliveries', EMPTY);
    await run(api.socket, ['delivery', 'list', '--type', 'incident.triggered']);
    expect(api.asked[0]?.query).toEqual({ type: 'incident.triggered' });
    const pattern = await run(api.socket, ['delivery', 'list', '--type', 'incident.*']);
    expect([pattern.code, pattern.stderr]).toEqual([
      2,
      expect.stringContaining('relay delivery list --search incident.'),
    ]);
    expect(api.asked).toHaveLength(1);
  });

  it('refuses a result there is none of, with the nearest one', async () => {
    const ran = await run(api.socket, ['delivery', 'list', '--result', 'timeot']);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('did you mean --result timeout?')]);
    expect((await run(api.socket, ['delivery', 'list', '--result', '9xx'])).code).toBe(2);
    expect(api.asked).toEqual([]);
  });

  it('goes on by itself while pages are short, and asks for no more rows than were wanted', async () => {
    const until = '2025-11-03T00:00:00.000Z';
    api.answer('GET /deliveries', ({ query }: Asked) => {
      if (query.after === undefined) return { items: [DELIVERED], next: 'c1', searched_until: until };
      if (query.after === 'c1') return { items: [], next: 'c2', searched_until: until };
      return { items: [DELIVERY], next: 'c3' };
    });
    const ran = await run(api.socket, ['delivery', 'list', '--search', 'crm', '--limit', '2'], {
      format: 'json',
    });
    expect(JSON.parse(ran.stdout)).toEqual({ items: [DELIVERED, DELIVERY], next: 'c3' });
    expect(api.asked.map(({ query }) => [query.after, query.limit])).toEqual([
      [undefined, '2'],
      ['c1', '1'],
      ['c2', '1'],
    ]);
  });

  it('says up to where it looked when it did not look at everything', async () => {
    api.answer('GET /deliveries', { items: [], next: 'c1', searched_until: '2025-11-03T00:00:00.000Z' });
    const none = await run(api.socket, ['delivery', 'list', '--body', 'zebra']);
    expect(none.stderr).toBe(
      'nothing so far matches "zebra"\nsearched up to 2025-11-03T00:00:00.000Z, there is more; go on: add --after c1\n',
    );
    const json = await run(api.socket, ['delivery', 'list', '--body', 'zebra'], { format: 'json' });
    expect(JSON.parse(json.stdout)).toEqual({
      items: [],
      next: 'c1',
      searched_until: '2025-11-03T00:00:00.000Z',
    });
    api.answer('GET /deliveries', EMPTY);
    const all = await run(api.socket, ['delivery', 'list', '--body', 'zebra']);
    expect(all.stderr).toBe('nothing matches "zebra"\n');
  });
});

describe('relay delivery list --follow', () => {
  it('shows the list, the newest last, then the attempts that the daemon selects by the same flags and the list has not shown', async () => {
    api.answer('GET /deliveries', { items: [DELIVERED, DELIVERY], next: 'more' });
    api.answer(
      'GET /tail',
      stream([
        attempt({ delivery: DELIVERED.id, at: DELIVERED.sent_at as string, result: '500' }),
        attempt({ delivery: 'dlv_new' }),
        attempt({ delivery: 'dlv_second', destination: 'webhook/crm#2', result: 'refused' }),
        { kind: 'end', text: 'the daemon stops' },
      ]),
    );
    const flags = ['--webhook', 'crm', '--result', '5xx,error', '--status', 'pending,failed', '--follow'];
    const more = ['--search', 'crm', '--incident', 'inc_1', '--event', 'evt_1', '--body', 'order'];
    const ran = await run(api.socket, ['delivery', 'list', ...flags, ...more]);
    const lines = ran.stdout.trimEnd().split('\n');
    expect(lines[1]).toContain(DELIVERY.id);
    expect(lines[2]).toContain(DELIVERED.id);
    expect(lines.slice(3).map((line) => line.split('  ').at(-1))).toEqual(['dlv_new', 'dlv_second']);
    expect([ran.code, ran.stderr]).toEqual([7, expect.stringContaining('why: the daemon stops')]);
    expect(api.asked.find(({ path }) => path === '/tail')?.query).toEqual({
      kind: 'attempt',
      destination: 'webhook/crm',
      result: '5xx,error',
      status: 'pending,failed',
      incident: 'inc_1',
      event: 'evt_1',
      body: 'order',
      grep: 'crm',
    });
  });

  it('is a JSON line an item with --json', async () => {
    api.answer('GET /deliveries', { items: [DELIVERED, DELIVERY], next: null });
    api.answer('GET /tail', stream([attempt({})]));
    const ran = await run(api.socket, ['delivery', 'list', '--follow'], { format: 'json' });
    const lines = ran.stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as DeliveryItem).id)).toEqual([
      DELIVERY.id,
      DELIVERED.id,
      undefined,
    ]);
  });

  it('refuses what says nothing of what is to come', async () => {
    for (const flag of ['--until', '--after']) {
      const ran = await run(api.socket, ['delivery', 'list', '--follow', flag, '2026-01-01']);
      expect([ran.code, ran.stderr]).toEqual([
        2,
        expect.stringContaining(`${flag} cannot be used with --follow`),
      ]);
    }
    expect(api.asked).toEqual([]);
  });
});

describe('relay event list --follow', () => {
  const event = (id: string) => ({ ...INCIDENT_DETAIL.events[0], id }) as EventItem;

  it('shows the list, the newest last, then the events that the daemon selects by the same flags', async () => {
    api.answer('GET /events', { items: [event('evt_2'), event('evt_1')], next: 'more' });
    const lines = ['evt_2', 'evt_3'].map((id): TailLine => ({ kind: 'event', event: event(id) }));
    api.answer('GET /tail', stream([...lines, { kind: 'end', text: 'the daemon stops' }]));
    const flags = ['--type', 'incident.triggered', '--channel', 'ops', '--incident', 'inc_1', '--unmatched'];
    const ran = await run(api.socket, ['event', 'list', '--follow', ...flags, '--search', 'cpu'], {
      format: 'json',
    });
    const ids = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as EventItem).id);
    expect(ids).toEqual(['evt_1', 'evt_2', 'evt_3']);
    expect([ran.code, ran.stderr]).toEqual([7, expect.stringContaining('the daemon stops')]);
    expect(api.asked.find(({ path }) => path === '/tail')?.query).toEqual({
      kind: 'event',
      type: 'incident.triggered',
      channel: 'ops',
      incident: 'inc_1',
      unmatched: 'true',
      grep: 'cpu',
    });
  });

  it('refuses an order of its own, and a pattern', async () => {
    const sorted = await run(api.socket, ['event', 'list', '--follow', '--sort', 'type']);
    expect([sorted.code, sorted.stderr]).toEqual([2, expect.stringContaining('--sort cannot be used')]);
    expect((await run(api.socket, ['event', 'list', '--follow', '--type', 'incident.*'])).code).toBe(2);
    expect(api.asked).toEqual([]);
  });
});

describe('relay delivery export', () => {
  it('writes every page as JSON lines, oldest first, and the count on stderr', async () => {
    api.answer('GET /deliveries', pages(2_500, 1_000));
    const ran = await run(api.socket, ['delivery', 'export', '--webhook', 'crm', '--since', '10m']);
    const ids = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as DeliveryItem).id);
    expect(ids).toEqual(Array.from({ length: 2_500 }, (_, index) => `dlv_${index}`));
    expect([ran.code, ran.stderr]).toEqual([0, '2500 deliveries exported\n']);
    expect(api.asked.map(({ query }) => query.after)).toEqual([undefined, '1000', '2000']);
    expect(api.asked[1]?.query).toEqual({
      destination: 'webhook/crm',
      since: ago(10 * MINUTE),
      sort: 'created_at',
      desc: 'false',
      limit: '1000',
      after: '1000',
    });
  });

  it('says how far it came when the daemon fails, and goes on from there', async () => {
    const page = pages(3, 1);
    api.answer('GET /deliveries', (asked: Asked) =>
      asked.query.after === '2' ? { error: { code: 'store.unavailable', message: 'no' } } : page(asked),
    );
    const ran = await run(api.socket, ['delivery', 'export']);
    expect(ran.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain(
      '2 deliveries exported, not all\nto go on, run the same command with --after 2\n',
    );
    api.answer('GET /deliveries', page);
    const rest = await run(api.socket, ['delivery', 'export', '--after', '2']);
    expect((JSON.parse(rest.stdout) as DeliveryItem).id).toBe('dlv_2');
    expect(rest.stderr).toBe('1 delivery exported\n');
  });

  it('writes whole deliveries with --attempts, and whole events', async () => {
    api.answer('GET /deliveries', pages(1, 1));
    api.answer('GET /deliveries/dlv_0', { id: 'dlv_0', attempts: [{ status: 503 }] });
    const ran = await run(api.socket, ['delivery', 'export', '--attempts']);
    expect(JSON.parse(ran.stdout)).toEqual({ id: 'dlv_0', attempts: [{ status: 503 }] });
    api.answer('GET /events', { items: [{ id: 'evt_1' }], next: null });
    api.answer('GET /events/evt_1', { id: 'evt_1', data: { a: 1 } });
    const events = await run(api.socket, ['event', 'export', '--type', 'deploy.finished']);
    expect([JSON.parse(events.stdout), events.stderr]).toEqual([
      { id: 'evt_1', data: { a: 1 } },
      '1 event exported\n',
    ]);
    expect(api.asked.find(({ path }) => path === '/events')?.query).toMatchObject({
      type: 'deploy.finished',
      sort: 'at',
    });
  });

  it('asks for no more than its reader takes, and stops when it is told to', async () => {
    api.answer('GET /deliveries', pages(1_000_000, 1_000));
    const out = new PassThrough({ highWaterMark: 1_000 });
    const hints: string[] = [];
    const context = {
      ...testContext({}),
      api: createClient({ locateSocket: async () => api.socket, startCommand: () => 'relay serve' }),
      out,
      hint: (text: string) => void hints.push(text),
    };
    const stop = new AbortController();
    const exporting = runExport<DeliveryItem>(
      { path: '/deliveries', query: {}, nouns: ['delivery', 'deliveries'] },
      context,
      stop.signal,
    );
    await once(out, 'readable');
    // Two more turns over the socket: enough for another page, if it did not wait.
    for (let turn = 0; turn < 2; turn++) await context.api.get('/deliveries', { after: '999999' });
    expect(api.asked.filter(({ query }) => query.after !== '999999')).toHaveLength(1);
    stop.abort();
    expect(await exporting).toBe(1_000);
    expect(hints).toEqual([
      '1000 deliveries exported, not all',
      'to go on, run the same command with --after 1000',
    ]);
  });
});
