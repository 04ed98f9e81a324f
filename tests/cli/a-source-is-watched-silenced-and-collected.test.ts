// Heartbeats and maintenance as an operator meets them: the command line against the real daemon, through a crash and a restart.

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../kit/api.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';

let daemon: TestDaemon;
let url: string;
beforeAll(async () => {
  daemon = await startDaemon({
    config: {
      channels: [{ name: 'ops', integrations: [{ name: 'terminal', kind: 'console' }] }],
      sources: [{ name: 'of-file', pack: 'generic', channel: 'ops' }],
    },
  });
  await run(
    'source',
    'add',
    'generic',
    'web',
    '--channel',
    'ops',
    '--heartbeat',
    '10m',
    '--auto-resolve-after',
    '6h',
  );
  url = (await run('source', 'url', 'web')).stdout.trim();
});
afterAll(async () => {
  await daemon?.remove();
});

async function run(...args: string[]) {
  const result = await daemon.relay(...args);
  if (result.code !== 0) throw new Error(`relay ${args.join(' ')}: ${result.code}\n${result.stderr}`);
  return result;
}
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
async function post(title: string, to = url): Promise<string> {
  const answer = await call({ socketPath: null, url: to }, { body: { title, alert_uid: title } });
  return answer.json.alerts[0].incident;
}

describe('a heartbeat', () => {
  it('waits for the first beat, is heard by a ping, and its settings can be changed', async () => {
    const show = async () => (await run('source', 'show', 'web')).stdout;
    expect(await show()).toMatch(/^heartbeat +10m: waiting for the first beat$/m);
    expect(await show()).toMatch(/^resolves after +6h$/m);
    const answer = await fetch(`${url}/heartbeat`);
    expect([answer.status, await answer.json()]).toEqual([200, { heard: true }]);
    expect(await show()).toMatch(/^heartbeat +10m: heard$/m);
    expect(await show()).not.toMatch(/^last heard +never$/m);
    expect((await json('source', 'list')).items).toMatchObject([
      { name: 'of-file', heartbeat: null },
      { name: 'web', heartbeat: { every: '10m', state: 'heard' }, alerts_24h: 0 },
    ]);
    await run('source', 'edit', 'web', '--heartbeat', '1h', '--auto-resolve-after', '');
    expect(await show()).toMatch(/^heartbeat +1h: heard$/m);
    expect(await show()).not.toContain('resolves after');
    const refused = await daemon.relay('source', 'edit', 'web', '--heartbeat', '5s');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('between 30s and 30d')]);
  });
});

describe('maintenance', () => {
  it('silences until its end, through a crash; what is silenced can be told before', async () => {
    const started = await run('source', 'maintenance', 'web', '--mode', 'silence', '--for', '2h');
    expect(started.stdout).toMatch(
      /^source web is in maintenance: silence until .*told to nobody until it ends$/m,
    );
    const [one, two] = [await post('one'), await post('two')];
    expect((await run('incident', 'list', '--open')).stdout).toContain('triggered (silenced)');
    const screen = (await run('incident', 'show', one)).stdout;
    expect(screen).toContain('told nobody: it was silenced');
    expect(screen).toMatch(/silenced +\S+ +maintenance of web until /);
    expect((await run('source', 'list')).stdout).toMatch(/^web .* silence /m);
    const status = await json('status');
    expect([status.healthy, status.paused]).toEqual([
      true,
      [expect.objectContaining({ object: 'source/web', see: 'relay source maintenance web --end' })],
    ]);

    daemon.signal('SIGKILL');
    await daemon.exited();
    await daemon.restart();
    expect((await run('source', 'show', 'web')).stdout).toMatch(/^maintenance +silence until /m);
    await run('incident', 'announce', one);
    const again = await daemon.relay('incident', 'announce', one);
    expect([again.code, again.stderr]).toEqual([6, expect.stringContaining('is not silenced')]);
    const ended = await run('source', 'maintenance', 'web', '--end');
    expect(ended.stdout).toBe('maintenance of web has ended; 1 silenced incident announced\n');
    for (const id of [one, two]) {
      const { items } = await json('delivery', 'list', '--incident', id);
      expect(items).toMatchObject([{ event_type: 'incident.triggered' }]);
    }
    expect((await json('status')).paused).toEqual([]);
  });

  it('collects in one incident, for a source of the file too', async () => {
    const fileUrl = (await run('source', 'url', 'of-file')).stdout.trim();
    await run('source', 'maintenance', 'of-file', '--mode', 'collect');
    const ids = [await post('a', fileUrl), await post('b', fileUrl), await post('b', fileUrl)];
    expect(new Set(ids).size).toBe(1);
    expect(await json('incident', 'show', ids[0] as string)).toMatchObject({
      title: '3 alerts collected during maintenance of of-file',
      deliveries: [{ event_type: 'incident.triggered' }],
    });
    const ended = await run('source', 'maintenance', 'of-file', '--end');
    expect(ended.stdout).toBe('maintenance of of-file has ended; 2 collected groups still firing\n');
    const { items } = await json('event', 'list', '--type', 'source.maintenance_ended');
    expect(items[0]).toMatchObject({ source: 'of-file', type: 'source.maintenance_ended' });
  });

  it.each([
    [[], 'say how with --mode, or --end it'],
    [['--for', '2h'], 'say how with --mode, or --end it'],
    [['--end', '--mode', 'silence'], '--end goes with no other flag'],
    [['--mode', 'quiet'], 'quiet'],
    [['--mode', 'silence', '--for', '1y'], '1y'],
  ])('with flags %j is refused with an example', async (flags, said) => {
    const { code, stderr } = await daemon.relay('source', 'maintenance', 'web', ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  it('of a source that is not there, or in none, says so', async () => {
    const lost = await daemon.relay('source', 'maintenance', 'wep', '--mode', 'silence');
    expect([lost.code, lost.stderr]).toEqual([5, expect.stringContaining('web')]);
    const none = await daemon.relay('source', 'maintenance', 'web', '--end');
    expect([none.code, none.stderr]).toEqual([5, expect.stringContaining('is not in maintenance')]);
  });
});
