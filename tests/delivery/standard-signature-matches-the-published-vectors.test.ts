// Standard Webhooks 1.0.0: vectors 1 and 2 of the specification, and the official library as judge.

import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { decodeSigningKey, newSigningKey, signMessage } from '../../src/core/signing.js';
import { outgoingWebhookDriver } from '../../src/destinations/webhook/outgoing.js';
import { anEvent } from './sample-events.js';

const VECTORS = [
  {
    key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  {
    key: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
    id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
    timestamp: 1649367553,
    body: '{"email":"test@example.com","username":"test_user"}',
    signature: 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
  },
];

describe('a Standard Webhooks signature', () => {
  it.each(VECTORS)('of $id is the published one', ({ key, id, timestamp, body, signature }) => {
    expect(signMessage([key], id, timestamp, body)).toBe(signature);
  });

  it('is accepted by the official library, for every key in force during a rotation and for no other', () => {
    const [newKey, oldKey, foreign] = [newSigningKey(), newSigningKey(), newSigningKey()];
    const request = outgoingWebhookDriver.build(
      anEvent(),
      { url: 'https://example.org', signing_keys: [newKey, oldKey] },
      { messageId: 'dlv_1_abc', now: Date.now(), publicUrl: 'http://relay', version: '0', sentBody: null },
    );
    if (request.via !== 'http') throw new Error('expected an HTTP request');
    expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const key of [newKey, oldKey]) {
      expect(new Webhook(key).verify(request.body, { ...request.headers })).toMatchObject({
        type: 'deploy.finished',
      });
    }
    expect(() => new Webhook(foreign).verify(request.body, { ...request.headers })).toThrow();
    expect(() => new Webhook(newKey).verify(`${request.body} `, { ...request.headers })).toThrow();
  });

  it.each([
    '',
    'whsec_',
    'whsec_c2hvcnQ=',
    'whsec_not base64 at all but long enough to count as one',
    `whsec_${Buffer.alloc(65).toString('base64')}`,
  ])('is not made with %j, which is no key', (key) => {
    expect(decodeSigningKey(key)).toBeNull();
    expect(() => signMessage([key], 'id', 1, 'body')).toThrow('whsec_');
  });
});
