import { describe, expect, it } from '@jest/globals';
import { buildTopology } from '../../src/config/topology.js';
import type { StoredSecret } from '../../src/store/store.js';
import { configOf, PACKS, packOf, SIGNING_SECRET, storedOf, topologyOf } from './fixtures.js';

const secretOf = (change: Partial<StoredSecret>): StoredSecret => ({
  noun: 'webhook',
  name: 'crm',
  purpose: 'signing',
  value: SIGNING_SECRET,
  createdAt: 1,
  expiresAt: null,
  ...change,
});
const WEBHOOK =
  'webhooks:\n  - { name: crm, urls: [ { url: "https://a.example/" }, { url: "https://b.example/", method: PUT } ] }\n';
const SOURCE = 'sources:\n  - { name: am, pack: alertmanager, key: 0123456789abcdef }\n';

describe('destinations', () => {
  it('of an integration have the defaults of the four boxes', () => {
    const { topology } = topologyOf(
      'channels: [ { name: ops, integrations: [ { name: t, kind: console }, { name: w, kind: webhook, url: "https://x.example/" } ] } ]',
    );
    expect(topology.destinations.get('integration/t')).toMatchObject({
      channel: 'ops',
      concurrency: 1,
      displayUrl: 'daemon output',
      settings: {},
    });
    expect(topology.destinations.get('integration/w')).toEqual({
      ref: 'integration/w',
      noun: 'integration',
      name: 'w',
      kind: 'webhook',
      origin: 'file',
      channel: 'ops',
      events: ['incident.triggered', 'incident.unacknowledged', 'incident.acknowledged', 'incident.resolved'],
      settings: { url: 'https://x.example/' },
      displayUrl: 'https://x.example/',
      paused: false,
      retry: { max: 3, baseMs: 5_000, factor: 4, jitter: 0.2 },
      timeoutMs: 15_000,
      concurrency: 16,
      redelivery: { schedule: '*/15 * * * *', maxAgeMs: 86_400_000 },
    });
  });

  it('of a webhook are one per URL, signed with every secret in force, newest first', () => {
    const { topology } = topologyOf(WEBHOOK, {
      secrets: [
        secretOf({ value: 'whsec_old', createdAt: 1, expiresAt: 1_001 }),
        secretOf({ value: 'whsec_new', createdAt: 5 }),
        secretOf({ value: 'whsec_ended', createdAt: 3, expiresAt: 1_000 }),
        secretOf({ value: 'whsec_other', name: 'erp' }),
      ],
      paused: new Set(['webhook/crm']),
    });
    expect([...topology.destinations.keys()]).toEqual(['webhook/crm', 'webhook/crm#2']);
    const second = topology.destinations.get('webhook/crm#2');
    expect(second?.settings).toMatchObject({
      url: 'https://b.example/',
      method: 'PUT',
      format: 'standard',
      verify_ssl: true,
    });
    expect(second?.settings.signing_keys).toEqual(['whsec_new', 'whsec_old']);
    expect(second).toMatchObject({ channel: null, paused: true, displayUrl: 'https://b.example/' });
  });

  it('take presets, their own spans, and no sweep when they say so', () => {
    const { topology } = topologyOf(
      `redelivery: { schedule: "0 * * * *", max_age: 2d }
webhooks:
  - { name: a, secret: "${SIGNING_SECRET}", urls: [ { url: "https://a.example/" } ], retry: standard-webhooks, redelivery: false, timeout: 2s }
  - { name: b, secret: "${SIGNING_SECRET}", urls: [ { url: "https://a.example/" } ], retry: { max: 1 }, redelivery: { max_age: 1h } }
`,
    );
    expect(topology.destinations.get('webhook/a')).toMatchObject({ redelivery: null, timeoutMs: 2_000 });
    expect(topology.destinations.get('webhook/a')?.retry.scheduleMs).toHaveLength(9);
    expect(topology.destinations.get('webhook/b')).toMatchObject({
      retry: { max: 1, baseMs: 5_000 },
      redelivery: { schedule: '0 * * * *', maxAgeMs: 3_600_000 },
    });
  });
});

describe('what is needed', () => {
  it('is left out until it is there', () => {
    const text = `${WEBHOOK}sources: [ { name: am, pack: alertmanager } ]\n`;
    const first = topologyOf(text);
    expect(first.needed.sourceKeys).toEqual(['am']);
    expect(first.needed.signingSecrets).toEqual(['crm']);
    expect(first.topology.sources.size + first.topology.destinations.size).toBe(0);
    const second = topologyOf(text, {
      secrets: [
        secretOf({}),
        secretOf({ noun: 'source', name: 'am', purpose: 'source_key', value: 'a-key' }),
      ],
      snapshots: first.needed.snapshots.map((snapshot) => ({ ...snapshot, takenAt: 1 })),
    });
    expect(second.needed).toEqual({ sourceKeys: [], signingSecrets: [], privateKeys: [], snapshots: [] });
    expect(second.topology.sources.get('am')?.key).toBe('a-key');
    expect(second.topology.destinations.size).toBe(2);
  });
});

describe('templates of a source', () => {
  it('come from the snapshot, whatever the pack says now', () => {
    const { needed } = topologyOf(SOURCE);
    const snapshots = needed.snapshots.map((snapshot) => ({ ...snapshot, takenAt: 1 }));
    const packs = new Map([
      [
        'alertmanager',
        packOf('alertmanager', {
          templates: { title: 'changed' },
          splits: {
            alerts: {
              each: 'payload.alerts',
              templates: { title: 'changed too' },
              variables: {},
              otherwise: 'refuse',
            },
          },
        }),
      ],
    ]);
    const whole = topologyOf(SOURCE, { packs, snapshots });
    expect(whole.topology.sources.get('am')?.templates).toEqual({ title: 'a title', grouping_id: 'g' });
    expect(whole.needed.snapshots).toEqual([]);
    const split = topologyOf(SOURCE.replace('key:', 'split: alerts, key:'), { packs, snapshots });
    expect(split.topology.sources.get('am')?.templates).toEqual({ title: 'a member', grouping_id: 'g' });
  });

  it('are overridden by the file', () => {
    const { topology } = topologyOf(
      SOURCE.replace('key:', 'split: alerts, templates: { title: mine }, key:'),
    );
    expect(topology.sources.get('am')?.templates).toEqual({ title: 'mine', grouping_id: 'g' });
  });

  it('are taken anew when the source changes its pack', () => {
    const snapshots = [{ source: 'am', pack: 'generic', templates: { title: 'old' }, takenAt: 1 }];
    const { needed, topology } = topologyOf(SOURCE, { snapshots });
    expect(needed.snapshots).toMatchObject([{ source: 'am', pack: 'alertmanager' }]);
    expect(topology.sources.get('am')?.templates.title).toBe('a title');
  });
});

describe('objects of the database', () => {
  const channels = 'channels: [ { name: ops } ]\n';

  it('stand beside those of the file', () => {
    const { topology, problems } = topologyOf(channels, {
      stored: [
        storedOf('integration', { name: 't', kind: 'console', channel: 'ops' }),
        storedOf('service', { name: 's' }, 'api'),
      ],
    });
    expect(problems).toEqual([]);
    expect(topology.destinations.get('integration/t')).toMatchObject({ origin: 'cli', channel: 'ops' });
    expect(topology.services.get('s')).toEqual({ name: 's', title: 's', assignee: null, origin: 'api' });
  });

  it('that clash with the file are an error at its line', () => {
    const { problems } = topologyOf(`\n${channels.replace('[ { name: ops } ]', '\n  - name: ops')}`, {
      stored: [storedOf('channel', { name: 'ops' })],
    });
    expect(problems).toMatchObject([
      { severity: 'error', code: 'duplicate_name', object: 'channel/ops', at: { line: 3, column: 5 } },
    ]);
    expect(problems[0]?.message).toContain('line 3');
  });

  it('that refer to something gone are an error that names them', () => {
    const { problems, topology } = topologyOf('', {
      stored: [
        storedOf('integration', { name: 't', kind: 'console', channel: 'ops' }),
        storedOf('integration', { name: 'u', kind: 'pager', channel: 'ops' }),
        storedOf('source', { name: 's', pack: 'gone' }),
      ],
    });
    expect(problems.map(({ object, code }) => `${object} ${code}`)).toEqual([
      'integration/t unknown_reference',
      'integration/u unknown_reference',
      'integration/u invalid_value',
      'source/s unknown_reference',
    ]);
    expect(topology.destinations.size).toBe(0);
  });

  it('have their references resolved, and a missing one told', () => {
    const stored = [
      storedOf('webhook', { name: 'crm', secret: 'env:CRM', urls: [{ url: 'https://a.example/' }] }),
    ];
    const found = topologyOf('', { stored, references: { variables: { CRM: SIGNING_SECRET }, folder: '/' } });
    expect(found.topology.destinations.get('webhook/crm')?.settings.signing_keys).toEqual([SIGNING_SECRET]);
    const missing = topologyOf('', { stored, references: { variables: {}, folder: '/' } });
    expect(missing.problems).toMatchObject([{ code: 'missing_secret', object: 'webhook/crm', at: null }]);
    expect(stored[0]?.spec.secret).toBe('env:CRM');
  });

  it('made through the API never have a reference resolved', () => {
    const spec = { name: 'crm', headers: { 'X-Stolen': 'env:CRM' }, urls: [{ url: 'https://a.example/' }] };
    const references = { variables: { CRM: 'stolen' }, folder: '/' };
    const { topology, problems } = topologyOf('', { stored: [storedOf('webhook', spec, 'api')], references });
    expect(problems).toMatchObject([{ code: 'invalid_value', object: 'webhook/crm' }]);
    expect(topology.destinations.size).toBe(0);
  });
});

it('gives the directory and the public address', () => {
  const text =
    'server: { public_url: "https://relay.example.org/" }\ndirectory: { users: [ { name: dana, full_name: Dana K. } ] }\n';
  const { topology } = buildTopology({
    config: configOf(text),
    stored: [],
    secrets: [],
    snapshots: [],
    paused: new Set(),
    packs: PACKS,
    now: 0,
  });
  expect(topology.publicUrl).toBe('https://relay.example.org');
  expect(topology.users.get('dana')).toEqual({
    name: 'dana',
    fullName: 'Dana K.',
    email: null,
    phone: null,
    organization: null,
    channel: null,
  });
  expect(Object.isFrozen(topology)).toBe(true);
});
