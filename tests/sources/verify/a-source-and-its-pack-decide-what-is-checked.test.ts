// What is in force for a source: the way of signing of its pack, or its own, with the secrets it has. And that the packs that come with
// Relay say it right: what their senders sign is accepted through them.

import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { sourceChange } from '../../../src/cli/commands/source/change.js';
import { loadConfigText } from '../../../src/config/load.js';
import { exportConfig, showConfig } from '../../../src/config/show.js';
import { validateObject } from '../../../src/config/validate-object.js';
import type { VerifyMethod } from '../../../src/model/topology.js';
import type { Pack } from '../../../src/sources/pack/pack.js';
import { loadPack, loadPacks } from '../../../src/sources/pack/pack-loader.js';
import { signatureText, verifyInForce } from '../../../src/sources/verify/in-force.js';
import { makeSource } from '../../http/kit/runtime.js';
import { removeDir, tempDir } from '../../kit/wait.js';
import { NOW, NOW_SECONDS, requestOf, wordFor } from './kit/requests.js';
import { notification, PUBLIC_KEY } from './kit/sns-messages.js';

const HMAC: VerifyMethod = { method: 'hmac', header: 'X-S' };
const SNS: VerifyMethod = { method: 'sns', raw: 'allow' };

describe('what is in force', () => {
  const withVerify = (...verify: VerifyMethod[]) => ({ verify });

  it("is the pack's way once there is a secret, and nothing before", () => {
    expect(verifyInForce(undefined, withVerify(HMAC), undefined)).toBeNull();
    expect(verifyInForce(undefined, withVerify(HMAC), 's')).toEqual({
      methods: [HMAC],
      secrets: ['s'],
      by: 'pack',
    });
    expect(verifyInForce(undefined, withVerify(), undefined)).toBeNull();
  });

  it("is the source's own way before the pack's, with every secret it lists", () => {
    const own = { method: 'basic' } as const;
    expect(verifyInForce(own, withVerify(HMAC), ['new', 'old'])).toEqual({
      methods: [own],
      secrets: ['new', 'old'],
      by: 'source',
    });
  });

  it('needs no secret where the way has none: such a one is always on', () => {
    expect(verifyInForce(undefined, withVerify(SNS, HMAC), undefined)?.methods).toEqual([SNS]);
    expect(verifyInForce(undefined, withVerify(SNS, HMAC), 's')?.methods).toEqual([SNS, HMAC]);
  });

  it('is said in words', () => {
    const packs = new Map([['hub', { verify: [HMAC] } as unknown as Pack]]);
    const source = makeSource('x', { pack: 'hub' });
    expect(signatureText(source, packs)).toBe('not checked: give it a secret');
    const checked = { ...source, verify: verifyInForce(undefined, withVerify(HMAC), 's') };
    expect(signatureText(checked, packs)).toBe('checked (hub)');
    const own = { ...source, verify: verifyInForce([HMAC, { method: 'basic' }], withVerify(), 's') };
    expect(signatureText(own, packs)).toBe('checked (hmac or basic)');
    expect(signatureText({ ...source, pack: 'generic' }, packs)).toBe('none for this kind');
  });
});

describe('a pack that comes with Relay', () => {
  const packs = loadPacks([]);
  const body = '{"a":"ü"}';
  const hex = (text = body): string => createHmac('sha256', 's3cret').update(text).digest('hex');
  const basic = `Basic ${Buffer.from('any:s3cret').toString('base64')}`;
  const check = (slug: string, headers: Record<string, string>, secret = 's3cret') => {
    const verify = verifyInForce(undefined, packs.get(slug) as Pack, secret);
    return wordFor(verify?.methods ?? [], secret, requestOf(headers, body), async () => PUBLIC_KEY);
  };

  it.each<[string, string, Record<string, string>]>([
    ['github', 'its signature', { 'x-hub-signature-256': `sha256=${hex()}` }],
    ['sentry', 'its signature', { 'sentry-hook-signature': hex() }],
    ['pagerduty', 'its signatures', { 'x-pagerduty-signature': `v1=${'0'.repeat(64)},v1=${hex()}` }],
    ['grafana', 'its signature', { 'x-grafana-alerting-signature': hex() }],
    [
      'grafana',
      'its signature with a time',
      {
        'x-grafana-alerting-signature': hex(`${NOW_SECONDS}:${body}`),
        'x-grafana-alerting-signature-timestamp': String(NOW_SECONDS),
      },
    ],
    ['grafana', 'a password', { authorization: basic }],
    ['jira', 'the signature of a webhook', { 'x-hub-signature': `sha256=${hex()}` }],
    ['jira', 'the header of an automation rule', { authorization: 'Bearer s3cret' }],
    ['gitlab', 'its secret token', { 'x-gitlab-token': 's3cret' }],
    ['alertmanager', 'a token', { authorization: 'Bearer s3cret' }],
    ['alertmanager', 'a password', { authorization: basic }],
  ])('%s takes %s, and nothing without it or of another secret', async (slug, _what, headers) => {
    expect(await check(slug, headers)).toBe('ok');
    expect(await check(slug, {})).toBe('missing');
    expect(await check(slug, headers, 'other')).toBe('wrong');
  });

  it('gitlab takes its signing token, and nothing signed by another', async () => {
    const key = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
    const signature = new Webhook(key).sign('1', new Date(NOW), body);
    const headers = {
      'webhook-id': '1',
      'webhook-timestamp': String(NOW_SECONDS),
      'webhook-signature': signature,
    };
    expect(await check('gitlab', headers, key)).toBe('ok');
    expect(await check('gitlab', headers, `whsec_${Buffer.alloc(24, 4).toString('base64')}`)).toBe('wrong');
  });

  it('aws-sns checks wrapped messages without a secret, and lets raw ones through', async () => {
    const verify = verifyInForce(undefined, packs.get('aws-sns') as Pack, undefined);
    const word = (text: string) =>
      wordFor(verify?.methods ?? [], [], requestOf({}, text), async () => PUBLIC_KEY);
    expect(await word(JSON.stringify(notification()))).toBe('ok');
    expect(await word(JSON.stringify({ ...notification(), Message: 'x' }))).toBe('wrong');
    expect(await word('{"AlarmName":"cpu"}')).toBe('ok');
  });
});

describe("a pack of a user's own", () => {
  const dir = tempDir();
  afterAll(() => removeDir(dir));
  const packWith = (verify: string): string => {
    mkdirSync(join(dir, 'mine'), { recursive: true });
    const lines = ['slug: mine', 'title: Mine', 'description: mine', 'templates: { title: x }'];
    writeFileSync(join(dir, 'mine', 'pack.yaml'), [...lines, `verify: ${verify}`, ''].join('\n'));
    return join(dir, 'mine');
  };

  it('may say it once or in a list', () => {
    expect(loadPack(packWith('{ method: token, header: X-T }'), false).verify).toEqual([
      { method: 'token', header: 'X-T' },
    ]);
    expect(loadPack(packWith('[ { method: basic }, { method: sns } ]'), false).verify.length).toBe(2);
  });

  it.each([
    ['{ method: hmac }', /verify the method hmac needs "header"/],
    ['[ { method: basic }, { method: token } ]', /verify\/1 the method token needs "header"/],
    ['{ method: hmac, header: X, sined: x }', /verify must NOT have additional properties/],
    ['{ method: md5, header: X }', /verify\/method must be equal to one of the allowed values/],
    ['[]', /verify must NOT have fewer than 1 items/],
    ['{ method: hmac, header: X, signed: "{bdoy}" }', /"\{bdoy\}" stands for nothing/],
  ])('is refused with %s', (verify, why) => {
    let thrown: unknown;
    try {
      loadPack(packWith(verify), false);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'pack.invalid', why: expect.stringMatching(why) });
  });
});

describe('the secret of a source', () => {
  const TEXT = `
sources:
  - { name: a, pack: github, secret: [env:NEW, hunter2hunter2] }
  - { name: b, pack: github, secret: hunter3hunter3 }
`;
  const loaded = loadConfigText(TEXT, '/nowhere/relay.yaml', { variables: { NEW: 'the-new-one' } });

  it('is shown by no command: as its reference, masked, or as a variable to set', () => {
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
    const shown = showConfig(loaded.config);
    expect(shown).toMatch(/secret:\s+- env:NEW\s+- "?\*\*\*/);
    const exported = exportConfig(loaded.config, []);
    expect(exported).toContain('env:RELAY_SOURCE_A_SECRET_1');
    expect(exported).toContain('env:RELAY_SOURCE_B_SECRET');
    expect(shown + exported).not.toMatch(/hunter|the-new-one/);
  });

  it('is a reference on the command line, or several while it is rotated; an empty one takes it away', () => {
    expect(sourceChange({ secret: ['env:NEW'] }, '/')).toEqual({ secret: 'env:NEW' });
    expect(sourceChange({ secret: ['env:NEW', 'file:old'] }, '/')).toEqual({
      secret: ['env:NEW', 'file:old'],
    });
    expect(sourceChange({ secret: [''] }, '/')).toEqual({ secret: null });
    expect(() => sourceChange({ secret: ['hunter2'] }, '/')).toThrow('--secret takes no secret itself');
  });

  it('may be no reference when it comes through the API, at any place', () => {
    const environment = {
      variables: { NEW: 'x' },
      folder: '/',
      packs: loadPacks([]),
      origin: 'api' as const,
    };
    const spec = (secret: unknown) => ({ name: 'a', pack: 'github', secret });
    expect(validateObject('source', spec('a secret'), environment)).toMatchObject({ ok: true });
    expect(validateObject('source', spec('env:NEW'), environment)).toMatchObject({ ok: false });
    expect(validateObject('source', spec(['a secret', 'env:NEW']), environment)).toMatchObject({
      ok: false,
      problems: [{ path: 'secret[1]' }],
    });
  });
});
