// How a webhook signs, logs in and whom it trusts, on the command line: flags, the public key, and what is unsafe in plain words.

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CannedApi, cannedApi } from './kit/canned-api.js';
import { run } from './kit/run.js';
import { WEBHOOK } from './kit/samples.js';

const PUBLIC = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let api: CannedApi;

beforeEach(async () => {
  api = await cannedApi({ 'POST /webhooks': { name: 'crm', secret: null, public_key: PUBLIC } });
});
afterEach(() => api.close());

const webhook = (...words: string[]) => run(api.socket, ['webhook', ...words]);
const add = (...flags: string[]) => webhook('add', 'crm', '--url', 'https://crm.example.org/hook', ...flags);
const lastBody = () => api.asked.at(-1)?.body;

describe('webhook add', () => {
  it('takes schemes, a bearer token and a proxy, and shows the public key', async () => {
    const ran = await add(
      '--signature',
      'v1a',
      '--bearer',
      'env:TOKEN',
      '--proxy',
      'http://proxy.example.org:3128',
    );
    expect(ran.stdout).toBe(`added webhook crm (active), 1 url, public key for the receiver:\n  ${PUBLIC}\n`);
    expect(lastBody()).toMatchObject({
      signature: 'v1a',
      auth: { bearer: 'env:TOKEN' },
      proxy: 'http://proxy.example.org:3128',
    });
    await add('--signature', 'v1,v1a', '--proxy', 'none');
    expect(lastBody()).toMatchObject({ signature: ['v1', 'v1a'], proxy: false });
  });

  it('takes several secrets while one is rotated, names them, and shows what an edit makes', async () => {
    api.answer('POST /webhooks', { name: 'crm', secret: null });
    const ran = await add('--secret', 'env:NEW', '--secret', 'file:old.txt', '--private-key', 'env:PAIR');
    expect(lastBody()).toMatchObject({ secret: ['env:NEW', 'file:old.txt'], private_key: 'env:PAIR' });
    expect(ran.stdout).toContain('signed with env:NEW and file:old.txt and env:PAIR');
    api.answer('PATCH /webhooks/crm', { name: 'crm', secret: SECRET });
    const edited = await webhook('edit', 'crm', '--unset', 'secret');
    expect(edited.stdout).toBe(`changed webhook crm: secret; signing secret shown once:\n  ${SECRET}\n`);
    const refused = await add('--secret', 'env:NEW', '--secret', 'whsec_typed');
    expect([refused.code, refused.stderr]).toEqual([2, expect.not.stringContaining('whsec_typed')]);
  });

  it('says so when nothing is signed', async () => {
    api.answer('POST /webhooks', { name: 'crm', secret: null });
    const ran = await add('--signature', 'none', '--no-verify-ssl');
    expect(ran.stdout).toBe('added webhook crm (active), 1 url, not signed\n');
    expect(lastBody()).toMatchObject({ signature: 'none', verify_ssl: false });
  });

  it.each([
    [['--signature', 'v2'], '--signature v1,v1a'],
    [['--bearer', 'a-token-typed-in'], '--bearer env:MY_SECRET'],
    [['--proxy', 'http://relay:pw@proxy.example.org'], 'the URL holds a password'],
  ])('refuses %j before anything is sent', async (flags, said) => {
    const ran = await add(...flags);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(said);
    expect(api.asked).toEqual([]);
  });
});

describe('webhook rotate-secret', () => {
  it('shows the new secret and the new public key', async () => {
    const rotated = [
      { scheme: 'v1', older: 1 },
      { scheme: 'v1a', older: 3 },
    ];
    const answer = { name: 'crm', secret: SECRET, public_key: PUBLIC, rotated, not_rotated: [] };
    api.answer('POST /webhooks/crm/rotate-secret', answer);
    const { stdout, stderr } = await webhook('rotate-secret', 'crm', '--overlap', '12h');
    expect(stdout).toBe(
      `new signing secret of webhook crm (v1), shown once; the old one ends in 12h:\n  ${SECRET}\n` +
        `new public key of webhook crm (v1a); the old one ends in 12h, 2 older when promised before:\n  ${PUBLIC}\n`,
    );
    expect(stderr).toContain('next: relay webhook show crm');
  });

  it('says of a key that was not rotated why, and how it is', async () => {
    api.answer('POST /webhooks/crm/rotate-secret', {
      name: 'crm',
      secret: null,
      public_key: PUBLIC,
      rotated: [{ scheme: 'v1a', older: 1 }],
      not_rotated: [
        { scheme: 'v1', why: 'it is given', fix: 'name it first: relay webhook edit crm --secret …' },
      ],
    });
    const { stdout } = await webhook('rotate-secret', 'crm', '--overlap', '12h');
    expect(stdout).toBe(
      `new public key of webhook crm (v1a); the old one ends in 12h:\n  ${PUBLIC}\n` +
        'NOT rotated: the signing secret (v1): it is given\n' +
        '  to rotate it, name it first: relay webhook edit crm --secret …\n',
    );
  });
});

describe('webhook show and list', () => {
  it('name the schemes, the public key, who logs in and what is not checked', async () => {
    const created_at = new Date(0).toISOString();
    const key = (scheme: string, origin: string, publicKey: string | null, reference: string | null) => ({
      scheme,
      origin,
      public_key: publicKey,
      reference,
      created_at,
      expires_at: null,
    });
    api.answer('GET /webhooks/crm', {
      ...WEBHOOK,
      verify_ssl: false,
      signature: ['v1a'],
      hmac: { header: 'X-Hub-Signature-256', prefix: 'sha256=', encoding: 'hex' },
      auth: 'OAuth2, tokens from https://login.example.org/token',
      client_certificate: true,
      proxy: 'http://***@proxy.example.org:3128',
      signing_keys: [
        key('v1a', 'generated', PUBLIC, null),
        key('v1', 'given', null, 'env:CRM_NEW'),
        key('v1', 'given', null, null),
      ],
    });
    const { stdout } = await webhook('show', 'crm');
    expect(stdout).toContain('v1a (ed25519), HMAC-SHA256 in X-Hub-Signature-256 (sha256=, hex)');
    expect(stdout).toContain('OAuth2, tokens from https://login.example.org/token');
    expect(stdout).toContain('NOT checked: what is sent can be read and changed on the way\n');
    expect(stdout).toContain('ours          a client certificate is shown');
    expect(stdout).toContain('http://***@proxy.example.org:3128');
    expect(stdout).toContain(`${PUBLIC}  made 1970`);
    expect(stdout).toMatch(/ v1 env:CRM_NEW {2}given\n +v1 {2}given\n/);
    expect(stdout).not.toContain('rotate-secret');

    api.answer('GET /webhooks', { items: [{ ...WEBHOOK, verify_ssl: false }], next: null });
    expect((await webhook('list')).stdout).toContain('(certificate NOT checked)');
  });
});

describe('a webhook that takes any certificate', () => {
  const preview = { destination: 'webhook/crm', event: null, event_type: 'incident.triggered' };
  const request = { method: 'POST', url: 'https://crm.example.org/hook', headers: {}, body: '{}' };
  const attempt = { delivery: 'dlv_1', status: 200, error: null, reason: 'answered 200', duration_ms: 5 };

  it.each([
    [false, 'warning: verify_ssl is off: what is sent can be read and changed on the way\n'],
    [true, ''],
  ])('is warned of where it is tried and previewed (checked: %s)', async (verify_ssl, said) => {
    api.answer('GET /webhooks/crm', { ...WEBHOOK, verify_ssl });
    api.answer('POST /webhooks/crm/preview', { ...preview, ...request });
    api.answer('POST /webhooks/crm/test', {
      destination: 'webhook/crm',
      outcome: 'delivered',
      attempt: { ...attempt, method: 'POST', url: request.url, timings: null },
    });
    for (const verb of ['preview', 'test']) {
      const { code, stderr } = await webhook(verb, 'crm');
      expect([code, stderr.slice(0, said.length)]).toEqual([0, said]);
      expect(stderr.includes('verify_ssl')).toBe(!verify_ssl);
    }
  });
});
