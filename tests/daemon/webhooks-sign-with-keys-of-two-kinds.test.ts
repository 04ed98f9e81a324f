// Webhooks that sign with ed25519, with both schemes, or with neither: keys are made, shown, rotated with an overlap, and bounded.

import { createPublicKey, verify as verifyBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'svix';
import { signingKeys } from '../../src/http/view/webhook-trust.js';
import type { Destination } from '../../src/model/topology.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../kit/receiver.js';
import { type Running, startRunning } from '../kit/running.js';

const HOUR_MS = 3_600_000;
const GIVEN = 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';

let receiver: Receiver;
let running: Running;

beforeAll(async () => {
  receiver = await startReceiver();
  const urls = [{ url: receiver.url }];
  running = await startRunning({
    env: { GIVEN, TOKEN: 'Bearer-of-the-test' },
    config: {
      webhooks: [
        { name: 'own', urls, signature: 'v1a' },
        { name: 'both', urls, signature: ['v1', 'v1a'] },
        { name: 'given', urls, signature: ['v1a'], private_key: 'env:GIVEN' },
        { name: 'bare', urls, signature: 'none', hmac: { header: 'X-Sig', secret: 'env:TOKEN' } },
      ],
    },
  });
});
afterAll(async () => {
  await running?.remove();
  await receiver?.close();
});

const control = () => running.runtime.control;

async function sent(name: string): Promise<ReceivedRequest> {
  expect(await running.runtime.test(`webhook/${name}`)).toMatchObject({ outcome: 'delivered' });
  return receiver.requests.at(-1) as ReceivedRequest;
}

const signaturesOf = ({ headers }: ReceivedRequest): string[] =>
  String(headers['webhook-signature']).split(' ');

function fits(publicKey: string, request: ReceivedRequest): boolean {
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const { headers, text } = request;
  const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`);
  return signaturesOf(request)
    .filter((each) => each.startsWith('v1a,'))
    .some((each) => verifyBytes(null, content, key, Buffer.from(each.slice(4), 'base64')));
}

const shown = (name: string, spec: Record<string, unknown>) =>
  signingKeys(
    running.runtime,
    running.runtime.topology().destinations.get(`webhook/${name}`) as Destination,
    spec,
  );

describe('a webhook that signs by v1a', () => {
  it('signs with a key made for it, whose public half is shown and whose private one is not', async () => {
    const request = await sent('own');
    expect(signaturesOf(request)).toEqual([expect.stringMatching(/^v1a,/)]);
    const keys = await shown('own', { signature: 'v1a' });
    expect(keys).toEqual([
      {
        scheme: 'v1a',
        public_key: expect.stringMatching(/^whpk_/),
        origin: 'generated',
        reference: null,
        created_at: expect.any(String),
        expires_at: null,
      },
    ]);
    expect(fits(keys[0]?.public_key as string, request)).toBe(true);
    expect(JSON.stringify(keys)).not.toContain('whsk_');
  });

  it('signs with the key that is given', async () => {
    const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
    expect(fits(publicKey, await sent('given'))).toBe(true);
    const keys = await shown('given', { signature: ['v1a'], private_key: GIVEN });
    expect(keys[0]?.public_key).toBe(publicKey);
    await expect(control().rotateSecret('given', 0)).rejects.toMatchObject({ code: 'config.origin_file' });
  });

  it('is verified by `relay listen` too', async () => {
    const { headers, text } = await sent('own');
    const verdict = running.runtime.verifySignature(headers as Record<string, string>, text);
    expect(verdict).toEqual({ verified: ['own'], reason: '' });
  });
});

describe('rotating both kinds of keys', () => {
  it('shows the new secret and the new public key, and signs with old and new until the overlap ends', async () => {
    const first = await control().rotateSecret('both', 0);
    const second = await control().rotateSecret('both', HOUR_MS);
    expect([first.secret, second.secret]).toEqual([expect.stringMatching(/^whsec_/), expect.any(String)]);
    expect(second.public_key).toMatch(/^whpk_/);
    const request = await sent('both');
    expect(signaturesOf(request).map((each) => each.split(',')[0])).toEqual(['v1', 'v1', 'v1a', 'v1a']);
    for (const { secret, public_key: publicKey } of [first, second]) {
      new Webhook(secret as string).verify(request.text, request.headers as Record<string, string>);
      expect(fits(publicKey as string, request)).toBe(true);
    }
    const last = await control().rotateSecret('both', 0);
    const after = await sent('both');
    expect(signaturesOf(after).length).toBe(2);
    expect([first, second, last].map(({ public_key: key }) => fits(key as string, after))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('is refused at the eleventh of a kind, and changes nothing then', async () => {
    await control().rotateSecret('both', 0);
    for (let count = 2; count <= 10; count++) await control().rotateSecret('both', HOUR_MS);
    expect(signaturesOf(await sent('both')).length).toBe(20);
    await expect(control().rotateSecret('both', HOUR_MS)).rejects.toMatchObject({ code: 'object.invalid' });
    expect(signaturesOf(await sent('both')).length).toBe(20);
  });
});

describe('a webhook without a Standard Webhooks signature', () => {
  it('carries its plain HMAC alone, and has nothing to rotate', async () => {
    const { headers } = await sent('bare');
    expect(headers['webhook-signature']).toBeUndefined();
    expect(headers['x-sig']).toMatch(/^[0-9a-f]{64}$/);
    await expect(control().rotateSecret('bare', 0)).rejects.toMatchObject({
      code: 'object.invalid',
      // It stands in the file: an edit would be refused.
      fix: expect.stringContaining('signature: v1 in the config file'),
    });
  });
});

describe('a webhook added by hand', () => {
  it('answers what was made for it', async () => {
    const urls = [{ url: receiver.url }];
    const made = await control().add('webhook', { name: 'new', urls, signature: ['v1', 'v1a'] }, 'cli');
    expect(made).toEqual({
      name: 'new',
      secret: expect.stringMatching(/^whsec_/),
      public_key: expect.stringMatching(/^whpk_/),
    });
  });
});
