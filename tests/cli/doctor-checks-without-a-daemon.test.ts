import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DoctorCheck } from '../../src/http/wire/api-types.js';
import { relay } from '../kit/cli.js';
import { removeDir, tempDir } from '../kit/wait.js';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

let dir: string;
let daemon: FakeDaemon | undefined;
beforeEach(() => {
  dir = tempDir();
});
afterEach(async () => {
  await daemon?.remove();
  daemon = undefined;
  removeDir(dir);
});

const checksOf = (stdout: string): Map<string, DoctorCheck> =>
  new Map((JSON.parse(stdout).checks as DoctorCheck[]).map((check) => [check.name, check]));

describe('relay doctor', () => {
  it('finds nothing wrong with a valid config, and that the daemon does not run is only a warning', async () => {
    mkdirSync(join(dir, 'data'));
    writeFileSync(join(dir, 'relay.yaml'), 'channels: [{ name: ops }]\n');
    const { code, stdout } = await relay(['doctor', '--json'], { cwd: dir });
    const checks = checksOf(stdout);
    expect(checks.get('node')).toMatchObject({ level: 'ok', text: `Node ${process.versions.node}` });
    expect(checks.get('config')).toMatchObject({ level: 'ok', text: `${join(dir, 'relay.yaml')} is valid` });
    expect(checks.get('data folder')).toMatchObject({ level: 'ok' });
    expect(checks.get('daemon')).toMatchObject({ level: 'warning', fix: 'start it: relay serve' });
    expect(code).toBe(0);
  });

  it('exits 1 on an invalid config and says what to run', async () => {
    writeFileSync(join(dir, 'relay.yaml'), 'chanels: []\n');
    const { code, stdout } = await relay(['doctor'], { cwd: dir });
    expect(stdout).toMatch(/^error {4}config {2}\S+relay\.yaml has 1 mistake$/m);
    expect(stdout).toMatch(/^ +fix: \S+ config validate$/m);
    expect(code).toBe(1);
  });

  it('finds a data folder that is a file', async () => {
    writeFileSync(join(dir, 'relay.yaml'), 'data: ./relay.yaml\n');
    const { code, stdout } = await relay(['doctor', '--json'], { cwd: dir });
    expect(checksOf(stdout).get('data folder')).toMatchObject({ level: 'error' });
    expect(code).toBe(1);
  });

  it('checks the file the daemon runs on when none stands where one is looked for', async () => {
    const path = join(dir, 'elsewhere.yaml');
    writeFileSync(path, 'chanels: []\n');
    daemon = await startFakeDaemon({ 'GET /doctor': { items: [] }, 'GET /status': { config_path: path } });
    const { code, stdout } = await daemon.relay(['doctor', '--json'], { cwd: dir });
    expect(checksOf(stdout).get('config')).toMatchObject({
      level: 'error',
      text: `${path} has 1 mistake`,
      fix: `relay config validate ${path}`,
    });
    expect(code).toBe(1);
  });

  it('takes a secret that only this shell lacks for no mistake of a file that the daemon runs on', async () => {
    const path = join(dir, 'elsewhere.yaml');
    const source = '{ name: hub, pack: github, secret: env:SECRET_OF_THE_DAEMON_ALONE }';
    writeFileSync(path, `sources: [${source}]\n`);
    daemon = await startFakeDaemon({ 'GET /doctor': { items: [] }, 'GET /status': { config_path: path } });
    const { code, stdout } = await daemon.relay(['doctor', '--json'], { cwd: dir });
    expect(checksOf(stdout).get('config')).toMatchObject({
      level: 'warning',
      fix: 'relay config reload --dry-run',
    });
    expect(code).toBe(0);

    writeFileSync(path, `sources: [${source}]\nchanels: []\n`);
    const both = await daemon.relay(['doctor', '--json'], { cwd: dir });
    expect(checksOf(both.stdout).get('config')).toMatchObject({ text: `${path} has 2 mistakes` });
    expect(both.code).toBe(1);
  });

  it('does when no daemon runs on it', async () => {
    writeFileSync(
      join(dir, 'relay.yaml'),
      'sources: [{ name: hub, pack: github, secret: env:NOBODY_HAS_IT }]\n',
    );
    const { code, stdout } = await relay(['doctor', '--json'], { cwd: dir });
    expect(checksOf(stdout).get('config')).toMatchObject({ level: 'error' });
    expect(code).toBe(1);
  });

  it('adds what the daemon found; an error there is an error here', async () => {
    const found: DoctorCheck[] = [
      { name: 'disk', ok: true, level: 'ok', text: '9 GB free', fix: null },
      {
        name: 'webhook/crm',
        ok: false,
        level: 'error',
        text: 'disabled: 410',
        fix: 'relay webhook resume crm',
      },
    ];
    daemon = await startFakeDaemon({ 'GET /doctor': { items: found } });
    const { code, stdout } = await daemon.relay(['doctor', '--json']);
    expect(checksOf(stdout).get('webhook/crm')).toEqual(found[1]);
    expect(checksOf(stdout).get('daemon')).toMatchObject({
      level: 'ok',
      text: `answers on ${daemon.socket}`,
    });
    expect(code).toBe(1);
  });
});
