// SIGHUP does what `relay config reload` does: a good config is taken into service by the running process, a bad one is told in its log
// and changes nothing. A source that left the file answers 404 from then on.

import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { untilTrue } from '../kit/wait.js';

const KEY = 'a-key-of-twenty-five-long';
const source = (name: string) => ({ name, pack: 'generic', channel: 'ops', key: KEY });
let daemon: TestDaemon;

function rewrite(change: (config: { [key: string]: unknown }) => void): void {
  const config = parse(readFileSync(daemon.configPath, 'utf8'));
  change(config);
  writeFileSync(daemon.configPath, stringify(config));
}
const logged = (what: string) => () =>
  daemon
    .stderr()
    .split('\n')
    .find((line) => line.includes(what));
const post = async (name: string) => (await daemon.post(name, KEY, { id: name, title: name })).status;

beforeAll(async () => {
  daemon = await startDaemon({
    config: { channels: [{ name: 'ops' }], sources: [source('staying'), source('leaving')] },
  });
});
afterAll(async () => {
  await daemon?.remove();
});

describe('SIGHUP', () => {
  it('with a bad config changes nothing and says so in the log', async () => {
    const pid = daemon.pid();
    rewrite((config) => {
      config.sources = [{ ...source('staying'), chanel: 'ops' }];
    });
    daemon.signal('SIGHUP');
    await untilTrue('it is logged', logged('the config was not reloaded'));
    expect([await post('staying'), await post('leaving')]).toEqual([202, 202]);
    expect(daemon.pid()).toBe(pid);
  });

  it('with a good one takes it into service: the source that left is gone, the new one is there', async () => {
    rewrite((config) => {
      config.sources = [source('staying'), source('coming')];
    });
    daemon.signal('SIGHUP');
    const line = await untilTrue('it is logged', logged('config reloaded'));
    expect(JSON.parse(line)).toMatchObject({
      added: ['source coming'],
      changed: [],
      removed: ['source leaving'],
    });
    expect([await post('staying'), await post('leaving'), await post('coming')]).toEqual([202, 404, 202]);
  });
});

describe('a webhook whose receiver is not checked', () => {
  it('is told in the log, after a reload and after a start', async () => {
    const unchecked = { name: 'crm', urls: [{ url: 'https://crm.example.org/' }], verify_ssl: false };
    rewrite((config) => {
      config.webhooks = [unchecked, { ...unchecked, name: 'checked', verify_ssl: true }];
    });
    expect(logged('verify_ssl is off')()).toBeUndefined();
    daemon.signal('SIGHUP');
    const line = await untilTrue('it is logged', logged('verify_ssl is off'));
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', destinations: ['webhook/crm'] });
    const other = await startDaemon({ config: { webhooks: [unchecked] } });
    await untilTrue('it is logged at the start', () => other.stderr().includes('verify_ssl is off'));
    await other.remove();
  });
});

describe('an object made on the command line whose channel left the file while no daemon ran', () => {
  it('is left out with a line in the log, and can be removed', async () => {
    rewrite((config) => {
      config.channels = [{ name: 'ops' }, { name: 'night' }];
    });
    expect((await daemon.relay('config', 'reload')).code).toBe(0);
    const added = await daemon.relay('integration', 'add', 'console', 'wall', '--channel', 'night');
    expect(added).toMatchObject({ code: 0 });
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    rewrite((config) => {
      config.channels = [{ name: 'ops' }];
    });
    await daemon.restart();
    expect(logged('left out: integration/wall')()).toContain('night');
    expect((await daemon.relay('integration', 'list', '-o', 'name')).stdout).toBe('');
    const status = await daemon.relay('status');
    expect(status.code).toBe(8);
    expect(status.stdout).toMatch(/left out: integration\/wall.* integration remove wall/);
    expect((await daemon.relay('service', 'add', 'payments')).code).toBe(0);
    expect(await daemon.relay('integration', 'remove', 'wall', '--yes')).toMatchObject({ code: 0 });
    expect((await daemon.relay('status')).code).toBe(0);
    expect((await daemon.relay('config', 'reload')).code).toBe(0);
  });
});
