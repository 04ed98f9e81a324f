// The commands of this folder against the real daemon: what the scripted one cannot show, that both sides agree.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { call } from '../kit/api.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';

const CONFIG = {
  channels: [{ name: 'ops', integrations: [{ name: 'terminal', kind: 'console' }] }],
  sources: [
    { name: 'of-file', pack: 'generic', channel: 'ops' },
    { name: 'signed', pack: 'github', channel: 'ops', secret: 'a secret that is long enough' },
  ],
};

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startDaemon({ config: CONFIG });
});
afterAll(async () => {
  await daemon?.remove();
});

const run = async (...args: string[]) => {
  const result = await daemon.relay(...args);
  if (result.code !== 0) throw new Error(`relay ${args.join(' ')}: ${result.code}\n${result.stderr}`);
  return result;
};
const post = (url: string, body: unknown) => call({ socketPath: null, url }, { body });

describe('a source made on the command line', () => {
  it('has a URL that takes alerts, can be tried, paused, given a new key, and removed', async () => {
    await run('source', 'add', 'datadog', 'mine', '--channel', 'ops', '--priority', 'P2');
    expect(JSON.parse((await run('source', 'list', '--json')).stdout).items).toMatchObject([
      { name: 'mine', pack: 'datadog', origin: 'cli', state: 'active' },
      { name: 'of-file', origin: 'file' },
      { name: 'signed', origin: 'file' },
    ]);
    expect((await run('source', 'test', 'mine')).stdout).toMatch(/^signal +trigger$/m);
    const sent = await run('source', 'test', 'mine', '--send');
    expect(sent.stdout).toMatch(/^alt_\w+ {2}opened {2}inc_\w+$/m);
    const resolved = await run('source', 'test', 'mine', '--send', '--sample', 'recovered', '--json');
    expect(JSON.parse(resolved.stdout).alerts[0]).toMatchObject({ result: 'resolved' });

    const old = (await run('source', 'url', 'mine')).stdout.trim();
    await run('source', 'pause', 'mine');
    expect((await post(old, { title: 'x' })).status).toBe(409);
    expect(JSON.parse((await run('source', 'rejects', 'mine', '--json')).stdout).items).toMatchObject([
      { source: 'mine', code: 'ingest.source_paused' },
    ]);
    const { items } = JSON.parse((await run('source', 'rejects', 'mine', '--json')).stdout);
    const shown = (await run('source', 'rejects', 'mine', items[0].id)).stdout;
    expect(shown).toMatch(/^code +ingest\.source_paused$/m);
    expect(shown).toContain('Body\n  {\n    "title": "x"\n  }\n');
    expect((await run('source', 'rejects', 'mine', '-o', 'wide')).stdout).not.toContain('"title"');
    expect((await daemon.relay('source', 'rejects', 'mine', 'rej_00000000000')).code).toBe(5);
    expect((await run('source', 'list')).stdout).toMatch(/^mine .* 1$/m);
    await run('source', 'resume', 'mine');

    const unsure = await daemon.relay('source', 'rotate-key', 'mine');
    expect(unsure.stderr).toContain('replacing the key of source mine needs a confirmation');
    expect(unsure.code).toBe(2);
    expect((await run('source', 'url', 'mine')).stdout.trim()).toBe(old);
    await run('source', 'rotate-key', 'mine', '--yes');
    expect((await post(old, { title: 'x' })).status).toBe(403);
    expect((await run('source', 'show', 'mine')).stdout).toMatch(
      /^wrong keys 24h +1 post with a wrong key, last \S+ from 127\.0\.0\.1$/m,
    );
    const quiet = await run('source', 'remove', 'mine', '--yes');
    expect(quiet.stderr).not.toContain('still open');
    expect((await post(old, { title: 'x' })).status).toBe(404);
    expect((await daemon.relay('source', 'show', 'mine')).code).toBe(5);
  });
});

describe('a source of which people should know', () => {
  it('is told of when it is made on no channel, and when incidents of it stay open', async () => {
    const made = await run('source', 'add', 'generic', 'lonely');
    expect(made.stderr).toContain('note: it is on no channel');
    expect(made.stderr).toMatch(/source edit lonely --channel /);
    expect((await run('source', 'add', 'generic', 'heard', '--channel', 'ops')).stderr).not.toContain(
      'note:',
    );
    await run('source', 'test', 'lonely', '--send');
    const removed = await run('source', 'remove', 'lonely', '--yes');
    expect(removed.stderr).toContain('incidents of it are still open');
    expect(removed.stderr).toMatch(/incident list --open --source lonely$/m);
    expect((await run('incident', 'list', '--open', '--source', 'lonely', '-o', 'name')).stdout).toMatch(
      /^inc_/,
    );
    await run('source', 'remove', 'heard', '--yes');
  });
});

describe('a source that checks signatures', () => {
  it('refuses an unsigned post, and can be tried all the same', async () => {
    expect((await run('source', 'show', 'signed')).stdout).toMatch(/^signature +checked \(github\)$/m);
    const url = (await run('source', 'url', 'signed')).stdout.trim();
    expect((await post(url, { action: 'opened' })).status).toBe(401);
    const sent = await run('source', 'test', 'signed', '--send');
    expect(sent.stdout).toMatch(/^alt_\w+ +opened +inc_\w+$/m);
    expect(sent.stderr).toContain('the signature was not tried');
  });
});

describe('templates of a source', () => {
  it('are overridden one by one; an empty one is the pack’s again', async () => {
    const templates = async () =>
      JSON.parse((await run('source', 'show', 'worded', '--json')).stdout).templates;
    await run('source', 'add', 'generic', 'worded', '--channel', 'ops', '--template', 'message=of add');
    const { title } = await templates();
    await run('source', 'edit', 'worded', '--template', 'title=of edit');
    expect(await templates()).toMatchObject({ title: 'of edit', message: 'of add' });
    const shown = (await run('source', 'show', 'worded')).stdout;
    expect(shown).toMatch(/^ {2}title +edited by CLI.*\n {4}of edit\n/m);
    expect(shown).toMatch(/^ {2}grouping_id +snapshot\n {2}\S/m);
    expect(shown).toMatch(/\n {2}see: \S+ source templates worded\n$/);
    await run('source', 'edit', 'worded', '--template', 'title=');
    expect(await templates()).toMatchObject({ title, message: 'of add' });
    await run('source', 'remove', 'worded', '--yes');
  });
});

describe('the file', () => {
  it('is the one place to change what it defines, and the refusal names the line', async () => {
    const { code, stderr } = await daemon.relay('source', 'remove', 'of-file', '--yes');
    expect(stderr).toMatch(/\[config\.origin_file\]\n(.*\n)*fix: edit .*relay\.yaml at line \d+/);
    expect(code).toBe(6);
  });

  it('is reloaded whole or not at all', async () => {
    const { listen } = { listen: daemon.url.replace('http://', '') };
    const server = { listen, socket: daemon.socketPath };
    const write = (config: object) =>
      writeFileSync(daemon.configPath, stringify({ server, data: daemon.dataDir, ...config }));
    write({ ...CONFIG, chanels: [] });
    const refused = await daemon.relay('config', 'reload');
    expect(refused.stderr).toMatch(/relay\.yaml:\d+:1 {2}error {2}unknown key "chanels"/);
    expect(refused.stderr).toContain('the running daemon is unchanged');
    expect(refused.code).toBe(3);

    write({ ...CONFIG, services: [{ name: 'api', title: 'API' }] });
    expect((await run('config', 'reload', '--dry-run')).stdout).toContain('would reload: added service api');
    expect((await run('service', 'list', '-o', 'name')).stdout).toBe('');
    expect((await run('config', 'reload')).stdout).toContain('reloaded: added service api');
    expect((await run('service', 'list', '-o', 'name')).stdout).toBe('api\n');
  });
});

describe('the daemon', () => {
  it('shows its status, its config and its packs', async () => {
    expect((await run('status', '--wait')).stdout).toMatch(/^relay \S+ {2}running /);
    expect(JSON.parse((await run('config', 'show', '--json')).stdout)).toMatchObject({
      data: daemon.dataDir,
    });
    expect((await run('config', 'export')).stdout).toContain('name: of-file');
    const packs = (await run('pack', 'list', '-o', 'name', '--sort', 'slug')).stdout.split('\n');
    expect(packs).toEqual(expect.arrayContaining(['alertmanager', 'datadog', 'generic']));
    expect((await run('pack', 'show', 'generic')).stdout).toContain('How to connect');
    expect((await run('doctor')).stdout).toContain('answers on');
  });

  it('copies, checks and prunes its database', async () => {
    const copy = join(daemon.dir, 'copy.db');
    expect((await run('db', 'backup', 'copy.db')).stdout).toContain(`backed up to ${copy}`);
    expect(existsSync(copy)).toBe(true);
    expect((await daemon.relay('db', 'backup', 'copy.db')).code).toBe(6);
    expect((await run('db', 'check')).stdout).toBe('the database is sound\n');
    expect((await run('db', 'info')).stdout).toContain('schema version');
    expect((await run('db', 'prune')).stdout).toMatch(/^deleted /);
  });

  it('takes every sort column that a list offers', async () => {
    for (const [noun, columns] of [
      ['source', ['name', 'pack', 'service', 'channel', 'origin', 'state', 'last_heard_at', 'alerts_24h']],
      ['pack', ['slug', 'title']],
    ] as const) {
      for (const column of columns) await run(noun, 'list', '--sort', column, '--desc', '--search', 'a');
    }
    await run('source', 'rejects', 'of-file', '--sort', 'at', '--since', '2h');
  });
});
