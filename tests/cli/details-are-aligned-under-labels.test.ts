import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeDaemon, startFakeDaemon } from './fake-daemon.js';

const PACK = {
  slug: 'datadog',
  title: 'Datadog',
  description: 'Monitors and incidents of Datadog',
  auto_resolve: true,
  acknowledges: false,
  built_in: true,
  used_by: ['datadog-prod'],
  connect: '# Connect Datadog\n\n1. Open {{ url }}.\n',
  templates: { title: '{{ payload.title }}', message: 'one\ntwo' },
  variables: { host: 'payload.host' },
  splits: ['each', 'all'],
  split: 'each',
  verify: ['hmac', 'basic'],
  samples: [
    {
      name: 'triggered',
      text: '{"a": 1}',
      content_type: 'application/json',
      headers: { 'x-event': 'alarm' },
    },
    { name: 'recovered', text: '{}', content_type: 'application/json', headers: {} },
  ],
};
const DATABASE = {
  path: '/srv/relay/data/relay.db',
  schema_version: 1,
  size_bytes: 212_000_000,
  wal_bytes: 4_100_000,
  counts: { events: 412, deliveries: 431 },
  oldest_event_at: '2026-01-30T12:00:00.000Z',
  instance_id: 'k3v9',
};

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await startFakeDaemon({
    'GET /packs/datadog': PACK,
    'GET /db': DATABASE,
    'POST /db/check': { ok: false, findings: ['row 3 missing from index events_at'] },
    'POST /db/prune': { dry_run: true, deleted: { deliveries: 12 } },
  });
});
afterEach(() => daemon.remove());

describe('a detail view', () => {
  it('of a pack shows how to connect it and its templates', async () => {
    const { stdout } = await daemon.relay(['pack', 'show', 'datadog']);
    expect(stdout).toBe(`pack         datadog
title        Datadog
description  Monitors and incidents of Datadog
resolves     by itself, when the condition is gone
signature    checked once the source has a secret (hmac, basic)
splits       each (unless told otherwise), all
samples      triggered, recovered
used by      datadog-prod
from         Relay

How to connect
  ({{ url }} is the Integration URL: relay source add makes it, relay source show fills it in here)

  # Connect Datadog

  1. Open {{ url }}.

Variables
  host: payload.host

Templates
  title: {{ payload.title }}
  message:
    one
    two
`);
  });

  it('of a pack can be one of its samples, as it is sent', async () => {
    const { stdout, stderr } = await daemon.relay(['pack', 'show', 'datadog', '--sample', 'triggered']);
    expect(stdout).toBe('{"a": 1}\n');
    expect(stderr).toBe('sent as application/json\nwith the header x-event: alarm\n');
    const { code, stderr: error } = await daemon.relay(['pack', 'show', 'datadog', '--sample', 'trigered']);
    expect(error).toContain('did you mean --sample triggered?');
    expect(code).toBe(2);
  });

  it('of the database shows its size and rows', async () => {
    const { stdout } = await daemon.relay(['db', 'info']);
    expect(stdout).toBe(`file             /srv/relay/data/relay.db
size             212 MB
write-ahead log  4.1 MB
schema version   1
oldest event     2026-01-30T12:00:00.000Z
instance         k3v9

Rows
  events           412
  deliveries       431
`);
  });

  it('is the answer as it is with --json, and the name alone with -o name', async () => {
    const json = await daemon.relay(['pack', 'show', 'datadog', '--json']);
    expect(JSON.parse(json.stdout)).toEqual(PACK);
    expect((await daemon.relay(['pack', 'show', 'datadog', '-o', 'name'])).stdout).toBe('datadog\n');
  });
});

describe('relay db', () => {
  it('check exits 1 and says what was found in a damaged file', async () => {
    const { code, stderr } = await daemon.relay(['db', 'check']);
    expect(stderr).toContain('why: row 3 missing from index events_at');
    expect(code).toBe(1);
  });

  it('prune --dry-run only counts', async () => {
    const { stdout } = await daemon.relay(['db', 'prune', '--dry-run']);
    expect(stdout).toBe('would delete 12 deliveries\n');
    expect(daemon.asked[0]?.body).toEqual({ dry_run: true });
  });

  it('backup sends an absolute path: the daemon has a folder of its own', async () => {
    await daemon.relay(['db', 'backup', 'copy.db']);
    expect(daemon.asked[0]?.body).toEqual({ path: `${daemon.dir}/copy.db` });
  });
});
