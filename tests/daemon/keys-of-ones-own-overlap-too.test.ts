// Signing keys that are given, in the config file or by hand: a list of new and old, all of them sign, and the order and the end of each is the
// operator's. What `rotate-secret` cannot change it says, and a key that Relay makes is told of where nobody is shown it.

import { createPublicKey, verify as verifyBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newPrivateKey, newSigningKey, publicKeyOf } from '../../src/core/signing.js';
import { specOf } from '../../src/http/view/find.js';
import { signingKeys } from '../../src/http/view/webhook-trust.js';
import type { Destination } from '../../src/model/topology.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../kit/receiver.js';
import { type ConfigObject, type Running, startRunning } from '../kit/running.js';

const HOUR_MS = 3_600_000;
const [OLD, NEW] = [newSigningKey(), newSigningKey()];
const [OLD_PAIR, NEW_PAIR] = [newPrivateKey(), newPrivateKey()];
const env = { OLD, NEW, OLD_PAIR, NEW_PAIR };

let receiver: Receiver;
let running: Running;

const webhook = (more: ConfigObject): ConfigObject => ({
  webhooks: [{ name: 'crm', urls: [{ url: receiver.url }], ...more }],
});
const control = () => running.runtime.control;
const reload = async (more: ConfigObject) => {
  running.write(webhook(more));
  return control().reload({ dryRun: false });
};

beforeEach(async () => {
  receiver = await startReceiver();
  running = await startRunning({ env, config: webhook({ secret: 'env:OLD' }) });
});
afterEach(async () => {
  await running?.remove();
  await receiver?.close();
});

async function sent(name = 'crm'): Promise<ReceivedRequest> {
  expect(await running.runtime.test(`webhook/${name}`)).toMatchObject({ outcome: 'delivered' });
  return receiver.requests.at(-1) as ReceivedRequest;
}

const signaturesOf = ({ headers }: ReceivedRequest): string[] =>
  String(headers['webhook-signature']).split(' ');

function verifies(secret: string, { text, headers }: ReceivedRequest): boolean {
  try {
    new Webhook(secret).verify(text, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

function fits(privateKey: string, request: ReceivedRequest): boolean {
  const publicKey = (publicKeyOf(privateKey) as string).slice('whpk_'.length);
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const { headers, text } = request;
  const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`);
  return signaturesOf(request).some((each) =>
    verifyBytes(null, content, key, Buffer.from(each.slice('v1a,'.length), 'base64')),
  );
}

async function shownKeys(name = 'crm') {
  const destination = running.runtime.topology().destinations.get(`webhook/${name}`) as Destination;
  return signingKeys(running.runtime, destination, await specOf(running.runtime, 'webhook', name));
}

describe('a secret of the config file', () => {
  it('signs beside the new one while both are listed, and no more when it is taken out', async () => {
    await reload({ secret: ['env:NEW', 'env:OLD'] });
    const both = await sent();
    expect(signaturesOf(both).length).toBe(2);
    expect([verifies(OLD, both), verifies(NEW, both)]).toEqual([true, true]);
    await reload({ secret: 'env:NEW' });
    const one = await sent();
    expect([verifies(OLD, one), verifies(NEW, one)]).toEqual([false, true]);
  });

  it('and so does a key of v1a', async () => {
    const v1a = (keys: unknown) => reload({ signature: 'v1a', private_key: keys });
    await v1a(['env:NEW_PAIR', 'env:OLD_PAIR']);
    const both = await sent();
    expect([fits(OLD_PAIR, both), fits(NEW_PAIR, both)]).toEqual([true, true]);
    await v1a('env:NEW_PAIR');
    const one = await sent();
    expect([fits(OLD_PAIR, one), fits(NEW_PAIR, one)]).toEqual([false, true]);
  });

  it('is shown by its name, newest first, and never itself', async () => {
    await reload({ signature: ['v1', 'v1a'], secret: ['env:NEW', 'env:OLD'], private_key: ['env:NEW_PAIR'] });
    const keys = await shownKeys();
    expect(keys.map(({ scheme, origin, reference }) => [scheme, origin, reference])).toEqual([
      ['v1', 'given', 'env:NEW'],
      ['v1', 'given', 'env:OLD'],
      ['v1a', 'given', 'env:NEW_PAIR'],
    ]);
    expect(keys[2]?.public_key).toBe(publicKeyOf(NEW_PAIR));
    for (const secret of Object.values(env)) expect(JSON.stringify(keys)).not.toContain(secret);
  });

  it('that stands there under two names signs once', async () => {
    await reload({ secret: ['env:OLD', 'env:OLD'] });
    expect(signaturesOf(await sent()).length).toBe(1);
  });
});

describe('a secret given by hand', () => {
  it('is changed by naming the new one before the old one', async () => {
    const spec = { name: 'own', urls: [{ url: receiver.url }], secret: 'env:OLD' };
    await control().add('webhook', spec, 'cli');
    await expect(control().rotateSecret('own', HOUR_MS)).rejects.toMatchObject({
      code: 'object.invalid',
      fix: expect.stringContaining('relay webhook edit own --secret env:NEW --secret env:OLD'),
    });
    await control().edit('webhook', 'own', { secret: ['env:NEW', 'env:OLD'] }, 'cli');
    const request = await sent('own');
    expect([verifies(OLD, request), verifies(NEW, request)]).toEqual([true, true]);
    expect((await shownKeys('own')).map(({ reference }) => reference)).toEqual(['env:NEW', 'env:OLD']);
  });

  it('by an API client is no reference, in a list neither', async () => {
    const spec = { name: 'own', urls: [{ url: 'https://crm.example.org/' }], secret: [NEW, 'env:OLD'] };
    await expect(control().add('webhook', spec, 'api')).rejects.toMatchObject({
      message: expect.stringContaining('"secret.1" cannot be a reference'),
    });
    await control().add('webhook', { ...spec, secret: [NEW, OLD] }, 'api');
    const shown = (await shownKeys('own')).map(({ origin, reference }) => [origin, reference]);
    expect(shown).toEqual([
      ['given', null],
      ['given', null],
    ]);
    const { settings } = running.runtime.topology().destinations.get('webhook/own') as Destination;
    expect(settings.signing_keys).toEqual([NEW, OLD]);
    await expect(control().edit('webhook', 'own', { secret: [NEW, '***'] }, 'api')).rejects.toMatchObject({
      message: expect.stringContaining('is what a secret is shown as'),
    });
  });

  it('and taken out leaves one that Relay makes, shown in the answer', async () => {
    const spec = { name: 'own', urls: [{ url: receiver.url }], secret: 'env:OLD' };
    await control().add('webhook', spec, 'cli');
    const { secret } = await control().edit('webhook', 'own', { secret: null }, 'cli');
    expect(verifies(secret as string, await sent('own'))).toBe(true);
  });
});

describe('rotate-secret of a webhook whose keys are given in part', () => {
  it('says what it rotated, and of the other why not and how', async () => {
    await reload({ signature: ['v1', 'v1a'], secret: 'env:OLD' });
    const answer = await control().rotateSecret('crm', HOUR_MS);
    expect(answer).toMatchObject({
      secret: null,
      public_key: expect.stringMatching(/^whpk_/),
      rotated: [{ scheme: 'v1a', older: 1 }],
      not_rotated: [
        {
          scheme: 'v1',
          why: expect.stringContaining('config file'),
          fix: expect.stringContaining('secret: [env:NEW, env:OLD]'),
        },
      ],
    });
    expect(verifies(OLD, await sent())).toBe(true);
  });

  it('names every key that is given where it can rotate none', async () => {
    await reload({ signature: ['v1', 'v1a'], secret: 'env:OLD', private_key: 'env:OLD_PAIR' });
    await expect(control().rotateSecret('crm', HOUR_MS)).rejects.toMatchObject({
      code: 'config.origin_file',
      message: 'the signing secret and the signing key of webhook "crm" are defined in the config file',
      fix: expect.stringMatching(/secret: \[env:NEW, env:OLD\].*private_key: \[env:NEW, env:OLD\]/),
    });
  });
});

describe('a second rotation', () => {
  it('leaves the overlap that was promised, unless all are ended', async () => {
    await reload({});
    const ends = async () => (await shownKeys()).map((key) => key.expires_at);
    await control().rotateSecret('crm', 24 * HOUR_MS);
    const [, promised] = await ends();
    const second = await control().rotateSecret('crm', HOUR_MS);
    const [, ofSecond, ofFirst] = await ends();
    expect(ofFirst).toBe(promised);
    expect(Date.parse(ofFirst as string) - Date.parse(ofSecond as string)).toBeGreaterThan(22 * HOUR_MS);
    expect(second.rotated).toEqual([{ scheme: 'v1', older: 2 }]);
    const last = await control().rotateSecret('crm', 0);
    expect(last.rotated).toEqual([{ scheme: 'v1', older: 0 }]);
    expect(await ends()).toEqual([null]);
  });
});

describe('a secret that is made for a webhook of the file', () => {
  it('is told of by the reload and in the log, with the way to see one, and is in neither', async () => {
    const answer = await reload({ signature: ['v1', 'v1a'] });
    expect(answer.secrets_made).toEqual(['crm']);
    const said = running.logged.map((line) => String((JSON.parse(line) as { msg: unknown }).msg));
    expect(said).toEqual(
      expect.arrayContaining([
        'made a signing secret for webhook crm: relay webhook rotate-secret crm shows a new one',
        'made a signing key for webhook crm: relay webhook show crm shows its public half',
      ]),
    );
    const made = (await running.store.secrets()).map(({ value }) => value);
    expect(made.length).toBe(2);
    for (const secret of made) expect(running.logged.join() + JSON.stringify(answer)).not.toContain(secret);
    expect((await reload({ signature: ['v1', 'v1a'] })).secrets_made).toEqual([]);
  });
});
