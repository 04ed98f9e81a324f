// Certificates and keys of webhooks are read when the config is: what does not fit together is told then, what is secret is never shown.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfigText } from '../../src/config/load.js';
import { exportConfig, showConfig } from '../../src/config/show.js';
import type { LoadedConfig } from '../../src/config/spec.js';
import { validateObject } from '../../src/config/validate-object.js';

const FIXTURES = new URL('../delivery/fixtures/tls/', import.meta.url);
const pem = (name: string): string => readFileSync(new URL(`${name}.pem`, FIXTURES), 'utf8');
const PAGE = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8');

const VARIABLES = {
  LEDGER_CLIENT_SECRET: 'client-secret-4711',
  BUILDS_SECRET: 'builds-secret-4712',
  BUILDS_PASSWORD: 'builds-password-4713',
  RELAY_CERT: pem('relay.cert'),
  RELAY_KEY: pem('relay.key'),
  PRIVATE_CA: pem('authority.cert'),
  LOCKED: pem('relay-locked.key'),
  OTHER_KEY: pem('receiver.key'),
  EXPIRED: pem('expired.cert'),
  EXPIRED_KEY: pem('expired.key'),
  PHRASE: 'opensesame',
  PROXY: 'http://relay:proxy-password-4714@proxy.example.org:3128',
};
const load = (text: string) => loadConfigText(text, '/nowhere/relay.yaml', { variables: VARIABLES });

/** What is said of a webhook with these keys. */
function saidOf(keys: string): string[] {
  const result = load(
    `webhooks:\n  - name: crm\n    urls: [{ url: "https://crm.example.org/" }]\n    ${keys}\n`,
  );
  const diagnostics = result.ok ? result.config.warnings : result.diagnostics;
  return diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

const dir = mkdtempSync(join(tmpdir(), 'relay-tls-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('what no request could carry', () => {
  it.each(['two\nlines', 'Bearer abcdefgh', 'snow\u2603man'])('%j is no bearer token', (token) => {
    const text =
      'webhooks: [{ name: crm, urls: [{ url: "https://crm.example.org/" }], auth: { bearer: env:T } }]';
    const result = loadConfigText(text, '/nowhere/relay.yaml', { variables: { T: token } });
    expect(result.ok ? [] : result.diagnostics.map(({ message }) => message)).toEqual([
      '"bearer" holds spaces, line ends or letters that no token can have',
    ]);
    expect(JSON.stringify(result)).not.toContain(JSON.stringify(token).slice(1, -1));
  });

  it.each(['Host', 'webhook-id', 'Authorization', 'User-Agent', 'ce-id', 'Transfer-Encoding'])(
    'a signature does not stand in %s',
    (header) => {
      expect(saidOf(`hmac: { header: ${header}, secret: env:BUILDS_SECRET }`)).toEqual([
        `error invalid_value: the header "${header}" has another meaning`,
      ]);
    },
  );
});

describe('certificates', () => {
  it('that fit together are fine, with a passphrase too', () => {
    expect(saidOf('tls: { cert: env:RELAY_CERT, key: env:RELAY_KEY, ca: env:PRIVATE_CA }')).toEqual([]);
    expect(saidOf('tls: { cert: env:RELAY_CERT, key: env:LOCKED, passphrase: env:PHRASE }')).toEqual([]);
  });

  it.each([
    [
      'tls: { cert: env:RELAY_CERT, key: env:OTHER_KEY }',
      'error invalid_value: "key" in "tls" does not belong to "cert"',
    ],
    ['tls: { cert: env:RELAY_CERT, key: env:LOCKED }', 'error invalid_value: "key" in "tls" cannot be read'],
    ['tls: { key: env:RELAY_KEY }', 'error missing_key: "tls" has a key and no cert'],
    [
      'tls: { cert: env:EXPIRED, key: env:EXPIRED_KEY }',
      'warning expired: "cert" in "tls" ended at 2024-02-01',
    ],
  ])('%s is told', (keys, said) => {
    expect(saidOf(keys)).toEqual([said]);
  });

  it('are read from files beside the config', () => {
    writeFileSync(join(dir, 'ca.pem'), pem('authority.cert').repeat(300));
    const spec = { name: 'crm', urls: [{ url: 'https://a.example/' }], tls: { ca: 'file:ca.pem' } };
    expect(validateObject('webhook', spec, { variables: {}, folder: dir, origin: 'cli' })).toMatchObject({
      ok: true,
    });
  });
});

describe('the page', () => {
  it('shows examples that are right', () => {
    const blocks = [...PAGE.matchAll(/```yml\n([\s\S]*?)```/g)].map((match) => match[1] as string);
    expect(blocks.length).toBe(1);
    const result = load(blocks.join(''));
    expect(result.ok ? result.config.warnings : result.diagnostics).toEqual([]);
  });
});

describe('what is shown of a config', () => {
  const text = `
egress: { proxy: env:PROXY }
webhooks:
  - name: crm
    urls: [{ url: "https://crm.example.org/" }]
    signature: [v1, v1a]
    hmac: { header: X-Sig, secret: builds-secret-4712 }
    auth: { basic: { user: relay, password: builds-password-4713 } }
    tls: { cert: env:RELAY_CERT, key: env:RELAY_KEY }
    proxy: http://relay:proxy-password-4714@proxy.example.org:3128
  - name: api
    urls: [{ url: "https://api.example.org/" }]
    auth: { oauth2: { token_url: "https://a.example/t?api_key=client-secret-4711", client_id: x, client_secret: client-secret-4711 } }
`;
  const config = (): LoadedConfig => {
    const result = load(text);
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    return result.config;
  };

  it('holds none of its secrets, and names where those of references are', () => {
    for (const shown of [showConfig(config()), exportConfig(config(), [])]) {
      for (const secret of ['4711', '4712', '4713', '4714', 'BEGIN PRIVATE KEY'])
        expect(shown).not.toContain(secret);
      expect(shown).toContain('env:RELAY_KEY');
      expect(shown).toContain('proxy: env:PROXY');
    }
  });

  it('is exported with places for the keys that Relay made', () => {
    const now = Date.now();
    const stored = { noun: 'webhook', name: 'own', origin: 'cli', createdAt: now, updatedAt: now } as const;
    const spec = { name: 'own', urls: [{ url: 'https://a.example/' }], signature: 'v1a' };
    const shown = exportConfig(config(), [{ ...stored, spec }]);
    expect(shown).toContain('private_key: env:RELAY_WEBHOOK_OWN_PRIVATE_KEY');
    expect(shown).not.toContain('RELAY_WEBHOOK_OWN_SECRET');
  });

  it('warns of each secret that stands in it', () => {
    const inline = config().warnings.filter(({ code }) => code === 'inline_secret');
    expect(inline.map(({ message }) => message)).toEqual([
      '"secret" holds a secret in plain text',
      '"password" holds a secret in plain text',
      '"proxy" holds a password in plain text',
      '"client_secret" holds a secret in plain text',
    ]);
  });
});

describe('a URL with a password in it', () => {
  it('is warned of where it stands in the file, not where a reference keeps it out of it', () => {
    const warningsOf = (url: string, proxy: string) => {
      const result = load(
        `egress: { proxy: "${proxy}" }\nwebhooks: [{ name: crm, urls: [{ url: "${url}" }], proxy: "${proxy}" }]\n`,
      );
      return (result.ok ? result.config.warnings : result.diagnostics).map(({ message }) => message);
    };
    expect(warningsOf('env:PROXY', 'env:PROXY')).toEqual([]);
    expect(
      warningsOf('https://relay:pw@crm.example.org/', 'http://relay:pw@proxy.example.org:3128').sort(),
    ).toEqual([
      '"proxy" holds a password in plain text',
      '"proxy" holds a password in plain text',
      '"url" holds a password in plain text',
    ]);
  });
});

describe('an object sent through the API', () => {
  it('may not read the daemon by a reference in any of these keys', () => {
    const spec = {
      name: 'crm',
      urls: [{ url: 'https://a.example/' }],
      auth: { bearer: 'env:PHRASE' },
      tls: { ca: 'file:/etc/passwd' },
      hmac: { header: 'X-Sig', secret: 'env:PHRASE' },
      proxy: 'env:PROXY',
    };
    const result = validateObject('webhook', spec, { variables: VARIABLES, folder: '/', origin: 'api' });
    const refused = result.ok ? [] : result.problems.filter(({ message }) => message.includes('reference'));
    expect(refused.map(({ path }) => path)).toEqual(['hmac.secret', 'auth.bearer', 'tls.ca', 'proxy']);
  });

  it('may not put in place of a secret what it is shown as', () => {
    const spec = {
      name: 'crm',
      urls: [
        { url: 'https://a.example/?team=a&token=***' },
        { url: 'https://***@a.example/' },
        { url: 'https://a.example/***?q=a***' },
      ],
      headers: { Authorization: '***', 'X-Stars': '*** five stars ***' },
      auth: { oauth2: { token_url: 'https://b.example/?key=***#a', client_id: 'a', client_secret: '***' } },
    };
    for (const origin of ['api', 'cli'] as const) {
      const result = validateObject('webhook', spec, { variables: VARIABLES, folder: '/', origin });
      const refused = result.ok ? [] : result.problems.filter(({ message }) => message.includes('shown as'));
      expect(refused.map(({ path }) => path)).toEqual([
        'urls[0].url',
        'urls[1].url',
        'headers.Authorization',
        'auth.oauth2.token_url',
        'auth.oauth2.client_secret',
      ]);
    }
  });
});
