// A supervisor may reload or stop a daemon the moment it has started it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startDaemon({ config: { channels: [{ name: 'ops' }] } });
});
afterEach(() => daemon.remove());

it.each([[['SIGHUP', 'SIGTERM']], [['SIGTERM']]] as const)(
  'a daemon that gets %j before it listens ends in good order',
  async (names) => {
    await daemon.stop();
    const pidFile = join(daemon.dataDir, 'relay.pid');
    expect(existsSync(pidFile)).toBe(false);
    await daemon.restart({ whenReady: false });
    while (!existsSync(pidFile)) await pause(1);
    for (const name of names) daemon.signal(name);
    expect(await daemon.exited()).toEqual({ code: 0, signal: null });
    expect(existsSync(pidFile)).toBe(false);
    expect(existsSync(daemon.socketPath)).toBe(false);
  },
  60_000,
);
