// Bad input costs nothing: each gets a clear answer with a code, and the daemon goes on as before.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { relay } from '../kit/cli.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { removeDir, tempDir, untilTrue } from '../kit/wait.js';

const KEY = 'scripts-key-000001';
const CONFIG = {
  channels: [{ name: 'ops' }],
  sources: [
    { name: 'scripts', pack: 'generic', channel: 'ops', key: KEY },
    { name: 'prometheus', pack: 'alertmanager', channel: 'ops', key: KEY },
  ],
};
const GOOD = { alert_uid: 'a', title: 'fine', state: 'alerting' };

describe('posting to a running daemon', () => {
  let daemon: TestDaemon;

  beforeAll(async () => {
    daemon = await startDaemon({ config: CONFIG });
  });
  afterAll(async () => {
    await daemon?.remove();
  });

  const refused = async (source: string, key: string, body: unknown, headers?: Record<string, string>) => {
    const answer = await daemon.post(source, key, body, headers);
    expect(answer.json.error.message).not.toBe('');
    return [answer.status, answer.json.error.code];
  };

  it('answers 403 to a wrong key, without saying the right one', async () => {
    const answer = await daemon.post('scripts', 'wrong', GOOD);
    expect([answer.status, answer.json.error.code]).toEqual([403, 'ingest.wrong_key']);
    expect(answer.text).not.toContain(KEY);
  });

  it('answers 404 to an unknown source', async () => {
    expect(await refused('script', KEY, GOOD)).toEqual([404, 'ingest.unknown_source']);
  });

  it('answers 400 to broken JSON and keeps it among the rejects', async () => {
    expect(await refused('prometheus', KEY, '{"alerts": [')).toEqual([400, 'ingest.unreadable']);
    const rejects = await untilTrue('the reject is listed', async () => {
      const { code, stdout } = await daemon.relay('source', 'rejects', 'prometheus', '--json');
      expect(code).toBe(0);
      const { items } = JSON.parse(stdout);
      return items.length > 0 ? items : undefined;
    });
    expect(rejects[0]).toMatchObject({ code: 'ingest.unreadable', body: '{"alerts": [' });
  });

  it('answers 422 to JSON that is not what the source sends, with the reason', async () => {
    expect(await refused('prometheus', KEY, { hello: 'world' })).toEqual([422, 'ingest.invalid_payload']);
  });

  it('answers 413 to 50 MB, whether the length is told or not', async () => {
    const body = Buffer.alloc(50 * 1024 * 1024, 'a');
    expect(await refused('scripts', KEY, body)).toEqual([413, 'ingest.too_large']);
  }, 60_000);

  it('refuses an unknown route and a wrong method', async () => {
    const missing = await daemon.api('nonsense');
    expect([missing.status, missing.json.error.code]).toEqual([404, 'http.not_found']);
    const wrong = await daemon.api('status', { method: 'DELETE' });
    expect([wrong.status, wrong.json.error.code]).toEqual([405, 'http.method_not_allowed']);
  });

  it('suggests the nearest flag, command and name, and runs none of them', async () => {
    const flag = await daemon.relay('delivery', 'list', '--limt', '5');
    expect(flag.code).toBe(2);
    expect(flag.stderr).toContain('--limit');
    expect(flag.stdout).toBe('');
    const command = await daemon.relay('delivry', 'list');
    expect(command.code).toBe(2);
    expect(command.stderr).toContain('delivery');
    const name = await daemon.relay('source', 'show', 'scrpts');
    expect(name.code).toBe(5);
    expect(name.stderr).toContain('scripts');
  });

  it('goes on as if nothing had been', async () => {
    const answer = await daemon.post('scripts', KEY, GOOD);
    expect(answer.status).toBe(202);
    const { stdout } = await daemon.relay('incident', 'list', '--json');
    expect(JSON.parse(stdout).items.map(({ title }: { title: string }) => title)).toEqual(['fine']);
  });
});

describe('before a daemon runs', () => {
  let dir: string;

  beforeAll(() => {
    dir = tempDir();
  });
  afterAll(() => removeDir(dir));

  it('says that no daemon is running, and how to start one', async () => {
    const path = join(dir, 'idle.yaml');
    writeFileSync(path, `data: ${join(dir, 'idle')}\nchannels: [{ name: ops }]\n`);
    const result = await relay(['status', '--config', path], { cwd: dir });
    expect(result.code).toBe(7);
    expect(result.stderr).toContain('[daemon.unreachable]');
    expect(result.stderr).toMatch(/fix: .*serve/);
    expect(result.stdout).toBe('');
  });

  it('tells all five mistakes of a config, each with line and column', async () => {
    const path = join(dir, 'wrong.yaml');
    const lines = [
      'server:',
      '  listen: nowhere',
      'sources:',
      '  - { name: one, pack: no-such-pack, channel: ops }',
      '  - { name: two, pack: generic, channel: opps }',
      'channels:',
      '  - name: ops',
      '    colour: red',
      'webhooks:',
      '  - name: crm',
      '    urls: [{ url: "http://127.0.0.1:1/" }]',
      '    timeout: soon',
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    const result = await relay(['config', 'validate', '--config', path], { cwd: dir });
    expect(result.code).toBe(3);
    const told = `${result.stdout}${result.stderr}`;
    const at = [...told.matchAll(/wrong\.yaml:(\d+):(\d+)\s+error/g)].map((match) => Number(match[1]));
    expect(at.sort((a, b) => a - b)).toEqual([2, 4, 5, 8, 12]);
    expect(told).toContain('5 errors');

    const served = await relay(['serve', '--config', path], { cwd: dir });
    expect(served.code).toBe(3);
  });

  it('refuses a database of a newer version and leaves it as it is', async () => {
    const data = join(dir, 'newer');
    mkdirSync(data);
    const path = join(dir, 'newer.yaml');
    writeFileSync(path, `server: { listen: "127.0.0.1:0" }\ndata: ${data}\nchannels: [{ name: ops }]\n`);
    const daemon = await startDaemon({ dir: join(dir, 'first'), dataDir: data, config: CONFIG });
    await daemon.stop();
    const database = new Database(join(data, 'relay.db'));
    database.pragma('user_version = 9999');
    database.close();

    const result = await relay(['serve', '--config', path], { cwd: dir });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('[store.newer_version]');
    expect(result.stderr).toContain('9999');
    const after = new Database(join(data, 'relay.db'), { readonly: true });
    expect(after.pragma('user_version', { simple: true })).toBe(9999);
    after.close();
  });
});
