// Two daemons on one database would send everything twice: the second is refused, whatever the first one's state.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { relay } from '../kit/cli.js';
import { freePort, startDaemon, type TestDaemon } from '../kit/daemon.js';

describe('a second daemon on the same data', () => {
  let daemon: TestDaemon;

  beforeAll(async () => {
    daemon = await startDaemon({ config: { channels: [{ name: 'ops' }] } });
  });
  afterAll(async () => {
    await daemon?.remove();
  });

  it('is refused with exit code 6 and told which process has it', async () => {
    const second = await relay(['serve', '--config', daemon.configPath], { cwd: daemon.dir });
    expect(second.code).toBe(6);
    expect(second.stderr).toContain('[daemon.already_running]');
    expect(second.stderr).toContain(String(daemon.pid()));
  });

  it('is refused with another port and socket too, and leaves no trace', async () => {
    const config = parse(readFileSync(daemon.configPath, 'utf8'));
    const path = join(daemon.dir, 'other.yaml');
    const socket = join(daemon.dir, 'other.sock');
    config.server = { listen: `127.0.0.1:${await freePort()}`, socket };
    writeFileSync(path, stringify(config));
    const second = await relay(['serve', '--config', path], { cwd: daemon.dir });
    expect(second.code).toBe(6);
    expect(second.stderr).toContain(String(daemon.pid()));
    expect((await daemon.api('status')).json.pid).toBe(daemon.pid());
  });

  it('starts once the first was killed, in spite of what that left behind', async () => {
    const first = daemon.pid();
    await daemon.kill9();
    await daemon.restart();
    expect(daemon.pid()).not.toBe(first);
    expect((await daemon.api('status')).status).toBe(200);
  });
});
