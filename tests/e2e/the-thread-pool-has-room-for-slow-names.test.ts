// Name lookups share libuv's threads with the sync of the store's log. The launcher asks for more of them, in time to be heard.

import { readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { startDaemon } from '../kit/daemon.js';

async function threadsOf(size: string): Promise<number> {
  const daemon = await startDaemon({ env: { UV_THREADPOOL_SIZE: size } });
  try {
    // A write, so that the pool has been used.
    await daemon.api('status');
    return readdirSync(`/proc/${daemon.pid()}/task`).length;
  } finally {
    await daemon.remove();
  }
}

(process.platform === 'linux' ? it : it.skip)(
  'the daemon has a pool of 16 threads, unless it is told another number',
  async () => {
    const four = await threadsOf('4');
    expect((await threadsOf('')) - four).toBe(12);
    expect((await threadsOf('6')) - four).toBe(2);
  },
  60_000,
);
