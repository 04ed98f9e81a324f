// Packs can be looked at before there is a daemon: those of Relay, and those of the config file when it can be read.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { relay } from '../kit/cli.js';
import { removeDir, tempDir } from '../kit/wait.js';

let dir: string;
beforeEach(() => {
  dir = tempDir();
});
afterEach(() => removeDir(dir));

const run = (...args: string[]) => relay([...args, '--socket', join(dir, 'none.sock')], { cwd: dir });

function writeOwnPack(): void {
  mkdirSync(join(dir, 'packs', 'mine'), { recursive: true });
  writeFileSync(
    join(dir, 'packs', 'mine', 'pack.yaml'),
    'slug: mine\ntitle: Mine\ndescription: My own tool\ntemplates:\n  title: "{{ payload.title }}"\n  grouping_id: "{{ payload.id }}"\n',
  );
}

describe('without a daemon', () => {
  it('the packs of Relay are listed, searched and sorted, and stderr says whom was asked', async () => {
    const { code, stdout, stderr } = await run('pack', 'list', '--search', 'PROMETHEUS', '-o', 'name');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain('alertmanager');
    expect(stdout.split('\n')).not.toContain('datadog');
    expect(stderr).toContain('no daemon was asked: these are the packs that come with Relay\n');
    const down = (await run('pack', 'list', '--sort', 'slug', '--desc', '-o', 'name')).stdout
      .trim()
      .split('\n');
    expect(down).toEqual([...down].sort().reverse());
  });

  it('one is shown with its samples; one that is not there has a near name', async () => {
    expect((await run('pack', 'show', 'datadog', '--json')).stdout).toContain('"used_by": []');
    const sample = await run('pack', 'show', 'datadog', '--sample', 'recovered');
    expect(JSON.parse(sample.stdout)).toBeDefined();
    const mistyped = await run('pack', 'show', 'datadgo');
    expect(mistyped.stderr).toContain('did you mean "datadog"?');
    expect(mistyped.stderr).toContain('[pack.not_found]');
    expect(mistyped.code).toBe(5);
  });

  it('those of the config file are there too, unless it has mistakes', async () => {
    writeOwnPack();
    writeFileSync(join(dir, 'relay.yaml'), 'packs: [packs]\n');
    const { stdout, stderr } = await run('pack', 'list', '-o', 'name');
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['mine', 'datadog']));
    expect(stderr).toContain(join(dir, 'relay.yaml'));
    writeFileSync(join(dir, 'relay.yaml'), 'packs: [packs]\nchanels: []\n');
    const broken = await run('pack', 'list', '-o', 'name');
    expect(broken.stdout.split('\n')).not.toContain('mine');
    expect(broken.stderr).toContain('the packs that come with Relay');
  });
});
