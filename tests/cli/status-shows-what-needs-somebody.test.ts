import { afterEach, describe, expect, it } from '@jest/globals';
import { statusLines } from '../../src/cli/commands/status.js';
import type { StatusAnswer } from '../../src/http/wire/api-types.js';
import { testContext } from './context.js';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

const DEGRADED: StatusAnswer = {
  version: '0.1.0',
  pid: 4242,
  started_at: '2026-02-23T10:00:00.000Z',
  config_path: '/srv/relay/relay.yaml',
  config_loaded_at: '2026-03-01T10:00:00.000Z',
  listening: 'http://127.0.0.1:8480',
  public_url: 'http://127.0.0.1:8480',
  socket: '/srv/relay/data/relay.sock',
  database: {
    path: '/srv/relay/data/relay.db',
    size_bytes: 212_000_000,
    oldest_event_at: '2026-01-30T12:00:00.000Z',
  },
  last_hour: {
    events: 412,
    incidents_opened: 18,
    incidents_open: 2,
    deliveries: { delivered: 428, pending: 2, failed: 1 },
  },
  healthy: false,
  problems: [
    {
      destination: 'ops-slack',
      text: '2 waiting, last answer 429, next try in 48s',
      see: 'relay delivery list --search ops-slack --status pending',
    },
  ],
  paused: [],
  backlog: [],
};
const HEALTHY: StatusAnswer = { ...DEGRADED, healthy: true, problems: [] };

let daemon: FakeDaemon | undefined;
afterEach(async () => {
  await daemon?.remove();
  daemon = undefined;
});

describe('relay status', () => {
  it('is this screen on a terminal', () => {
    const lines = statusLines(DEGRADED, testContext({ isTTY: true, invokedAs: 'bin/relay.js' }));
    expect(lines.join('\n')).toBe(
      `relay 0.1.0  running 6d 2h  config ./relay.yaml (loaded 2h ago)
  listening   http://127.0.0.1:8480   socket ./data/relay.sock
  database    ./data/relay.db  212 MB, oldest event 30d ago
  last hour   412 events, 18 incidents (2 open), 431 deliveries: 428 delivered, 2 waiting, 1 failed
DEGRADED  ops-slack: 2 waiting, last answer 429, next try in 48s        see: bin/relay.js delivery list --search ops-slack --status pending`,
    );
  });

  it('exits 8 when something is degraded and 0 when nothing is', async () => {
    daemon = await startFakeDaemon({ 'GET /status': DEGRADED });
    const degraded = await daemon.relay(['status']);
    expect(degraded.stdout).toContain('DEGRADED  ops-slack: 2 waiting');
    expect(degraded.stdout).toContain('(loaded 2026-03-01T10:00:00.000Z)');
    expect(degraded.code).toBe(8);
    await daemon.remove();
    daemon = await startFakeDaemon({ 'GET /status': HEALTHY });
    const healthy = await daemon.relay(['status']);
    expect(healthy.stdout).not.toContain('DEGRADED');
    expect(healthy.code).toBe(0);
  });

  it('reminds of what somebody paused, which is no failure', async () => {
    const paused = [{ object: 'webhook/crm', text: '3 held', see: 'relay webhook resume crm' }];
    daemon = await startFakeDaemon({ 'GET /status': { ...HEALTHY, paused } });
    const { stdout, code } = await daemon.relay(['status']);
    expect(stdout).toMatch(/^PAUSED {2}webhook\/crm: 3 held {2,}see: \S+ webhook resume crm$/m);
    expect(code).toBe(0);
  });

  it('notices what sources refused, which is no failure', async () => {
    const noticed = [
      { object: 'source/crm', text: '3 payloads refused in 24h', see: 'relay source rejects crm' },
    ];
    daemon = await startFakeDaemon({ 'GET /status': { ...HEALTHY, noticed } });
    const { stdout, code } = await daemon.relay(['status']);
    expect(stdout).toMatch(
      /^NOTICED {2}source\/crm: 3 payloads refused in 24h {2,}see: \S+ source rejects crm$/m,
    );
    expect(code).toBe(0);
  });

  it('prints the answer as it is with --json', async () => {
    daemon = await startFakeDaemon({ 'GET /status': DEGRADED });
    const { stdout, code } = await daemon.relay(['status', '--json']);
    expect(JSON.parse(stdout)).toEqual(DEGRADED);
    expect(code).toBe(8);
  });

  it('--wait gives up with exit 7 when no daemon comes', async () => {
    daemon = await startFakeDaemon({});
    const { code, stderr } = await daemon.relay(['status', '--wait', '--timeout', '1ms'], {
      env: { RELAY_SOCKET: `${daemon.dir}/none.sock` },
    });
    expect(stderr).toContain('[daemon.unreachable]');
    expect(code).toBe(7);
  });
});
