// A full disk: 503 with Retry-After, nothing half there, everything taken is still delivered, and it works again when there is room.
// On a small tmpfs where one can be mounted (as root); elsewhere (or with RELAY_NO_TMPFS=1)
// the kernel's file size limit, which is lifted for the last part.

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiAnswer } from '../kit/api.js';
import { startDaemon, type TestDaemon } from '../kit/daemon.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { removeDir, tempDir, untilTrue } from '../kit/wait.js';
import { readStore } from './read-store.js';

const KEY = 'scripts-key-000001';
const SIZE_BYTES = 12 * 1024 * 1024;
const FILL_LIMIT = 20_000;

/** Room that can run out, and a way to make room again. */
interface SmallDisk {
  readonly kind: string;
  readonly dataDir: string;
  readonly wrapper: readonly string[];
  free(daemon: TestDaemon): void;
  remove(): void;
}

function mountTmpfs(dir: string): SmallDisk | null {
  const dataDir = join(dir, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BYTES}`, 'tmpfs', dataDir]);
  if (mounted.status !== 0) return null;
  // Something else that takes room, and is deleted later.
  const ballast = join(dataDir, 'ballast');
  writeFileSync(ballast, Buffer.alloc(SIZE_BYTES / 2));
  return {
    kind: `tmpfs of ${SIZE_BYTES} bytes`,
    dataDir,
    wrapper: [],
    free: () => rmSync(ballast),
    remove: () => {
      spawnSync('umount', ['-l', dataDir]);
    },
  };
}

/** Writes beyond the limit fail with EFBIG; SIGXFSZ is ignored, as Node does from the start. */
function limitFileSize(dir: string): SmallDisk {
  const limit = SIZE_BYTES / 2;
  return {
    kind: `files of at most ${limit} bytes`,
    dataDir: join(dir, 'data'),
    wrapper: ['prlimit', `--fsize=${limit}:unlimited`],
    free: (daemon) => {
      const lifted = spawnSync('prlimit', [`--pid=${daemon.pid()}`, '--fsize=unlimited']);
      if (lifted.status !== 0) throw new Error(`prlimit failed: ${lifted.stderr}`);
    },
    remove: () => {},
  };
}

const alert = (i: number): object => ({
  alert_uid: `group-${i}`,
  title: `alert ${i}`,
  message: 'x'.repeat(4_000),
  state: 'alerting',
});

describe('on a full disk', () => {
  const dir = tempDir();
  const accepted: { id: string; title: string }[] = [];
  let disk: SmallDisk;
  let daemon: TestDaemon;
  let receiver: Receiver;
  let refusal: ApiAnswer;
  let posted = 0;

  const post = async (): Promise<ApiAnswer> => {
    const i = posted++;
    const answer = await daemon.post('scripts', KEY, alert(i));
    if (answer.status === 202) accepted.push({ id: answer.json.alerts[0].id, title: `alert ${i}` });
    return answer;
  };

  beforeAll(async () => {
    disk = (process.env.RELAY_NO_TMPFS ? null : mountTmpfs(dir)) ?? limitFileSize(dir);
    console.log(`disk full by: ${disk.kind}`);
    receiver = await startReceiver();
    daemon = await startDaemon({
      dir,
      dataDir: disk.dataDir,
      wrapper: disk.wrapper,
      config: {
        channels: [{ name: 'ops' }],
        sources: [{ name: 'scripts', pack: 'generic', channel: 'ops', key: KEY }],
        webhooks: [
          {
            name: 'tickets',
            urls: [{ url: receiver.url }],
            events: ['incident.triggered'],
            format: 'standard',
            retry: { max: 20, base: '50ms', factor: 1 },
          },
        ],
      },
    });
    refusal = await post();
    while (refusal.status === 202 && posted < FILL_LIMIT) refusal = await post();
  }, 120_000);

  afterAll(async () => {
    await daemon?.remove();
    await receiver?.close();
    disk?.remove();
    removeDir(dir);
  });

  it('answers 503 with Retry-After and a reason', () => {
    expect(refusal.status).toBe(503);
    expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(0);
    expect(refusal.json.error.code).toMatch(/^store\./);
    expect(accepted.length).toBeGreaterThan(10);
  });

  it('keeps running and says that it is not ready', async () => {
    const ready = await untilTrue('it is seen as not ready', async () => {
      const { call } = await import('../kit/api.js');
      const answer = await call({ socketPath: null, url: `${daemon.url}/readyz` });
      return answer.status === 503 ? answer : undefined;
    });
    expect(ready.text).toMatch(/store|disk|space|full/i);
  });

  it('takes alerts again when there is room, without a restart', async () => {
    const before = accepted.length;
    disk.free(daemon);
    await untilTrue('an alert is accepted', async () => (await post()).status === 202);
    expect(accepted.length).toBe(before + 1);
    if (disk.wrapper.length === 0) expect(statfsSync(disk.dataDir).bavail).toBeGreaterThan(0);
  }, 60_000);

  it('delivered everything it had accepted, and holds nothing it had refused', async () => {
    const wanted = new Set(accepted.map(({ title }) => title));
    await untilTrue(
      'every accepted alert was delivered',
      () => {
        const got = new Set(receiver.requests.map(({ json }) => json.data.incident.title));
        return [...wanted].every((title) => got.has(title));
      },
      60_000,
    );
    await untilTrue('nothing is under way', async () => {
      const { json } = await daemon.api('status');
      return (json.last_hour.deliveries.pending ?? 0) + (json.last_hour.deliveries.sending ?? 0) === 0;
    });
    await daemon.stop();
    const content = await readStore(disk.dataDir);
    expect(content.alerts.map(({ id }) => id).sort()).toEqual(accepted.map(({ id }) => id).sort());
    expect(content.events.length).toBe(accepted.length);
    expect(content.deliveries.filter(({ state }) => state !== 'delivered')).toEqual([]);
    expect(content.deliveries.length).toBe(accepted.length);
  }, 90_000);
});
