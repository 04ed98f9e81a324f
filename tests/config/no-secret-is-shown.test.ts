import { describe, expect, it } from '@jest/globals';
import { loadConfigText } from '../../src/config/load.js';
import { exportConfig, showConfig } from '../../src/config/show.js';
import { configOf, PACKS, SIGNING_SECRET, storedOf } from './fixtures.js';

const TEXT = `
egress: { proxy: "http://relay:hidden-proxy@proxy.example.org:3128" }
services: [ { name: s } ]
sources:
  - { name: a, pack: generic, channel: ops, key: env:KEY }
  - { name: b, pack: generic, key: hidden-in-plain-text }
channels:
  - name: ops
    integrations:
      - { name: t, kind: console }
      - { name: w, kind: webhook, url: "https://me:hidden-password@example.org/x?token=hidden-token" }
webhooks:
  - name: crm
    urls: [ { url: env:URL } ]
    secret: "${SIGNING_SECRET}"
    headers: { X-Team: payments, Authorization: Bearer hidden-header }
`;
const VARIABLES = { KEY: 'hidden-key-of-the-environment', URL: 'https://example.org/hidden-url' };
const STORED = [
  storedOf('source', { name: 'made', pack: 'generic' }),
  storedOf(
    'webhook',
    { name: 'erp', urls: [{ url: 'https://erp.example.org/' }], headers: { 'X-Token': 'hidden-too' } },
    'api',
  ),
  storedOf('integration', { name: 'late', kind: 'console', channel: 'ops' }),
];

describe('config show', () => {
  it('has every default and no secret', () => {
    const shown = showConfig(configOf(TEXT, VARIABLES));
    expect(shown).not.toMatch(/hidden|whsec_/);
    expect(shown).toMatch(/key: env:KEY/);
    expect(shown).toContain('proxy: http://***@proxy.example.org:3128');
    expect(shown).toMatch(/url: env:URL/);
    expect(shown).toMatch(/X-Team: payments/);
    expect(shown).toMatch(/body_limit: 1MiB/);
    expect(shown).toMatch(/max_size: 10GB/);
    expect(shown).toMatch(/max_age: 1d/);
    expect(shown).toMatch(/timeout: 15s/);
    expect(shown).toContain('name: w');
  });
});

describe('config export', () => {
  it('holds file and database objects, marked, without a secret', () => {
    const exported = exportConfig(configOf(TEXT, VARIABLES), STORED);
    expect(exported).not.toMatch(/hidden|whsec_/);
    expect(exported).toMatch(/# made by cli\n\s+- name: made/);
    expect(exported).toMatch(/# made by api\n\s+- name: erp/);
    expect(exported).toMatch(/# made by cli\n\s+- name: late/);
    expect(exported).toContain('env:RELAY_SOURCE_MADE_KEY');
  });

  it('can be loaded once its variables are set, and is the same again', () => {
    const exported = exportConfig(configOf(TEXT, VARIABLES), STORED);
    const variables: Record<string, string> = { ...VARIABLES };
    for (const [, name] of exported.matchAll(/env:(RELAY_\w+)/g)) {
      const isUrl = /(URL|PROXY)$/.test(name as string);
      const isSecret = (name as string).endsWith('SECRET');
      variables[name as string] = isUrl
        ? 'https://x.example/'
        : isSecret
          ? SIGNING_SECRET
          : 'a-long-enough-value';
    }
    const again = loadConfigText(exported, '/nowhere/relay.yaml', { variables, loadPacks: () => PACKS });
    if (!again.ok) throw new Error(JSON.stringify(again.diagnostics));
    expect(again.config.objects.map(({ noun, name }) => `${noun}/${name}`)).toEqual([
      'service/s',
      'source/a',
      'source/b',
      'source/made',
      'channel/ops',
      'integration/t',
      'integration/w',
      'integration/late',
      'webhook/crm',
      'webhook/erp',
    ]);
    expect(again.config.warnings).toEqual([]);
    expect(
      exportConfig(again.config, [])
        .replace(/^#.*\n|^\s*# made.*\n/gm, '')
        .trim(),
    ).toBe(exported.replace(/^#.*\n|^\s*# made.*\n/gm, '').trim());
  });
});

describe('a list of signing keys', () => {
  const text = `webhooks:
  - { name: crm, urls: [ { url: "https://crm.example.org/" } ], secret: [ env:NEW, "${SIGNING_SECRET}" ] }
`;
  const config = configOf(text, { NEW: `whsec_${Buffer.alloc(24, 9).toString('base64')}` });

  it('is shown as its references and masks', () => {
    expect(showConfig(config)).toMatch(/secret:\s+- env:NEW\s+- "?\*\*\*"?/);
    expect(showConfig(config)).not.toContain('whsec_');
  });

  it('is exported as references, each with a name of its own', () => {
    const own = {
      name: 'own',
      urls: [{ url: 'https://own.example.org/' }],
      secret: ['env:A', SIGNING_SECRET],
    };
    const exported = exportConfig(config, [storedOf('webhook', own)]);
    expect(exported).toMatch(/secret:\s+- env:NEW\s+- env:RELAY_WEBHOOK_CRM_SECRET_1/);
    expect(exported).toMatch(/secret:\s+- env:A\s+- env:RELAY_WEBHOOK_OWN_SECRET_1/);
    expect(exported).not.toContain('whsec_');
  });
});
