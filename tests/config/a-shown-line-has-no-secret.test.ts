// What `relay config validate` prints ends up in the logs of a build: no line of it holds a secret, whatever else is wrong with the line, and
// what is underlined is still the right place.

import { describe, expect, it } from '@jest/globals';
import { renderDiagnostics } from '../../src/config/diagnostics.js';
import { loadConfigText } from '../../src/config/load.js';
import { SMTP_SECRETS } from '../../src/config/mail.js';
import { maskSecrets } from '../../src/config/masked-text.js';
import type { PathPart } from '../../src/config/problem.js';
import { isSecretName } from '../../src/config/secret-names.js';
import { secretPlaces } from '../../src/config/secrets.js';
import { showHidden } from '../../src/config/shown-text.js';
import { INTEGRATION_DRIVERS } from '../../src/destinations/registry.js';
import { PACKS } from './fixtures.js';

function screenOf(text: string): string {
  const result = loadConfigText(text, '/nowhere/relay.yaml', { variables: {}, loadPacks: () => PACKS });
  const diagnostics = result.ok ? result.config.warnings : result.diagnostics;
  expect(diagnostics.length).toBeGreaterThan(0);
  return renderDiagnostics(diagnostics, 'relay.yaml', maskSecrets(text));
}
const shown = (text: string): string =>
  maskSecrets(text)
    .split('\n')
    .map((line) => showHidden(line).shown)
    .join('\n');

/** A webhook with one line of its own, and a mistake in that very line. */
const webhook = (line: string): string =>
  `webhooks:\n  - { name: crm, urls: [{ url: "https://crm.example.org/" }], ${line}, nonsense: 1 }\n`;

describe('the line of a mistake', () => {
  it.each([
    ['secret: hunter2'],
    ['secret: [env:NEW, hunter2]'],
    ['secret: { value: hunter2 }'],
    ['secret: "whsec_hunter2"'],
    ['private_key: whsk_hunter2'],
    ['private_key: [hunter2, hunter2b]'],
    ['hmac: { header: X-Sig, secret: hunter2 }'],
    ['auth: { basic: { user: relay, password: hunter2 } }'],
    ['auth: { bearer: hunter2 }'],
    ['auth: hunter2'],
    ['auth: { oauth2: { token_url: "https://id.example.org/", client_id: relay, client_secret: hunter2 } }'],
    ['tls: { key: hunter2, passphrase: hunter2 }'],
    ['proxy: "http://relay:hunter2@proxy.example.org:3128"'],
    ['headers: { X-Team: payments, Authorization: Bearer hunter2, X-Token: hunter2 }'],
    ['secert: hunter2'],
    ['signing_secret: hunter2'],
    ['pwd: hunter2'],
    ['description: "see https://me:hunter2@example.org/?token=hunter2&page=2"'],
    ['description: whsec_hunter2'],
  ])('with %s', (line) => {
    const screen = screenOf(webhook(line));
    expect(screen).not.toContain('hunter2');
    expect(screen).toContain('***');
  });

  it.each([
    ['a source', 'sources:\n  - { name: a, pack: generic, key: hunter2, secret: [hunter2], nonsense: 1 }\n'],
    [
      'smtp',
      'smtp: { host: mail.example.org, from: a@b.org, user: relay, password: hunter2, nonsense: 1 }\n',
    ],
    ['egress', 'egress: { proxy: "http://relay:hunter2@proxy.example.org/", nonsense: 1 }\n'],
    [
      'an integration',
      'channels:\n  - { name: ops, integrations: [{ name: w, kind: webhook, url: "https://x.org/?key=hunter2", headers: { Cookie: hunter2 }, nonsense: 1 }] }\n',
    ],
    ['an anchor', 'x: &s hunter2\nwebhooks:\n  - { name: crm, urls: [], secret: *s }\n'],
    ['a text that is not closed', 'webhooks:\n  - name: crm\n    secret: "hunter2\n    urls: []\n'],
    ['a bracket that is not closed', 'webhooks:\n  - { name: crm, secret: hunter2, urls: [\n'],
    ['a tab', 'webhooks:\n  - name: crm\n\tsecret: hunter2\n'],
    ['two documents', 'smtp:\n  password: hunter2\n---\nsmtp: { password: hunter2 }\n'],
  ])('of %s', (_what, text) => {
    expect(screenOf(text)).not.toContain('hunter2');
    expect(shown(text)).not.toContain('hunter2');
  });

  it('shows what is no secret: references, names, addresses', () => {
    const line =
      'secret: [env:NEW, "file:./old"], auth: { oauth2: { token_url: "https://id.example.org/", client_id: relay, client_secret: env:C, style: odd } }, hmac: { header: X-Api-Key, secret: env:H }';
    expect(shown(webhook(line))).toBe(webhook(line));
    expect(screenOf(webhook('secret: env: NEW'))).toContain('secret: env: NEW');
  });

  it('shows a key of many lines as one sign each', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\n      hunter2\n      -----END PRIVATE KEY-----';
    const text = `webhooks:\n  - name: crm\n    tls:\n      key: |\n      ${pem}\n    urls: []\n`;
    expect(shown(text)).not.toMatch(/hunter2|BEGIN/);
    expect(shown(text)).toContain('\n    urls: []\n');
  });
});

describe('the message of a mistake', () => {
  it.each([
    ['smtp: { host: m.org, from: a@b.org, password: 4711471147 }', '4711471147'],
    [`${webhook('headers: { X-Token: 4711471147 }')}`, '4711471147'],
    [`${webhook('auth: { bearer: 4711471147 }')}`, '4711471147'],
    ['webhooks:\n  - { name: crm, urls: [{ url: "htp://me:hunter2@crm.example.org/" }] }\n', 'hunter2'],
    ['webhooks:\n  - { name: crm, urls: [{ url: "crm.example.org?token=hunter2" }] }\n', 'hunter2'],
  ])('does not say it: %s', (text, secret) => {
    const result = loadConfigText(text, '/nowhere/relay.yaml', { variables: {}, loadPacks: () => PACKS });
    if (result.ok) throw new Error('it is taken');
    expect(JSON.stringify(result.diagnostics)).not.toContain(secret);
    expect(screenOf(text)).not.toContain(secret);
  });
});

describe('what is underlined', () => {
  it('is the value that was put out of sight, and what stands behind one', () => {
    const text = webhook('secret: a-secret-that-is-long');
    const lines = screenOf(text).split('\n');
    const [line, secretCarets, nonsenseCarets] = [
      lines.find((each) => each.includes('***')) as string,
      lines[lines.findIndex((each) => each.includes('inline_secret')) + 2] as string,
      lines[lines.findIndex((each) => each.includes('unknown_key')) + 2] as string,
    ];
    const under = (carets: string): string => line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1);
    expect(under(secretCarets)).toBe('***');
    expect(under(nonsenseCarets)).toBe('nonsense');
  });

  it('is in the window of a long line too', () => {
    const text = webhook(`secret: ${'hunter2'.repeat(60)}, description: ${'long '.repeat(60)}`);
    const lines = screenOf(text).split('\n');
    const at = lines.findIndex((each) => each.includes('unknown_key'));
    const carets = lines[at + 2] as string;
    expect(lines[at + 1]?.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('nonsense');
  });
});

it('every place that may hold a secret is known by its name', () => {
  const one = { cert: 'x', key: 'x', passphrase: 'x', ca: 'x' };
  const spec = {
    secret: ['x'],
    private_key: ['x'],
    hmac: { secret: 'x' },
    auth: { basic: { password: 'x' }, bearer: 'x', oauth2: { client_secret: 'x' } },
    tls: one,
    headers: { Authorization: 'x' },
  };
  const kinds = [...INTEGRATION_DRIVERS.keys()].map((kind) => ['integration', { ...spec, kind }] as const);
  const places = [['webhook', spec] as const, ['source', spec] as const, ...kinds].flatMap(([noun, of]) =>
    secretPlaces(noun, of, INTEGRATION_DRIVERS),
  );
  const names = [...places, ...SMTP_SECRETS]
    .filter(({ isSecret }) => isSecret)
    .map(({ path }) => path.findLast((part: PathPart) => typeof part === 'string') as string);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !isSecretName(name))).toEqual([]);
});
