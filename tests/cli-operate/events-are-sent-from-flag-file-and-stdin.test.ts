// `event send`, `replay` and `types`: where data comes from, what a dry run says, and what is refused.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { removeDir, tempDir } from '../kit/wait.js';
import { type Asked, type CannedApi, cannedApi } from './kit/canned-api.js';
import { run } from './kit/run.js';

let api: CannedApi;
let dir: string;

beforeEach(async () => {
  dir = tempDir();
  api = await cannedApi({
    'POST /events': { event: 'evt_1', deliveries: 2 },
    'POST /events/evt_1/replay': ({ body }: Asked) => {
      const { dry_run } = body as { dry_run: boolean };
      return { dry_run, event: 'evt_1', destinations: ['webhook/crm'], deliveries: dry_run ? [] : ['dlv_1'] };
    },
    'GET /events/types': {
      items: [
        { type: 'incident.triggered', description: 'It began.', in_star: true, example: { incident: {} } },
      ],
      next: null,
    },
  });
});
afterEach(async () => {
  await api.close();
  removeDir(dir);
});

const send = (data: string[], stdin = '') =>
  run(api.socket, ['event', 'send', 'deploy.finished', '--channel', 'ops', ...data], { stdin });

describe('event send', () => {
  it('takes JSON from the flag, a file and stdin', async () => {
    const file = join(dir, 'data.json');
    writeFileSync(file, '{"from":"file"}');
    await send(['--data', '{"from":"flag"}']);
    await send(['--data', `@${file}`]);
    const ran = await send(['--data', '-'], '{"from":"stdin"}');
    await send([]);
    expect(api.asked.map((asked) => (asked.body as { data: unknown }).data)).toEqual([
      { from: 'flag' },
      { from: 'file' },
      { from: 'stdin' },
      {},
    ]);
    expect(api.asked[0]?.body).toMatchObject({ type: 'deploy.finished', channel: 'ops' });
    expect(ran).toEqual({
      code: 0,
      stdout: 'sent deploy.finished as evt_1, 2 deliveries\n',
      stderr: 'next: relay delivery list --event evt_1\n',
    });
  });

  it('says when nobody subscribes', async () => {
    api.answer('POST /events', { event: 'evt_2', deliveries: 0 });
    expect((await send([])).stderr).toContain('no destination subscribes to it');
  });

  it.each([
    [['--data', '{"a":'], /--data holds no JSON/],
    [['--data', '@missing.json'], /missing\.json cannot be read/],
    [['--data', '-'], /stdin holds no JSON/],
  ])('refuses %j and sends nothing', async (data, message) => {
    const ran = await send(data);
    expect([ran.code, ran.stderr, api.asked]).toEqual([2, expect.stringMatching(message), []]);
  });

  it('refuses a type that is none', async () => {
    const ran = await run(api.socket, ['event', 'send', 'Deploy']);
    expect([ran.code, api.asked]).toEqual([2, []]);
  });
});

describe('event replay', () => {
  it('says where it would go, and then goes there', async () => {
    const dry = await run(api.socket, ['event', 'replay', 'evt_1', '--dry-run']);
    expect(dry.stdout).toBe('evt_1 would go to webhook/crm\n');
    expect(dry.stderr).toBe('next: relay event replay evt_1\n');
    const real = await run(api.socket, ['event', 'replay', 'evt_1']);
    expect(real.stdout).toBe('replayed evt_1, 1 delivery made, to webhook/crm\n');
    expect(api.asked.map((asked) => asked.body)).toEqual([{ dry_run: true }, { dry_run: false }]);
  });
});

describe('event types', () => {
  it('shows one with its example and suggests the nearest for a wrong one', async () => {
    const shown = await run(api.socket, ['event', 'types', 'incident.triggered']);
    expect(shown.stdout).toContain('"incident": {}');
    const wrong = await run(api.socket, ['event', 'types', 'incident.trigered']);
    expect([wrong.code, wrong.stderr]).toEqual([
      5,
      expect.stringContaining('relay event types incident.triggered'),
    ]);
  });
});
