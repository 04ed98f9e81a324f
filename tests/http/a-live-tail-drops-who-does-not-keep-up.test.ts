import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventItem, TailLine } from '../../src/http/wire/api-types.js';
import type { RelayEvent } from '../../src/model/event.js';
import type { Incident } from '../../src/model/incident.js';
import type { EventQuery } from '../../src/store/store.js';
import { ask, type Running, startSocket } from './kit/listener.js';
import { makeDestination, makeRuntime, NOW, type TestRuntime } from './kit/runtime.js';

const PAST: RelayEvent[] = ['evt_1', 'evt_2', 'evt_3'].map((id, index) => ({
  id,
  type: 'deploy.done',
  at: NOW - 3_000 + index * 1_000,
  incident: null,
  alert: null,
  source: null,
  actor: 'cli:dana',
  channels: index === 1 ? ['other'] : ['ops'],
  data: '{"title":"deployed"}',
  unmatched: false,
}));

type AttemptLine = Extract<TailLine, { kind: 'attempt' }>;

let runtime: TestRuntime;
let server: Running;
let asked: EventQuery[];
beforeEach(async () => {
  asked = [];
  runtime = makeRuntime(
    {
      destinations: ['integration/wall', 'webhook/crm', 'webhook/crm#2', 'webhook/crmx'].map((ref) =>
        makeDestination(ref),
      ),
    },
    {
      store: {
        getIncident: async (id) => ({ id }) as Incident,
        getEvent: async (id) => ({ id }) as RelayEvent,
        async listEvents(query) {
          asked.push(query);
          const from = Number(query.after ?? 0);
          return {
            items: PAST.slice(from, from + 2),
            next: from + 2 < PAST.length ? String(from + 2) : null,
          };
        },
      },
    },
  );
  server = await startSocket(runtime);
});
afterEach(() => server.close());

function open(query = ''): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: server.at, path: `/api/v1/tail${query}`, agent: false }, resolve);
    call.on('error', reject);
    call.end();
  });
}

function collect(response: IncomingMessage): { lines(): TailLine[]; ended: Promise<void> } {
  let text = '';
  response.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<void>((resolve) => response.once('close', resolve));
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as TailLine);
  return { lines, ended };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(5);
}

const attempt = (destination: string, result = '200', change: Partial<AttemptLine> = {}): TailLine => ({
  kind: 'attempt',
  delivery: 'dlv_1',
  destination,
  url: 'https://receiver.example.org/hook',
  event: 'evt_1',
  event_type: 'deploy.done',
  incident: null,
  outcome: 'delivered',
  state: 'delivered',
  result,
  duration_ms: 4,
  at: new Date(NOW).toISOString(),
  ...change,
});
const tell = (line: TailLine, texts: readonly string[] = []): void => {
  for (const listener of runtime.tails) listener(line, () => texts);
};
const eventLine = (change: Partial<EventItem>): TailLine => ({
  kind: 'event',
  event: {
    ...{ id: 'evt_9', type: 'deploy.done', at: new Date(NOW).toISOString(), incident: null, alert: null },
    ...{ source: null, actor: 'cli:dana', channels: ['ops'], unmatched: false, title: 'deployed' },
    ...change,
  },
});
const idsOf = (lines: TailLine[]) => lines.map((line) => (line.kind === 'event' ? line.event.id : line.kind));

describe('a live tail', () => {
  it('tells the past in order, all pages of it, then what happens', async () => {
    const response = await open('?since=1h');
    expect(response.headers['content-type']).toBe('application/x-ndjson');
    const { lines } = collect(response);
    await until(() => lines().length === 3);
    tell(attempt('webhook/crm'));
    await until(() => lines().length === 4);
    expect(idsOf(lines())).toEqual(['evt_1', 'evt_2', 'evt_3', 'attempt']);
    expect(asked[0]).toMatchObject({ since: NOW - 3_600_000, sort: 'at', desc: false });
    response.destroy();
  });

  it('shows only what was asked for: kind, channel, text', async () => {
    const onChannel = collect(await open('?since=1h&channel=ops'));
    const ofKind = collect(await open('?kind=attempt'));
    const withText = collect(await open('?grep=WALL'));
    await until(() => runtime.tails.size === 3 && onChannel.lines().length === 2);
    tell(attempt('webhook/crm'));
    tell(attempt('integration/wall'));
    await until(() => ofKind.lines().length === 2 && onChannel.lines().length === 3);
    expect(idsOf(onChannel.lines())).toEqual(['evt_1', 'evt_3', 'attempt']);
    await until(() => withText.lines().length > 0);
    expect(withText.lines()).toEqual([attempt('integration/wall')]);
  });

  /** What a reader with this query gets of these, by delivery or event. */
  async function selected(query: string, told: readonly (readonly [TailLine, ...string[]])[]) {
    const { lines, ended } = collect(await open(`?${query}`));
    await until(() => runtime.tails.size === 1);
    for (const [line, ...texts] of told) tell(line, texts);
    await server.close();
    await ended;
    return lines().flatMap((line) =>
      line.kind === 'attempt' ? [line.delivery] : line.kind === 'event' ? [line.event.id] : [],
    );
  }
  const LINES = [
    [attempt('webhook/crm', '503', { delivery: 'a', state: 'pending' }), 'Order 4711', 'busy'],
    [attempt('webhook/crm#2', 'timeout', { delivery: 'b', state: 'failed', incident: 'inc_1' })],
    [attempt('webhook/crmx', '200', { delivery: 'c', event: 'evt_2', event_type: 'incident.resolved' })],
    [eventLine({ id: 'd', unmatched: true }), '{"order":"ORDER 4711"}'],
    [eventLine({ id: 'e', type: 'incident.resolved', incident: 'inc_1', title: 'attempt at "quotes"' })],
  ] as const;

  it.each([
    ['status=pending,failed', ['a', 'b']],
    ['destination=webhook/crm', ['a', 'b']],
    ['result=5xx,error', ['a', 'b']],
    ['result=503', ['a']],
    ['type=incident.resolved', ['c', 'e']],
    ['incident=inc_1', ['b', 'e']],
    ['event=evt_2', ['c']],
    ['unmatched=true', ['d']],
    ['unmatched=false', ['e']],
    ['body=order%204711', ['a', 'd']],
    ['body=order%204711&kind=event', ['d']],
    ['grep=attempt', ['e']],
    ['grep=%22quotes%22', ['e']],
    ['grep=CRMX&status=delivered', ['c']],
  ])('selects by what the lists select by: %s', async (query, expected) => {
    expect(await selected(query, LINES)).toEqual(expected);
  });

  it('refuses what excludes each other, and a past that it would not tell', async () => {
    const refusals = await Promise.all(
      ['kind=event&status=failed', 'unmatched=true&result=503', 'destination=webhook/crm&since=10m'].map(
        (query) => ask(server.at, 'GET', `/api/v1/tail?${query}`),
      ),
    );
    expect(refusals.map(({ status, json }) => [status, json.error.code, json.error.message])).toEqual([
      [400, 'usage.invalid', '"status" selects attempts, and those are left out'],
      [400, 'usage.invalid', '"result" selects attempts, and those are left out'],
      [400, 'usage.invalid', '"since" tells events of the past, and only attempts are asked for'],
    ]);
    expect(refusals[2]?.json.error.fix).toBe('relay delivery list --since 10m --follow');
    const nowhere = await ask(server.at, 'GET', '/api/v1/tail?destination=webhook/crn');
    expect([nowhere.status, nowhere.json.error.fix]).toEqual([404, 'did you mean "crm"?']);
    expect(runtime.tails.size).toBe(0);
  });

  it('tells of the past what is selected, asked of the store as far as it can', async () => {
    const { lines } = collect(await open('?since=1h&channel=ops&type=deploy.done&body=DEPLOYED&event=evt_3'));
    await until(() => lines().length === 1);
    expect(idsOf(lines())).toEqual(['evt_3']);
    expect(asked[0]).toMatchObject({ channel: 'ops', type: 'deploy.done' });
  });

  it('refuses what cannot be: an unknown channel, kind or instant', async () => {
    const refusals = await Promise.all(
      ['channel=opps', 'kind=evnt', 'since=yesterday'].map((query) =>
        ask(server.at, 'GET', `/api/v1/tail?${query}`),
      ),
    );
    expect(refusals.map((answer) => [answer.status, answer.json.error.code, answer.json.error.fix])).toEqual([
      [404, 'object.not_found', 'did you mean "ops"?'],
      [400, 'usage.invalid', 'did you mean "event"?'],
      [400, 'usage.invalid_time', 'write ISO 8601 (2026-01-31T10:00:00Z) or a span ago (2h)'],
    ]);
    expect(runtime.tails.size).toBe(0);
  });

  it('drops a reader that does not keep up, and tells it so in the last line', async () => {
    const slow = await open();
    slow.pause();
    await until(() => runtime.tails.size === 1);
    let told = 0;
    while (runtime.tails.size > 0) {
      tell(attempt('webhook/crm', 'x'.repeat(10_000)));
      told += 1;
      expect(told).toBeLessThan(10_000);
    }
    const { lines, ended } = collect(slow);
    slow.resume();
    await ended;
    expect(lines().at(-1)).toMatchObject({ kind: 'end', text: expect.stringContaining('keep up') });
    expect(lines().length).toBe(told + 1);
  });

  it('forgets a reader that leaves', async () => {
    const response = await open();
    await until(() => runtime.tails.size === 1);
    response.destroy();
    await until(() => runtime.tails.size === 0);
  });

  it('ends with a last line when the daemon stops, and does not hold it up', async () => {
    const { lines, ended } = collect(await open());
    await until(() => runtime.tails.size === 1);
    await server.close();
    await ended;
    expect(lines()).toEqual([{ kind: 'end', text: 'the daemon is stopping' }]);
  });
});
