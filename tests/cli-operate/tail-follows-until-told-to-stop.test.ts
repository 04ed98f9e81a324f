// `relay tail`: one line an item, filters for the daemon, and how it ends: by Ctrl-C with 0, with the daemon with 7.

import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/cli/client.js';
import { runTail } from '../../src/cli/commands/tail.js';
import type { CliContext } from '../../src/cli/context.js';
import { PLAIN } from '../../src/cli/output/paint.js';
import type { TailLine } from '../../src/http/wire/api-types.js';
import { type Asked, type CannedApi, cannedApi } from './kit/canned-api.js';
import { ago, NOW, run } from './kit/run.js';
import { INCIDENT_DETAIL, MINUTE } from './kit/samples.js';

const EVENT: TailLine = { kind: 'event', event: INCIDENT_DETAIL.events[1] as never };
const ATTEMPT: TailLine = {
  kind: 'attempt',
  delivery: 'dlv_1',
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
};
const EVENT_TEXT =
  '2026-01-31T09:48:00.000Z  event    incident.triggered  HighErrorRate on payments  #ops  by source:prometheus  inc_0b4k2m00001  evt_0b4k2m00002\n';
const ATTEMPT_TEXT =
  '2026-01-31T10:00:00.000Z  attempt  incident.triggered  → webhook/crm  retry 503 in 34ms  dlv_1\n';
let api: CannedApi;

/** Writes the lines; then ends, is cut, or stays open. */
function stream(lines: readonly TailLine[], then: 'end' | 'cut' | 'stay') {
  return (_asked: Asked, response: ServerResponse): undefined => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), () => {
      if (then === 'end') response.end();
      if (then === 'cut') response.destroy();
    });
  };
}

beforeEach(async () => {
  api = await cannedApi();
});
afterEach(() => api.close());

describe('relay tail', () => {
  it('prints one line an item, and ends with 7 and how to go on when the daemon ends', async () => {
    api.answer('GET /tail', stream([EVENT, ATTEMPT, { kind: 'end', text: 'the daemon stops' }], 'end'));
    const ran = await run(api.socket, ['tail']);
    expect(ran.stdout).toBe(EVENT_TEXT + ATTEMPT_TEXT);
    expect(ran.code).toBe(7);
    expect(ran.stderr).toContain('why: the daemon stops');
    expect(ran.stderr).toContain('relay tail --since 5m');
  });

  it('ends the same way when the connection is cut', async () => {
    api.answer('GET /tail', stream([ATTEMPT], 'cut'));
    const ran = await run(api.socket, ['tail']);
    expect([ran.code, ran.stdout]).toEqual([7, ATTEMPT_TEXT]);
    expect(ran.stderr).toContain('the daemon ended the stream');
  });

  it('prints the lines as they came with --json', async () => {
    api.answer('GET /tail', stream([EVENT, ATTEMPT], 'end'));
    const ran = await run(api.socket, ['tail'], { format: 'json' });
    expect(
      ran.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([EVENT, ATTEMPT]);
  });

  it('leaves the filtering to the daemon', async () => {
    api.answer('GET /tail', stream([], 'end'));
    await run(api.socket, ['tail', '--kind', 'event', '--channel', 'ops', '--grep', 'cpu', '--since', '10m']);
    expect(api.asked[0]?.query).toEqual({
      kind: 'event',
      channel: 'ops',
      grep: 'cpu',
      since: ago(10 * MINUTE),
    });
  });

  it('selects by what the lists select by, in the words of the API', async () => {
    api.answer('GET /tail', stream([], 'end'));
    const flags = [
      '--type',
      'incident.triggered',
      '--incident',
      'inc_1',
      '--event',
      'evt_1',
      '--webhook',
      'crm',
    ];
    await run(api.socket, [
      'tail',
      ...flags,
      '--status',
      'failed,dead',
      '--result',
      '5XX',
      '--body',
      'order',
    ]);
    await run(api.socket, ['tail', '--unmatched', '--search', 'cpu']);
    expect(api.asked.map(({ query }) => query)).toEqual([
      {
        type: 'incident.triggered',
        incident: 'inc_1',
        event: 'evt_1',
        destination: 'webhook/crm',
        status: 'failed,dead',
        result: '5xx',
        body: 'order',
      },
      { unmatched: 'true', grep: 'cpu' },
    ]);
  });

  it('refuses what it could only ignore, before it asks', async () => {
    for (const [flags, told] of [
      [['--status', 'faild'], 'did you mean --status failed?'],
      [['--type', 'incident.*'], 'relay tail --grep incident.'],
      [['--grep', 'a', '--search', 'b'], 'leave one of them out'],
    ] as const) {
      const ran = await run(api.socket, ['tail', ...flags]);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(told)]);
    }
    expect(api.asked).toEqual([]);
  });

  it('refuses an unknown kind, and says when there is no daemon at all', async () => {
    const kind = await run(api.socket, ['tail', '--kind', 'events']);
    expect([kind.code, kind.stderr]).toEqual([2, expect.stringContaining('did you mean --kind event?')]);
    await api.die();
    const none = await run(api.socket, ['tail']);
    expect([none.code, none.stderr]).toEqual([7, expect.stringContaining('cannot be reached')]);
  });

  it('returns without an error when it is told to stop', async () => {
    api.answer('GET /tail', stream([ATTEMPT], 'stay'));
    const stop = new AbortController();
    let stdout = '';
    const context = {
      api: createClient({ locateSocket: async () => api.socket, startCommand: () => 'relay serve' }),
      out: {
        write: (text: string) => {
          stdout += text;
          stop.abort();
        },
      },
      paint: PLAIN,
      isTTY: false,
      format: 'table',
      now: () => NOW,
    } as unknown as CliContext;
    await expect(runTail({}, context, stop.signal)).resolves.toBeUndefined();
    expect(stdout).toBe(ATTEMPT_TEXT);
  });
});
