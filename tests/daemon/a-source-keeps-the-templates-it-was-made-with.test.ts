// A pack is copied into a source when the source is first seen. Later changes of the pack's folder reach new sources only; what the
// file overrides is in force at once, and its removal brings the copy back.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { ROOT } from '../kit/cli.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';
import { removeDir, tempDir } from '../kit/wait.js';

const packs = tempDir();
const packFile = join(packs, 'ours', 'pack.yaml');
let running: Running;

const CONFIG = (...sources: ConfigObject[]): ConfigObject => ({
  packs: [packs],
  channels: [{ name: 'ops' }],
  sources: [{ name: 'old', pack: 'ours', channel: 'ops' }, ...sources],
});
const NEW = { name: 'new', pack: 'ours', channel: 'ops' };

function writePack(title: string): void {
  const pack = parse(readFileSync(packFile, 'utf8'));
  writeFileSync(packFile, stringify({ ...pack, slug: 'ours', templates: { ...pack.templates, title } }));
}
async function reload(config: ConfigObject): Promise<void> {
  running.write(config);
  await running.runtime.control.reload({ dryRun: false });
}
let count = 0;
async function titleFrom(source: string): Promise<string | undefined> {
  count += 1;
  const { alerts } = await running.alert(source, { id: `alert-${count}`, title: 'disk full' });
  return (await running.store.getIncident(alerts[0]?.incident as string)).title;
}

beforeAll(async () => {
  cpSync(join(ROOT, 'packs', 'generic'), join(packs, 'ours'), { recursive: true });
  writePack('first: {{ payload.title }}');
  running = await startRunning({ config: CONFIG() });
});
afterAll(async () => {
  await running?.remove();
  removeDir(packs);
});

describe('a source', () => {
  it('renders by the pack of the day it was first seen', async () => {
    expect(await titleFrom('old')).toBe('first: disk full');
  });

  it('is not reached by a change of the pack, in a reload or a restart, while a new one is', async () => {
    writePack('second: {{ payload.title }}');
    await reload(CONFIG(NEW));
    expect(await titleFrom('old')).toBe('first: disk full');
    expect(await titleFrom('new')).toBe('second: disk full');

    await running.stop();
    running = await startRunning({ config: CONFIG(NEW), dir: running.dir });
    expect(await titleFrom('old')).toBe('first: disk full');
    expect(await titleFrom('new')).toBe('second: disk full');
  });

  it('is reached by what the file overrides, and has its copy back when that goes', async () => {
    await reload(CONFIG({ ...NEW, templates: { title: 'mine: {{ payload.title }}' } }));
    expect(await titleFrom('new')).toBe('mine: disk full');
    await reload(CONFIG(NEW));
    expect(await titleFrom('new')).toBe('second: disk full');
  });

  it('made by hand and removed takes the pack of the day when it is made again', async () => {
    const { control } = running.runtime;
    const spec = { name: 'mine', pack: 'ours', channel: 'ops' };
    await control.add('source', spec, 'cli');
    writePack('third: {{ payload.title }}');
    await reload(CONFIG(NEW));
    expect(await titleFrom('mine')).toBe('second: disk full');
    await control.remove('source', 'mine');
    await control.add('source', spec, 'cli');
    expect(await titleFrom('mine')).toBe('third: disk full');
  });

  it('is not made from a pack whose templates are wrong, and nothing else changes', async () => {
    writePack('{{ payload.title');
    const before = running.runtime.topology();
    running.write(CONFIG(NEW, { name: 'late', pack: 'ours', channel: 'ops' }));
    const error = await running.runtime.control.reload({ dryRun: false }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'template.syntax',
      message: expect.stringContaining('source "late" cannot be made from pack "ours"'),
    });
    expect(running.runtime.topology()).toBe(before);
    expect((await running.store.snapshots()).map(({ source }) => source)).not.toContain('late');
    await reload(CONFIG(NEW));
    expect(await titleFrom('new')).toBe('second: disk full');
  });
});
