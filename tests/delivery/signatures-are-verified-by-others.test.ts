// What the driver signs, judged by who did not write it: the published vector of ed25519, the packages `standardwebhooks` and `svix`,
// Octokit's check of GitHub's header, and node:crypto.

import { createPublicKey, verify as verifyBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { verify as verifyAsGitHub } from '@octokit/webhooks-methods';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { newPrivateKey, newSigningKey, publicKeyOf, signMessage } from '../../src/core/signing.js';
import type { HttpRequest } from '../../src/destinations/driver.js';
import {
  type OutgoingWebhookSettings,
  outgoingWebhookDriver,
} from '../../src/destinations/webhook/outgoing.js';
import { anEvent } from './sample-events.js';

/** Vector 3 of the specification: the message of vector 1, signed with ed25519. */
const ED25519 = {
  key: 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  publicKey: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
};

function request(settings: Partial<OutgoingWebhookSettings>, now = Date.now()): HttpRequest {
  const built = outgoingWebhookDriver.build(
    anEvent(),
    { url: 'https://example.org', ...settings },
    { messageId: 'dlv_1_abc', now, publicUrl: 'http://relay', version: '0', sentBody: null },
  );
  if (built.via !== 'http') throw new Error('expected an HTTP request');
  return built;
}

/** With what a receiver has: the public key alone. */
function fitsPublicKey(publicKey: string, { headers, body }: Pick<HttpRequest, 'headers' | 'body'>): boolean {
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((each) => each.startsWith('v1a,'))
    .some((each) => verifyBytes(null, content, key, Buffer.from(each.slice('v1a,'.length), 'base64')));
}

const isTaken = (verify: () => unknown): boolean => {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
};

describe('an ed25519 signature', () => {
  it('is the published one, and the public key too', () => {
    const { key, publicKey, id, timestamp, body, signature } = ED25519;
    expect(signMessage([key], id, timestamp, body)).toBe(signature);
    expect(signMessage([key], id, timestamp, Buffer.from(body))).toBe(signature);
    expect(publicKeyOf(key)).toBe(publicKey);
  });

  it('of a key that Relay makes is verified with its public key, and with no other', () => {
    const [key, other] = [newPrivateKey(), newPrivateKey()];
    const sent = request({ signing_keys: [key] });
    expect(fitsPublicKey(publicKeyOf(key) as string, sent)).toBe(true);
    expect(fitsPublicKey(publicKeyOf(other) as string, sent)).toBe(false);
    expect(fitsPublicKey(publicKeyOf(key) as string, { ...sent, body: `${sent.body} ` })).toBe(false);
  });

  it('stands beside those of shared secrets, all keys of a rotation included', () => {
    const shared = [newSigningKey(), newSigningKey()];
    const own = [newPrivateKey(), newPrivateKey()];
    const sent = request({ signing_keys: [...shared, ...own] });
    const schemes = sent.headers['webhook-signature']?.split(' ').map((each) => each.split(',')[0]);
    expect(schemes).toEqual(['v1', 'v1', 'v1a', 'v1a']);
    for (const key of own) expect(fitsPublicKey(publicKeyOf(key) as string, sent)).toBe(true);
    for (const key of shared) {
      expect(isTaken(() => new StandardWebhook(key).verify(sent.body, { ...sent.headers }))).toBe(true);
      expect(isTaken(() => new SvixWebhook(key).verify(sent.body, { ...sent.headers }))).toBe(true);
    }
  });

  it.each([
    'whsk_',
    'whsk_AAAA',
    `whsk_${Buffer.alloc(32, 1).toString('base64')}`,
    // A seed with the public key of another.
    `${ED25519.key.slice(0, 48)}${'A'.repeat(ED25519.key.length - 50)}==`,
  ])('is not made with %j, which is no key', (key) => {
    expect(publicKeyOf(key)).toBeNull();
    expect(() => signMessage([key], 'id', 1, 'body')).toThrow('whsk_');
  });
});

describe('a shared secret', () => {
  it('is taken by svix as well: every key in force, no other one, no changed body, no old timestamp', () => {
    const [newKey, oldKey, foreign] = [newSigningKey(), newSigningKey(), newSigningKey()];
    const sent = request({ signing_keys: [newKey, oldKey] });
    const verdict = (key: string, body = sent.body, headers = sent.headers): boolean =>
      isTaken(() => new SvixWebhook(key).verify(body, { ...headers }));
    expect([newKey, oldKey, foreign].map((key) => verdict(key))).toEqual([true, true, false]);
    expect(verdict(newKey, `${sent.body} `)).toBe(false);
    const old = request({ signing_keys: [newKey] }, Date.now() - 301_000);
    expect(verdict(newKey, old.body, old.headers)).toBe(false);
  });
});

describe('a plain HMAC header', () => {
  const hmac = { header: 'X-Hub-Signature-256', prefix: 'sha256=', secret: 'any text, ünïcode too' };

  it("is taken by GitHub's own library, beside the Standard Webhooks signature or without it", async () => {
    const sent = request({ hmac, signing_keys: [] });
    expect(sent.headers['webhook-signature']).toBeUndefined();
    const header = sent.headers['x-hub-signature-256'] as string;
    expect(header).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(await verifyAsGitHub(hmac.secret, sent.body, header)).toBe(true);
    expect(await verifyAsGitHub('another', sent.body, header)).toBe(false);
    const both = request({ hmac, signing_keys: [newSigningKey()] });
    expect(both.headers['x-hub-signature-256']).toBe(header);
    expect(both.headers['webhook-signature']).toMatch(/^v1,/);
  });

  it('can be base64 without a prefix', () => {
    const sent = request({ hmac: { header: 'X-Sig', secret: 's', encoding: 'base64' } });
    expect(sent.headers['x-sig']).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  it('cannot be taken over by a header of the user', () => {
    const headers = { 'x-hub-signature-256': 'sha256=forged', 'Webhook-Signature': 'v1,forged' };
    const sent = request({ hmac, headers, signing_keys: [newSigningKey()] });
    expect(JSON.stringify(sent.headers)).not.toContain('forged');
  });
});
