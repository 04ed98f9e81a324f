// `source templates` against the real daemon with a pack folder that changes under it; and what is learnt of a template that fails.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { call } from '../kit/api.js';
import { ROOT } from '../kit/cli.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { removeDir, tempDir } from '../kit/wait.js';

const packs = tempDir();
const packFile = join(packs, 'ours', 'pack.yaml');
let daemon: TestDaemon;

function writePack(templates: Record<string, string>): void {
  const pack = parse(readFileSync(packFile, 'utf8'));
  writeFileSync(
    packFile,
    stringify({ ...pack, slug: 'ours', templates: { ...pack.templates, ...templates } }),
  );
}
const run = async (...args: string[]) => {
  const result = await daemon.relay(...args);
  if (result.code !== 0) throw new Error(`relay ${args.join(' ')}: ${result.code}\n${result.stderr}`);
  return result;
};
const templates = async (...args: string[]) =>
  JSON.parse((await run('source', 'templates', ...args, '--json')).stdout).items as {
    name: string;
    text: string;
    from: string;
    at: string | null;
  }[];

beforeAll(async () => {
  cpSync(join(ROOT, 'packs', 'generic'), join(packs, 'ours'), { recursive: true });
  writePack({ title: 'one\ntwo\nthree' });
  daemon = await startDaemon({
    config: {
      packs: [packs],
      channels: [{ name: 'ops' }],
      sources: [{ name: 'of-file', pack: 'ours', channel: 'ops', templates: { message: 'of the file' } }],
    },
  });
  await run('source', 'add', 'ours', 'mine', '--channel', 'ops', '--template', 'message=edited');
});
afterAll(async () => {
  await daemon?.remove();
  removeDir(packs);
});

describe('relay source templates', () => {
  it('says where each comes from', async () => {
    expect(await templates('mine', 'title', 'message')).toMatchObject([
      { name: 'title', from: 'snapshot', at: null },
      { name: 'message', from: 'cli', text: 'edited' },
    ]);
    const line = readFileSync(daemon.configPath, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('of the file'));
    expect(await templates('of-file', 'message')).toMatchObject([
      { from: 'file', at: `relay.yaml:${line + 1}` },
    ]);
    const { stdout } = await run('source', 'templates', 'mine', 'title', 'message');
    expect(stdout).toBe(
      'title  snapshot\n  one\n  two\n  three\n\nmessage  edited by CLI; the pack of today differs\n  edited\n',
    );
  });

  it('tells the difference to the pack of today, and when there is none', async () => {
    const same = await run('source', 'templates', 'mine', 'title', '--diff');
    expect(same.stdout).toBe("same as the pack's\n");
    writePack({ title: 'one\n2\nthree', sms_title: 'short' });
    await run('config', 'reload');
    const { stdout, stderr } = await run('source', 'templates', 'mine', 'title', 'sms_title', '--diff');
    expect(stdout).toBe(
      [
        '--- title  in force: snapshot',
        '+++ title  pack ours of today',
        ' one',
        '-two',
        '+2',
        ' three',
        '',
        '--- sms_title  in force: not in force',
        '+++ sms_title  pack ours of today',
        '+short',
        '',
      ].join('\n'),
    );
    expect(stderr).toMatch(/next: \S+ source templates mine title sms_title --reset\n/);
  });

  it('takes one named, asks before an edit is lost, and keeps what the file says', async () => {
    expect((await run('source', 'templates', 'mine', 'title', '--reset')).stdout).toBe(
      'took from pack ours: title\n',
    );
    expect(await templates('mine', 'title', 'message')).toMatchObject([
      { text: 'one\n2\nthree' },
      { text: 'edited' },
    ]);
    const refused = await daemon.relay('source', 'templates', 'mine', '--reset');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('message will be as the pack has it today');
    expect(await templates('mine', 'message')).toMatchObject([{ text: 'edited' }]);
    expect((await run('source', 'templates', 'mine', '--reset', '--yes')).stdout).toBe(
      'took from pack ours: sms_title\nedits taken away: message\n',
    );
    expect((await run('source', 'templates', 'mine', '--diff')).stdout).toBe("same as the pack's\n");
    const file = await run('source', 'templates', 'of-file', '--reset');
    expect(file.stderr).toMatch(/kept, since the config file has them: message \(relay\.yaml:\d+\)/);
    expect(await templates('of-file', 'message')).toMatchObject([{ text: 'of the file', from: 'file' }]);
  });

  it('stays so over a restart', async () => {
    await daemon.stop();
    await daemon.restart();
    expect((await run('source', 'templates', 'mine', '--diff')).stdout).toBe("same as the pack's\n");
  });

  it('suggests the nearest name', async () => {
    const { code, stderr } = await daemon.relay('source', 'templates', 'mine', 'titel');
    expect(stderr).toContain('fix: did you mean "title"?');
    expect(code).toBe(5);
  });
});

describe('a template that fails', () => {
  it('is told by the test, by the source, and by the metrics, and the alert goes out plain', async () => {
    const edited = await run('source', 'edit', 'mine', '--template', 'title={{ payload.title / 2 }}');
    expect(edited.stderr).toMatch(/next: \S+ source test mine\n/);
    const tried = await run('source', 'test', 'mine');
    expect(tried.stdout).toMatch(/^ {2}title: .* at line 1, column \d+\n {9}in its place: Disk almost full/m);
    const { stdout } = await run('source', 'test', 'mine', '--send', '--json');
    const { incident } = JSON.parse(stdout).alerts[0];

    const shown = await run('source', 'show', 'mine');
    expect(shown.stdout).toMatch(/^ {2}title failed once, last \S+: .*line 1, column \d+$/m);
    expect(shown.stderr).toContain(`incident show ${incident}`);
    expect((await run('incident', 'show', incident)).stdout).toContain('Disk almost full on db-1');
    const metrics = await call({ socketPath: null, url: `${daemon.url}/metrics` });
    expect(metrics.text).toContain('relay_render_errors_total{source="mine"} 1');
  });

  it('is refused with its place when it does not even parse', async () => {
    const { code, stderr } = await daemon.relay(
      'source',
      'edit',
      'mine',
      '--template',
      'title=a\n{{ payload.',
    );
    expect(stderr).toMatch(/\[object\.invalid\]/);
    expect(stderr).toMatch(/at line 2, column \d+/);
    expect(code).toBe(2);
    const mistyped = await daemon.relay('source', 'edit', 'mine', '--template', 'sms_titel=x');
    expect(mistyped.stderr).toContain('fix: did you mean "sms_title"?');
  });
});
